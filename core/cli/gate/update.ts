/** `hvbench gate --update`: writes the baseline of this host class, and keeps those of others. */
import type { Config } from '../../config/config.ts';
import { UserError } from '../../errors.ts';
import {
  type Baseline,
  baselineOf,
  readBaseline,
  withClass,
  writeBaseline,
} from '../../judge/gate/baseline.ts';
import { bench } from '../../parts.ts';
import { describeHostClass } from '../../results/host-class.ts';
import type { Result } from '../../results/schema.ts';
import type { Asked } from '../../run/unmeasured.ts';
import { loadResult } from '../compare.ts';
import { type ExitCode, exitCodes } from '../exit.ts';
import { printable } from '../printable.ts';
import type { Watch } from './confirm.ts';

/** Throws UserError where a path holds no result, host classes are mixed, or the file cannot be written. */
export async function updateBaseline(
  paths: readonly string[],
  file: string,
  config: Config,
  watch: Watch,
): Promise<ExitCode> {
  // A file that must not be overwritten is found out before anything is measured.
  const known = readForUpdate(file);
  const results: Result[] = [];
  for (const path of paths) results.push(await loadResult(path));
  let folders = paths;
  let complete = true;
  if (paths.length === 0) {
    const asked = hypervisorsOf(config);
    const { result, folder, unmeasured } = await bench(config, { ...watch, asked, workloadsOnly: true });
    complete = unmeasured.length === 0;
    results.push(result);
    folders = [folder];
  }
  if (watch.signal.aborted) return exitCodes.interrupted;
  const entry = baselineOf(results, new Date());
  if (entry.rows.length === 0)
    throw new UserError('nothing was measured in two launches: there is no baseline to write');
  const again = `hvbench gate --baseline ${file} --update ${folders.join(' ')}`;
  writeBaseline(
    file,
    withClass(known, entry),
    `once that is mended, ${again} writes it without measuring again`,
  );
  const { length: rows } = entry.rows;
  process.stdout.write(
    `Written to ${printable(file)}: ${rows} rows from ${results.length === 1 ? 'one run' : `${results.length} runs`}, for ${printable(describeHostClass(entry.hostClass))}.\n`,
  );
  const failed = results.some(({ failures }) => failures.length > 0);
  return failed || !complete ? exitCodes.finding : exitCodes.done;
}

/** What a gate owes its user of the names: it takes of suites and workloads what there is a baseline for. */
export function hypervisorsOf({ hypervisors }: Config): Asked {
  return hypervisors ? { hypervisors } : {};
}

/** What the file holds of other classes is kept; a file that is damaged or something else is not overwritten. */
function readForUpdate(path: string): Baseline | null {
  try {
    return readBaseline(path);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(
      `${error.message.replace(/; .*$/, '')}; remove it first if nothing in it is to be kept`,
    );
  }
}
