/**
 * The decision of an A/B. Both machines took part in the same rounds, so that what they share (the host, the minute, its
 * neighbours) is not in their ratio; what each process draws for itself differs from launch to launch, and intervals come
 * from launches.
 *
 * A figure is told as worse or better if its whole 95 % interval lies beyond the minimum effect, and either that of the
 * first run does so too as sure as all figures of it take together, or that of fresh launches, which were made for what
 * looked changed. Half of alpha is for each way; within it the tests share it out (Bonferroni), the looks at growing data
 * included. An improvement takes as much as a regression.
 */

import { groupBy } from '../../group-by.ts';
import {
  changeOfIntervals,
  classify,
  createRandom,
  deriveSeed,
  type Interval,
  intervalOf,
  type LaunchValues,
  type Location,
  locateLaunches,
  meanOfRows,
  toOverhead,
} from '../../stats/index.ts';
import { studentQuantile } from '../../stats/student.ts';
import { distinct, LOOKS, testConfidence } from '../gate/judge.ts';
import { type AbFigure, type AbVerdict, figureName } from './ab.ts';
import { type AbCandidate, workloadKey } from './match.ts';

const RESAMPLES = 2000;
const FEW_LAUNCHES = 5;
/** Any number serves: it makes the same samples give the same verdicts. */
const SEED = 1;

/** A workload on one ISA. */
export interface AbWorkload {
  readonly suite: string;
  readonly workload: string;
  readonly isa: AbCandidate['isa'];
}

/** Measures workloads again, in both machines. */
export interface AbRepeat {
  /** How many of these, from the first on, can have so many fresh launches in the time left. */
  withinBudget(workloads: readonly AbWorkload[], launches: number): number;
  /**
   * Until each has so many fresh launches in all: log ratios candidate ÷ base by metric, by {@link workloadKey}. Null where
   * there is no time left.
   */
  measure(
    workloads: readonly AbWorkload[],
    launches: number,
  ): Promise<ReadonlyMap<string, Readonly<Record<string, readonly LaunchValues[]>>> | null>;
}

export interface AbJudgeOptions {
  /** Chance of a false alarm in the whole A/B, a fraction. */
  readonly alpha: number;
  readonly minEffect: number;
  /** Null: nothing is measured again. */
  readonly repeat: AbRepeat | null;
  readonly resamples?: number;
}

export interface AbJudgement {
  readonly figures: readonly AbFigure[];
  readonly confidence: number;
  readonly freshConfidence: number | null;
}

export async function judgeAb(
  found: readonly AbCandidate[],
  { alpha, minEffect, repeat, resamples = RESAMPLES }: AbJudgeOptions,
): Promise<AbJudgement> {
  const random = (name: string) => createRandom(deriveSeed(SEED, 'ab', name));
  const locate = (name: string, launches: readonly LaunchValues[]) =>
    locateLaunches(distinct(launches), { resamples, random: random(name) });
  const means = meansOf(found, minEffect);
  const confidence = testConfidence(alpha / 2, found.length + means.length);
  const figures = found.flatMap((candidate) => {
    const name = figureName(candidate);
    const at = intervalsOf(candidate, locate(name, candidate.logs));
    return at ? [{ candidate, name, at }] : [];
  });
  const fresh = new Map<string, Readonly<Record<string, readonly LaunchValues[]>>>();
  let freshConfidence: number | null = null;
  const judge = ({ candidate, name, at }: (typeof figures)[number]): AbFigure => {
    const own = workloadOf(candidate);
    const again = own && (fresh.get(workloadKey(own))?.[candidate.metric] ?? null);
    const all = again ? locate(name, [...candidate.logs, ...again]) : null;
    const freshLocation = again && locate(name, again);
    return figureOf(candidate, {
      change: toOverhead(all ? intervalOf(all) : at(0.95)),
      first: toOverhead(at(confidence)),
      confirmation:
        freshLocation && freshConfidence !== null
          ? toOverhead(intervalOf(freshLocation, freshConfidence))
          : null,
      fresh: again?.length ?? 0,
    });
  };

  if (repeat) {
    const open = (figure: AbFigure) =>
      figure.verdict === 'undecided' && Math.abs(figure.change.estimate) > figure.minimumEffect.fraction / 2;
    const suspects = figures
      .filter(({ candidate }) => candidate.repeatable)
      .filter((one) => open(judge(one)));
    const workloads = uniqueWorkloads(
      suspects.sort((a, b) => strength(b.at) - strength(a.at)).map((one) => one.candidate),
    );
    const most = repeat.withinBudget(workloads, LOOKS[1]);
    let left = workloads.slice(0, Math.max(1, most));
    const keys = new Set(left.map(workloadKey));
    const tests = suspects.filter(({ candidate }) => keys.has(keyOf(candidate))).length;
    freshConfidence = tests > 0 ? testConfidence(alpha / 2, tests * LOOKS.length) : null;
    for (const look of LOOKS) {
      if (left.length === 0) break;
      const measured = await repeat.measure(left, look);
      if (!measured) break;
      for (const [key, logs] of measured) fresh.set(key, logs);
      left = left.filter((workload) =>
        suspects.some((one) => keyOf(one.candidate) === workloadKey(workload) && open(judge(one))),
      );
    }
    if (fresh.size === 0) freshConfidence = null;
  }

  const suites = means.flatMap(({ rows, ...candidate }) => {
    const mean = (level: number) =>
      meanOfRows(
        rows.map(({ logs }) => logs),
        { resamples, random: random(figureName(candidate)), confidence: level },
      );
    const [change, first] = [mean(0.95), mean(confidence)];
    if (!change || !first) return [];
    return [
      figureOf(candidate, {
        change: toOverhead(change),
        first: toOverhead(first),
        confirmation: null,
        fresh: 0,
      }),
    ];
  });
  return { figures: [...suites, ...figures.map(judge)], confidence, freshConfidence };
}

