/** The stop rule: when is a row precise enough, and how long may the rest still take? */
import type { RowName, SampleTable } from '../results/rows.ts';
import type { Experiment, PlannedWorkload } from '../run/plan.ts';
import {
  createRandom,
  deriveSeed,
  halfWidth,
  launchInterval,
  relativeHalfWidth,
  toOverhead,
  toRatio,
} from '../stats/index.ts';

/** Enough to decide whether to go on; the result itself is made with more. */
const RESAMPLES = 400;
/** However little time there is: one launch says nothing about its own uncertainty. */
export const FEWEST_LAUNCHES = 2;

export interface Goal {
  readonly seed: number;
  readonly minLaunches: number;
  readonly precision: { readonly direct: number; readonly translated: number };
}

export interface RowState {
  readonly row: RowName;
  readonly launches: number;
  /** Half the width of the interval of the overhead (of native's time, where native is alone); Infinity before there is one. */
  readonly halfWidth: number;
  readonly target: number;
}

export function isTranslator(technique: string): boolean {
  return technique === 'binary-translation' || technique === 'interpretation';
}

/** The state of every row of a workload whose machine is still being measured. */
export function rowStates(
  { isa, machines }: Experiment,
  { suite, workload }: PlannedWorkload,
  skipped: (row: RowName) => boolean,
  table: SampleTable,
  goal: Goal,
): RowState[] {
  const alone = machines.length === 1;
  return machines.flatMap(({ role, availability: { id, technique } }) => {
    const row = { isa, suite, workload: workload.name, hypervisor: id };
    if ((role === 'reference' && !alone) || skipped(row)) return [];
    const values = alone ? table.logTimes(row, 'wall') : table.logRatios(row, 'wall');
    const interval = launchInterval(
      values.map((launch) => launch.values),
      {
        resamples: RESAMPLES,
        random: createRandom(deriveSeed(goal.seed, 'stop', isa, suite, workload.name, id)),
      },
    );
    const width = !interval
      ? Number.POSITIVE_INFINITY
      : alone
        ? relativeHalfWidth(toRatio(interval))
        : halfWidth(toOverhead(interval));
    const target = isTranslator(technique) ? goal.precision.translated : goal.precision.direct;
    // Of a large overhead, the precision is asked of the ratio: 3 % of 20 times is not 3 % of native time.
    const scale = interval && !alone ? Math.max(1, Math.exp(interval.estimate)) : 1;
    return [{ row, launches: values.length, halfWidth: width / scale, target }];
  });
}

export function isPrecise(state: RowState, goal: Goal): boolean {
  return state.launches >= goal.minLaunches && state.halfWidth <= state.target;
}

/**
 * Launches that a row may still need: an interval narrows with the square root of their number, and the
 * fewest launches are always made.
 */
export function launchesNeeded(state: RowState, goal: Goal): number {
  if (isPrecise(state, goal)) return 0;
  const byNumber = Math.max(0, goal.minLaunches - state.launches);
  if (!Number.isFinite(state.halfWidth)) return Math.max(1, byNumber);
  const total = state.launches * (state.halfWidth / state.target) ** 2;
  return Math.max(1, byNumber, Math.ceil(total - state.launches));
}

/** What is left to do for one workload. */
export interface WorkloadNeed<T> {
  readonly workload: T;
  /** The drivers whose machines are to run it: native, and those of rows that are not yet precise. */
  readonly ids: readonly string[];
  /** Launches made so far. */
  readonly made: number;
  readonly launches: number;
  /** What it takes in one launch, seconds. */
  readonly seconds: number;
}

/**
 * No estimate of the launches still needed counts as more than this: a single odd launch of five makes an
 * interval wide that a few more will narrow by far more than the square root of their number.
 */
const FORESEEABLE_LAUNCHES = 3;
/** A launch may take up to this share of the time left, so that some are left to narrow the intervals. */
const LAUNCH_SHARE = 1 / 5;

/**
 * After the full launches, time goes where precision can still be reached: to the workloads that need least
 * of it to reach their goal, as many as a launch's share of the time left allows, and at least to one. A
 * workload that has had many launches and still needs more counts as dearer in proportion: its estimates have
 * not come true, and it would use up the time of all the others. Where starting the machines takes longer than such
 * a share, as much time again is measured. The order in which they were given is kept.
 */
export function workloadsWithinBudget<T>(
  needs: readonly WorkloadNeed<T>[],
  secondsLeft: number,
  startSeconds: number,
): WorkloadNeed<T>[] {
  const cost = ({ launches, made, seconds }: WorkloadNeed<T>) =>
    Math.min(launches, FORESEEABLE_LAUNCHES) * seconds * made;
  const chosen = new Set<WorkloadNeed<T>>();
  let share = Math.max(secondsLeft * LAUNCH_SHARE, Math.min(startSeconds, secondsLeft));
  for (const need of [...needs].sort((a, b) => cost(a) - cost(b))) {
    share -= need.seconds;
    if (share < 0 && chosen.size > 0) break;
    chosen.add(need);
  }
  return needs.filter((need) => chosen.has(need));
}
