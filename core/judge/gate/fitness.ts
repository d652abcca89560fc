/** Whether runs may become a baseline that nobody has looked at. */
import type { Result } from '../../results/schema.ts';
import { median } from '../../stats/location.ts';
import type { BaselineClass } from './baseline.ts';
import { noiseOf } from './minimum-effect.ts';

/** Beyond this noise, a fraction of guest time, a row finds nothing that anybody would have missed. */
const MOST_NOISE = 0.2;

/**
 * Why these runs are no baseline to learn; null if they are one. `--update` takes what its user names; what a CI job learns
 * is committed by somebody who saw a green job.
 */
export function unfitReason(results: readonly Result[], entry: BaselineClass): string | null {
  const stopped = results.find(
    ({ stopped: { reason } }) => reason === 'interrupted' || reason === 'recovered',
  );
  if (stopped) return `a run was cut short (${stopped.stopped.reason})`;
  const failures = results.flatMap((result) => result.failures);
  const [first] = failures;
  if (first) {
    const number = failures.length === 1 ? 'a machine' : `${failures.length} machines`;
    return `${number} failed, first ${first.hypervisor}: ${first.error}`;
  }
  if (entry.rows.length + (entry.metrics?.length ?? 0) === 0) return 'no guest was measured in two launches';
  const noise = entry.rows.map(noiseOf);
  const middle = noise.length > 0 ? median(noise) : 0;
  return middle > MOST_NOISE
    ? `its rows vary too much: half of them by ±${Math.round(middle * 100)} % or more, and ±${MOST_NOISE * 100} % is the most`
    : null;
}