interface Found {
  readonly change: Interval;
  readonly first: Interval;
  readonly confirmation: Interval | null;
  readonly fresh: number;
}

function figureOf({ logs, repeatable, ...candidate }: AbCandidate, { fresh, ...found }: Found): AbFigure {
  const [verdict, reason] = verdictOf(candidate, found);
  const launches = { first: logs.length, fresh };
  return { ...candidate, ...found, launches, verdict, reason };
}

function verdictOf(
  { better, minimumEffect: { fraction } }: Pick<AbCandidate, 'better' | 'minimumEffect'>,
  { change, first, confirmation }: Omit<Found, 'fresh'>,
): [AbVerdict, string] {
  const band = { low: -fraction, high: fraction };
  const side = classify(change, band);
  if (side === 'inside') return ['same', 'the whole interval lies within'];
  if (side === 'undecided') return ['undecided', 'the interval is too wide to tell'];
  const verdict = (side === 'above') === (better === 'lower') ? 'regressed' : 'improved';
  if (confirmation && classify(confirmation, band) === side)
    return [verdict, `the whole interval of its fresh launches lies ${side}`];
  if (classify(first, band) === side) return [verdict, `the whole interval lies ${side}`];
  return confirmation
    ? ['undecided', 'fresh launches do not confirm it']
    : ['undecided', 'corrected for the number of figures, the interval is too wide to tell'];
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

/** How far an estimate lies from none, in halves of its interval. */
function strength(at: (confidence: number) => Interval): number {
  const { estimate, low, high } = at(0.95);
  return high > low ? Math.abs(estimate) / (high - low) : Number.POSITIVE_INFINITY;
}

function workloadOf({ suite, isa, dimensions, repeatable }: AbCandidate): AbWorkload | null {
  const { workload } = dimensions;
  return repeatable && typeof workload === 'string' ? { suite, workload, isa } : null;
}

function keyOf(candidate: AbCandidate): string {
  const workload = workloadOf(candidate);
  return workload ? workloadKey(workload) : '';
}

function uniqueWorkloads(candidates: readonly AbCandidate[]): AbWorkload[] {
  const all = candidates.flatMap((one) => workloadOf(one) ?? []);
  return [...new Map(all.map((one) => [workloadKey(one), one])).values()];
}

/** The geometric mean over a suite's workloads, of each clock and ISA, if it has more than one. */
function meansOf(found: readonly AbCandidate[], minEffect: number) {
  const workloads = found.filter(({ repeatable }) => repeatable);
  return [...groupBy(workloads, ({ suite, isa, metric }) => JSON.stringify([suite, isa, metric])).values()]
    .filter((rows) => rows.length > 1)
    .map((rows) => {
      const [first] = rows as [AbCandidate, ...AbCandidate[]];
      return {
        ...{ ...first, machineType: null, dimensions: {}, base: null, candidate: null, repeatable: false },
        minimumEffect: { fraction: minEffect, reason: null },
        rows,
      };
    });
}
