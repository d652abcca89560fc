/** The stop rule: when is a row precise enough, and how long may the rest still take? */
import { groupBy } from '../group-by.ts';
import type { RowName, SampleTable } from '../results/rows.ts';
import { isTranslator } from '../results/technique.ts';
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
  /** Whether its machine translates: it then costs several times what another one does, and less is asked of it. */
  readonly translated: boolean;
  readonly launches: number;
  /** Launches before its precision is looked at. */
  readonly fewest: number;
  /** Half the width of the interval of the overhead (of native's time, where native is alone); Infinity before there is one. */
  readonly halfWidth: number;
  readonly target: number;
}

/**
 * Of translators, three launches in five of the others, and no fewer than three: simulated, intervals of rows that stop
 * as soon as they are narrow enough cover the truth 90 to 95 times in 100 with three, 92 to 95 with five.
 */
const TRANSLATED_SHARE = 3 / 5;
const FEWEST_TRANSLATED = 3;

/** Launches before the precision of a row is looked at. */
export function fewestLaunches(translated: boolean, { minLaunches }: Goal): number {
  if (!translated) return minLaunches;
  return Math.min(minLaunches, Math.max(FEWEST_TRANSLATED, Math.ceil(minLaunches * TRANSLATED_SHARE)));
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
    const translated = isTranslator(technique);
    const target = translated ? goal.precision.translated : goal.precision.direct;
    const fewest = fewestLaunches(translated, goal);
    // Of a large overhead, the precision is asked of the ratio: 3 % of 20 times is not 3 % of native time.
    const scale = interval && !alone ? Math.max(1, Math.exp(interval.estimate)) : 1;
    return [{ row, translated, launches: values.length, fewest, halfWidth: width / scale, target }];
  });
}

export function isPrecise(state: RowState): boolean {
  return state.launches >= state.fewest && state.halfWidth <= state.target;
}

/**
 * Launches that a row may still need: an interval narrows with the square root of their number, and the
 * fewest launches are always made.
 */
export function launchesNeeded(state: RowState): number {
  if (isPrecise(state)) return 0;
  const byNumber = Math.max(0, state.fewest - state.launches);
  if (!Number.isFinite(state.halfWidth)) return Math.max(1, byNumber);
  const total = state.launches * (state.halfWidth / state.target) ** 2;
  return Math.max(1, byNumber, Math.ceil(total - state.launches));
}

/** What is left to do for one workload, on machines that translate or on the others. */
export interface WorkloadNeed<T> {
  readonly workload: T;
  readonly translated: boolean;
  /** The drivers whose machines are to run it: the reference, and those of rows that are not yet precise. */
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
/**
 * A launch may take up to this share of the time left, so that some are left to narrow the intervals. With a fifth, the last
 * third of a run went into launches so short that starting their machines was most of them.
 */
const LAUNCH_SHARE = 1 / 2;

/**
 * After the full launches, time goes where precision can still be reached: to the workloads that need least
 * of it to reach their goal, as many as a launch's share of the time left allows, and at least to one. A
 * workload that has had many launches and still needs more counts as dearer in proportion: its estimates have
 * not come true, and it would use up the time of all the others. Translators come last: they cost several times what the
 * others do. Where starting the machines takes longer than such a share, as much time again is measured. The order in
 * which they were given is kept.
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
  const sooner = (a: WorkloadNeed<T>, b: WorkloadNeed<T>) =>
    Number(a.translated) - Number(b.translated) || cost(a) - cost(b);
  for (const need of [...needs].sort(sooner)) {
    share -= need.seconds;
    if (share < 0 && chosen.size > 0) break;
    chosen.add(need);
  }
  return needs.filter((need) => chosen.has(need));
}

/** Needs of one workload become one: its machines run side by side, translators and others. */
export function together<T>(needs: readonly WorkloadNeed<T>[]): { workload: T; ids: readonly string[] }[] {
  return [...groupBy(needs, ({ workload }) => workload)].map(([workload, some]) => ({
    workload,
    ids: [...new Set(some.flatMap(({ ids }) => ids))],
  }));
}
