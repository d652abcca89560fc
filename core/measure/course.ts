/** What a run goes on measuring, decided between its launches in place of the precision that rows have. */
import type { Clock, RowName, WorkloadName } from '../results/rows.ts';
import type { LaunchValues } from '../stats/index.ts';

/** How far a run has come. */
export interface RunProgress {
  /** Share of the time for workloads that is gone: 0 before the first launch, 1 at the end of the budget. */
  readonly spent: number;
  readonly launches: number;
  /** All of the plan. */
  readonly workloads: readonly WorkloadName[];
  /** Logs of a row's times of an iteration, by launch; none at all if a round lacks its figure. */
  logTimes(row: RowName, clock: Clock): readonly LaunchValues[];
}

/** In a run that has one, what takes long to get ready makes more rounds, if there is time. */
export interface Course {
  /** Drivers whose machines are compared with one another: their batches have the same size, unless they are far apart. */
  readonly compared: readonly string[];
  /** Asked before each launch: the workloads that need no more. What was settled stays so. */
  settled(progress: RunProgress): readonly WorkloadName[];
}
