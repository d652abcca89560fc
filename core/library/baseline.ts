/** The baseline of this host class is written, and those of others are kept. */
import type { Config } from '../config/config.ts';
import { UserError } from '../errors.ts';
import { checkWritable } from '../files.ts';
import { accept, acceptable } from '../judge/gate/accept.ts';
import { isKnownRun, withAnchor } from '../judge/gate/anchor.ts';
import { type BaselineClass, baselineOf, classOf, withClass, writeBaseline } from '../judge/gate/baseline.ts';
import { DEFAULT_MAX_DRIFT } from '../judge/gate/drift.ts';
import { driftsOf, type NamedDrift } from '../judge/gate/drifts.ts';
import type { HostClass } from '../results/host-class.ts';
import type { Result } from '../results/schema.ts';
import { rowsBesideWorkloads } from '../results/workload-rows.ts';
import type { Parts } from '../run/parts.ts';
import type { Unmeasured } from '../run/unmeasured.ts';
import { baselineRuns, readForUpdate } from './baseline-runs.ts';
import type { Watch } from './confirm.ts';
import { hostClassFor } from './host-class-for.ts';

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
  /** What its drift is measured from. */
  readonly anchor: AnchorUpdate;
}

/** What became of an entry's anchor. */
export interface AnchorUpdate {
  /** When the oldest of it came into the file, ISO 8601; null if the entry is its own anchor. */
  readonly since: string | null;
  /** Whether the entry before had none, and is it now. */
  readonly begun: boolean;
  /** Rows and metrics whose anchor has taken these runs in, since it was of fewer than three. */
  readonly completed: number;
  /** Rows and metrics whose anchor begins with these runs. */
  readonly anew: number;
  /** Every drift of the entry, as the file has it now. */
  readonly drifts: readonly NamedDrift[];
  /** Those that were accepted: their anchor is the entry now. */
  readonly accepted: readonly NamedDrift[];
}

export interface UpdateOptions {
  /** Whether what has drifted too far gets a new anchor. */
  readonly accept?: boolean | undefined;
  /** Per cent; what the configuration's `gate` says if left out, or 5. */
  readonly maxDrift?: number | undefined;
}

/** A fraction. */
function maxDriftOf({ maxDrift }: UpdateOptions, config: Config): number {
  return (maxDrift ?? config.gate?.maxDrift ?? DEFAULT_MAX_DRIFT) / 100;
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
  options: UpdateOptions = {},
): Promise<BaselineUpdate> {
  // A file that must not be overwritten is found out before anything is measured.
  const known = readForUpdate(file);
  checkWritable(file, file, 'choose another --baseline');
  const { results, folders, unmeasured } = await baselineRuns(config, paths, watch, parts);
  watch.signal.throwIfAborted();
  const now = new Date();
  const made = baselineOf(results, now);
  const metrics = figureCount(made);
  if (made.rows.length + metrics === 0)
    throw new UserError('nothing was measured in two launches: there is no baseline to write');
  const before = known ? classOf(known, made.hostClass) : undefined;
  const { entry, ...carried } = withAnchor(before, made, freshOf(results, before, now));
  const drifts = driftsOf(entry, maxDriftOf(options, config), results.flatMap(rowsBesideWorkloads));
  const accepted = options.accept ? acceptable(drifts) : [];
  const again = `hvbench gate --baseline ${file} --update ${folders.join(' ')}`;
  writeBaseline(
    file,
    withClass(known, accepted.length > 0 ? accept(entry, accepted, now) : entry),
    `once that is fixed, ${again} writes it without measuring again`,
  );
  const failures = results.reduce((sum, result) => sum + result.failures.length, 0);
  const { hostClass, rows } = entry;
  const anchor = { ...carried, drifts, accepted };
  return { hostClass, rows: rows.length, metrics, runs: results.length, failures, unmeasured, anchor };
}

/** How many figures an entry has of what is no workload. */
export function figureCount({ metrics = [] }: BaselineClass): number {
  return metrics.reduce((sum, row) => sum + Object.keys(row.metrics).length, 0);
}

/** The same entry of the runs that the one before does not know. */
function freshOf(
  results: readonly Result[],
  before: BaselineClass | undefined,
  now: Date,
): BaselineClass | null {
  const fresh = results.filter(({ startedAt }) => !isKnownRun(before, startedAt));
  return fresh.length > 0 ? baselineOf(fresh, now) : null;
}

export interface Acceptance {
  readonly hostClass: HostClass;
  readonly drifts: readonly NamedDrift[];
  /** Empty if nothing lies beyond its limit: the file is as it was then. */
  readonly accepted: readonly NamedDrift[];
}

/**
 * Gives what has drifted too far a new anchor, the entry as it stands: nothing is measured. `path` is a result of the host
 * class that is meant; this computer's if it is left out. Throws UserError if the file has no entry of it, or cannot be
 * written.
 */
export async function acceptDrift(
  config: Config,
  path: string | undefined,
  file: string,
  options: UpdateOptions,
  parts: Parts,
): Promise<Acceptance> {
  const known = readForUpdate(file);
  if (!known) throw new UserError(`there is no baseline ${file}: there is no drift to accept`);
  checkWritable(file, file, 'choose another --baseline');
  const { hostClass, given } = await hostClassFor(path, config, parts);
  const entry = classOf(known, hostClass);
  if (!entry)
    throw new UserError(`${file} holds no baseline for this host class: there is no drift to accept`);
  const drifts = driftsOf(entry, maxDriftOf(options, config), given ? rowsBesideWorkloads(given) : []);
  const accepted = acceptable(drifts);
  if (accepted.length > 0) writeBaseline(file, withClass(known, accept(entry, accepted, new Date())));
  return { hostClass, drifts, accepted };
}
