/** The runs that a baseline is made of: those that are named, or a new one. */
import type { Config } from '../config/config.ts';
import { UserError } from '../errors.ts';
import { type Baseline, readBaseline } from '../judge/gate/baseline.ts';
import { roleOf } from '../model/role.ts';
import { bench } from '../parts.ts';
import type { Result } from '../results/schema.ts';
import type { Parts } from '../run/parts.ts';
import type { Asked, Unmeasured } from '../run/unmeasured.ts';
import type { Watch } from './confirm.ts';
import { readResult } from './read.ts';

export interface BaselineRuns {
  readonly results: readonly [Result, ...Result[]];
  readonly folders: readonly string[];
  /** What was named and could not be measured. */
  readonly unmeasured: readonly Unmeasured[];
}

/** Throws UserError if a path holds no result, or the configuration names no guest; the signal's reason if it aborted. */
export async function baselineRuns(
  config: Config,
  paths: readonly string[],
  watch: Watch,
  parts: Parts,
): Promise<BaselineRuns> {
  const results: Result[] = [];
  for (const path of paths) results.push(await readResult(path, parts));
  const [first, ...more] = results;
  if (first) return { results: [first, ...more], folders: paths, unmeasured: [] };
  if (config.hypervisors?.every((id) => roleOf(id) !== 'guest'))
    throw new UserError(
      `a baseline is of guests, and ${config.hypervisors.join(' and ')} is none: name a hypervisor, such as --hypervisor kvm`,
    );
  const asked = hypervisorsOf(config);
  const { result, folder, unmeasured } = await bench(config, { ...watch, asked, workloadsOnly: true }, parts);
  watch.signal.throwIfAborted();
  return { results: [result], folders: [folder], unmeasured };
}

/** What a gate owes its user of the names: it takes of suites and workloads what there is a baseline for. */
export function hypervisorsOf({ hypervisors }: Config): Asked {
  return hypervisors ? { hypervisors } : {};
}

/** What the file holds of other classes is kept; a file that is damaged or something else is not overwritten. */
export function readForUpdate(path: string): Baseline | null {
  try {
    return readBaseline(path);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`${error.message.replace(/; .*$/, '')}; remove it first if you need nothing in it`);
  }
}
