/**
 * How far a baseline has moved from its anchor (anchor.ts), of each row and metric, and whether that is too far.
 */
import {
  classify,
  createRandom,
  deriveSeed,
  differenceOf,
  hodgesLehmann,
  type Interval,
  locateLaunches,
  toOverhead,
} from '../../stats/index.ts';
import { studentQuantile } from '../../stats/student.ts';
import { ANCHOR_RUNS, runCount } from './anchor.ts';
import { launchesOfRuns } from './baseline-row.ts';
import type { Drift, DriftVerdict, MinimumEffect } from './gate.ts';
import { noiseOfRuns } from './minimum-effect.ts';

const RESAMPLES = 500;
/** Of a 95 % interval, its upper end. */
const UPPER = 0.975;
/** Any number serves: it makes the same samples give the same verdicts. */
const SEED = 1;

type Runs = readonly (readonly number[])[];

/**
 * How far the location of `later` lies above that of the anchor, both logarithms, one a launch, one list a run. The unit is
 * the run, since launches of one run have a day and a neighbourhood in common: the standard error is that of the means of
 * runs, whose spread about each side's own mean is taken from both sides, and never less than that of all launches as if
 * they had been one run. Null if there are too few of either to tell.
 */
function driftInterval(name: string, anchor: Runs, later: Runs): Interval | null {
  const byRuns = intervalByRuns(anchor, later);
  const locate = (runs: Runs) =>
    locateLaunches(launchesOfRuns(runs), {
      resamples: RESAMPLES,
      random: createRandom(deriveSeed(SEED, 'drift', name)),
    });
  const [before, after] = [locate(anchor), locate(later)];
  const byLaunches = before && after && differenceOf(before, after);
  if (!byRuns || !byLaunches) return byRuns ?? byLaunches;
  const half = Math.max(byRuns.estimate - byRuns.low, byLaunches.estimate - byLaunches.low);
  const { estimate } = byLaunches;
  return { estimate, low: estimate - half, high: estimate + half };
}

function intervalByRuns(anchor: Runs, later: Runs): Interval | null {
  const sides = [anchor, later].map((runs) => runs.filter((run) => run.length > 0).map(hodgesLehmann));
  const [before, after] = sides.map((one) => ({ n: one.length, mean: mean(one), squares: squares(one) }));
  if (!before || !after || before.n === 0 || after.n === 0) return null;
  const freedom = before.n + after.n - 2;
  if (freedom < ANCHOR_RUNS - 1) return null;
  const deviation = Math.sqrt((before.squares + after.squares) / freedom);
  const error = deviation * Math.sqrt(1 / before.n + 1 / after.n);
  const half = studentQuantile(UPPER, freedom) * error;
  const estimate = after.mean - before.mean;
  return { estimate, low: estimate - half, high: estimate + half };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function squares(values: readonly number[]): number {
  const middle = mean(values);
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
}

/** Per cent that a baseline may move from its anchor: five minimum effects, and more than computers of one class differ by. */
export const DEFAULT_MAX_DRIFT = 5;

export interface DriftSubject {
  /** Tells subjects apart. */
  readonly name: string;
  readonly since: string;
  readonly anchor: Runs;
  readonly baseline: Runs;
  /** Logarithms of the result, of whatever launches; null where there is none. */
  readonly now: readonly number[] | null;
  readonly better: 'lower' | 'higher';
  /** What counts as a change of it: its drift may always be as much. Noise in it is the baseline's own, and does not count. */
  readonly minimumEffect: MinimumEffect;
}

/** `maxDrift`: a fraction. Null if there is nothing to tell of it: the baseline has no figure, say. */
export function driftOf(subject: DriftSubject, maxDrift: number): Drift | null {
  const { name, since, anchor, baseline, now, better } = subject;
  const logs = driftInterval(name, anchor, baseline);
  if (!logs) return null;
  const drift = toOverhead(logs);
  const ahead = now && now.length > 0 ? Math.expm1(hodgesLehmann(now) - hodgesLehmann(anchor.flat())) : null;
  const limit = limitOf(subject, maxDrift);
  const runs = { anchor: runCount(anchor), baseline: runCount(baseline) };
  const [verdict, reason] = ((): [DriftVerdict, string] => {
    if (runs.anchor < ANCHOR_RUNS)
      return ['undecided', `its anchor has ${runs.anchor} of the ${ANCHOR_RUNS} runs that it takes`];
    const where = classify(drift, { low: -limit.fraction, high: limit.fraction });
    if (where === 'inside') return ['within', 'the whole interval lies within the limit'];
    if (where === 'undecided') return ['undecided', 'the interval is too wide to tell'];
    if ((where === 'above') !== (better === 'lower'))
      return ['gained', `the whole interval lies ${where} the limit, for the better`];
    // What was mended since is no loss, though the baseline does not know yet.
    const still = ahead === null || (where === 'above' ? ahead > limit.fraction : ahead < -limit.fraction);
    return still
      ? ['drifted', `the whole interval lies ${where} the limit`]
      : ['undecided', 'the baseline lies beyond the limit, and this result does not'];
  })();
  return { since, runs, drift, now: ahead, limit, verdict, reason };
}

function limitOf({ name, anchor, minimumEffect }: DriftSubject, maxDrift: number): MinimumEffect {
  const noise = noiseOfRuns(name, anchor);
  const asked = minimumEffect.source === 'noise' ? 0 : minimumEffect.fraction;
  if (noise > Math.max(maxDrift, asked)) return { fraction: noise, source: 'noise' };
  return asked > maxDrift ? minimumEffect : { fraction: maxDrift, source: 'default' };
}
