/** The baseline of this host class is written, and those of others are kept. */
import type { Config } from '../config/config.ts';
import { UserError } from '../errors.ts';
import { checkWritable } from '../files.ts';
import { type Baseline, baselineOf, readBaseline, withClass, writeBaseline } from '../judge/gate/baseline.ts';
import { roleOf } from '../model/role.ts';
import { bench } from '../parts.ts';
import type { HostClass } from '../results/host-class.ts';
import type { Result } from '../results/schema.ts';
import type { Parts } from '../run/parts.ts';
import type { Asked, Unmeasured } from '../run/unmeasured.ts';
import type { Watch } from './confirm.ts';
import { readResult } from './read.ts';

export interface BaselineUpdate {
  readonly hostClass: HostClass;
  /** Rows and other metrics that the baseline holds of this host class, and the runs that they come from. */
  readonly rows: number;
  readonly metrics: number;
  readonly runs: number;
  /** Machines that failed in these runs. */
  readonly failures: number;
  /** What was named and could not be measured. */
  readonly unmeasured: readonly Unmeasured[];
}

/**
 * Writes a baseline from these results, or from a new run if none is named. Throws UserError if a path holds
 * no result, host classes are mixed, or the file cannot be written; the signal's reason if it aborted.
 */
export async function updateBaseline(
  config: Config,
  paths: readonly string[],
  file: string,
  watch: Watch,
  parts: Parts,
): Promise<BaselineUpdate> {
  // A file that must not be overwritten is found out before anything is measured.
  const known = readForUpdate(file);
  checkWritable(file, file, 'choose another --baseline');
  const results: Result[] = [];
  for (const path of paths) results.push(await readResult(path, parts));
  let folders = paths;
  let unmeasured: readonly Unmeasured[] = [];
  if (paths.length === 0) {
    if (config.hypervisors?.every((id) => roleOf(id) !== 'guest'))
      throw new UserError(
        `a baseline is of guests, and ${config.hypervisors.join(' and ')} is none: name a hypervisor, such as --hypervisor kvm`,
      );
    const asked = hypervisorsOf(config);
    const measured = await bench(config, { ...watch, asked, workloadsOnly: true }, parts);
    unmeasured = measured.unmeasured;
    results.push(measured.result);
    folders = [measured.folder];
  }
  watch.signal.throwIfAborted();
  const entry = baselineOf(results, new Date());
  const metrics = (entry.metrics ?? []).reduce((sum, row) => sum + Object.keys(row.metrics).length, 0);
  if (entry.rows.length + metrics === 0)
    throw new UserError('nothing was measured in two launches: there is no baseline to write');
  const again = `hvbench gate --baseline ${file} --update ${folders.join(' ')}`;
  writeBaseline(
    file,
    withClass(known, entry),
    `once that is fixed, ${again} writes it without measuring again`,
  );
  const failures = results.reduce((sum, result) => sum + result.failures.length, 0);
  const { hostClass, rows } = entry;
  return { hostClass, rows: rows.length, metrics, runs: results.length, failures, unmeasured };
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
    throw new UserError(`${error.message.replace(/; .*$/, '')}; remove it first if you need nothing in it`);
  }
}
