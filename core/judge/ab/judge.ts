/**
 * The decision of an A/B. Both machines took part in the same rounds, so that what they share (the host, the minute, its
 * neighbours) is not in their ratio; what each process draws for itself differs from launch to launch, and intervals come
 * from launches.
 *
 * A figure is told as worse or better if its whole 95 % interval lies beyond the minimum effect, and so does one that is as
 * sure as all figures and all looks at them take together (Bonferroni). Since every look is paid for in advance, launches
 * may go to what is undecided, and a row may end as soon as it is clear (course.ts). An improvement takes as much as a
 * regression.
 */

import { groupBy } from '../../group-by.ts';
import {
  changeOfIntervals,
  classify,
  createRandom,
  deriveSeed,
  type Interval,
  intervalOf,
  type Location,
  locateLaunches,
  meanOfRows,
  toOverhead,
} from '../../stats/index.ts';
import { studentQuantile } from '../../stats/student.ts';
import { type AbFigure, type AbVerdict, figureName } from './ab.ts';
import { type AbDesign, decisiveConfidence, ONE_LOOK } from './looks.ts';
import type { AbCandidate } from './match.ts';

const RESAMPLES = 2000;
const FEW_LAUNCHES = 5;
/** Any number serves: it makes the same samples give the same verdicts. */
const SEED = 1;

export interface AbJudgeOptions {
  /** Chance of a false alarm in the whole A/B, a fraction. */
  readonly alpha: number;
  readonly minEffect: number;
  /** How workloads were looked at; at the end alone if left out. */
  readonly design?: AbDesign;
  readonly resamples?: number;
}

/** Of all figures, those of suites first. */
export function judgeAb(
  found: readonly AbCandidate[],
  { alpha, minEffect, design = ONE_LOOK, resamples = RESAMPLES }: AbJudgeOptions,
): AbFigure[] {
  const random = (name: string) => createRandom(deriveSeed(SEED, 'ab', name));
  const workloads = found.filter(({ repeatable }) => repeatable);
  const others = found.filter(({ repeatable }) => !repeatable);
  const means = meansOf(workloads, minEffect, design);
  const level = workloadAlpha(alpha, others.length > 0);
  const counts = { rows: workloads.length, means: means.length };
  const convicts = decisiveConfidence(level, counts, design.looks);
  const alone = (candidate: AbCandidate, confidence: number): AbFigure[] => {
    const { logs } = candidate;
    const location = locateLaunches(logs, { resamples, random: random(figureName(candidate)) });
    const at = intervalsOf(candidate, location);
    return at ? [figureOf(candidate, at, confidence)] : [];
  };
  return [
    ...means.flatMap(({ rows, ...candidate }) => {
      const at = (confidence: number) =>
        meanOfRows(rows, { resamples, random: random(figureName(candidate)), confidence });
      return at(convicts) ? [figureOf(candidate, (level) => at(level) as Interval, convicts)] : [];
    }),
    ...workloads.flatMap((candidate) => alone(candidate, convicts)),
    ...others.flatMap((candidate) =>
      alone(
        candidate,
        decisiveConfidence(alpha - (counts.rows > 0 ? level : 0), { rows: others.length, means: 0 }, 1),
      ),
    ),
  ];
}

/** Of alpha, what figures of workloads have: half, if there are others, of which nobody knows in advance how many. */
export function workloadAlpha(alpha: number, others: boolean): number {
  return others ? alpha / 2 : alpha;
}

interface Levels {
  /** Of the interval that makes a figure worse or better, beside its 95 % interval. */
  readonly convicts: number;
  /** Of the interval that makes it the same. */
  readonly acquits: number;
}

/** Where a figure lies, as far as it is certain; of log ratios. */
export function judgedAs(
  location: Location,
  minEffect: number,
  { convicts, acquits }: Levels,
): 'above' | 'below' | 'same' | 'undecided' {
  const band = { low: -minEffect, high: minEffect };
  const sideAt = (confidence: number) => classify(toOverhead(intervalOf(location, confidence)), band);
  if (sideAt(acquits) === 'inside') return 'same';
  const side = sideAt(0.95);
  return (side === 'above' || side === 'below') && sideAt(convicts) === side ? side : 'undecided';
}

/** `at`: its interval of log ratios, by confidence. */
function figureOf(
  { logs, repeatable, ...candidate }: AbCandidate,
  at: (confidence: number) => Interval,
  confidence: number,
): AbFigure {
  const change = toOverhead(at(0.95));
  const decisive = toOverhead(at(confidence));
  const [verdict, reason] = verdictOf(candidate, change, decisive);
  return { ...candidate, change, decisive, confidence, launches: logs.length, verdict, reason };
}

function verdictOf(
  { better, minimumEffect: { fraction } }: Pick<AbCandidate, 'better' | 'minimumEffect'>,
  change: Interval,
  decisive: Interval,
): [AbVerdict, string] {
  const band = { low: -fraction, high: fraction };
  const side = classify(change, band);
  if (side === 'inside') return ['same', 'the whole interval lies within'];
  if (side === 'undecided') return ['undecided', 'the interval is too wide to tell'];
  if (classify(decisive, band) !== side)
    return ['undecided', 'corrected for the number of figures and looks, the interval is too wide to tell'];
  const verdict = (side === 'above') === (better === 'lower') ? 'regressed' : 'improved';
  return [verdict, `the whole interval lies ${side}`];
}

/** Of log ratios, by confidence; null if there is none. */
function intervalsOf(
  candidate: AbCandidate,
  location: Location | null,
): ((confidence: number) => Interval) | null {
  if (location) return (confidence) => intervalOf(location, confidence);
  const { base, candidate: now } = candidate;
  if (candidate.by !== 'intervals' || base === null || now === null) return null;
  if (typeof base === 'number' || typeof now === 'number') return null;
  const change = changeOfIntervals(base, now);
  if (!change) return null;
  const logs = {
    estimate: Math.log1p(change.estimate),
    low: Math.log1p(change.low),
    high: Math.log1p(change.high),
  };
  // From how many launches it is nobody kept: it is taken to be from few.
  const quantile = (confidence: number) => studentQuantile((1 + confidence) / 2, FEW_LAUNCHES - 1);
  return (confidence) => {
    const scale = quantile(confidence) / quantile(0.95);
    return {
      estimate: logs.estimate,
      low: logs.estimate - (logs.estimate - logs.low) * scale,
      high: logs.estimate + (logs.high - logs.estimate) * scale,
    };
  };
}

/** The geometric mean over a suite's workloads, of each clock and ISA, if it has more than one: of launches of everything. */
function meansOf(workloads: readonly AbCandidate[], minEffect: number, { first }: AbDesign) {
  return [...groupBy(workloads, ({ suite, isa, metric }) => JSON.stringify([suite, isa, metric])).values()]
    .filter((rows) => rows.length > 1)
    .map((rows) => {
      const [one] = rows as [AbCandidate, ...AbCandidate[]];
      const own = rows.map(({ logs }) => (first === null ? logs : logs.slice(0, first)));
      const fewest = own.reduce((least, logs) => (logs.length < least.length ? logs : least));
      return {
        ...{ ...one, machineType: null, dimensions: {}, base: null, candidate: null, repeatable: false },
        ...{ minimumEffect: { fraction: minEffect, reason: null }, logs: fewest },
        rows: own,
      };
    });
}
