/**
 * The decision of a gate about metrics. They are judged by the one result: to start machines by the hundred once more takes
 * longer than a gate may. So each metric is a test of its own, and all of them share out the gate's alpha, as suspects
 * among workloads do.
 */
import {
  classify,
  createRandom,
  deriveSeed,
  differenceOf,
  hodgesLehmann,
  type Interval,
  intervalOf,
  locateLaunches,
  predictionMargin,
  toOverhead,
  toRatio,
} from '../../stats/index.ts';
import { metricRowName } from '../compare/match-metrics.ts';
import { MOST_LOG } from '../metric-figure.ts';
import type { GateMetric, GateVerdict } from './gate.ts';
import { distinct, testConfidence } from './judge.ts';
import type { MetricCandidate } from './match-metrics.ts';

const RESAMPLES = 2000;
/** Any number serves: it makes the same samples give the same verdicts. */
const SEED = 1;
const USUAL = 0.95;

/** The standard deviation of what rounding to whole numbers hides: of evenly spread values, 1 ÷ √12. */
const HIDDEN_BY_ROUNDING = 1 / Math.sqrt(12);

export interface MetricJudgement {
  readonly metrics: readonly GateMetric[];
  readonly metricConfidence: number | null;
}

/** `alpha`: the chance of a false alarm in any metric, a fraction. */
export function judgeMetrics(
  candidates: readonly MetricCandidate[],
  alpha: number,
  resamples = RESAMPLES,
): MetricJudgement {
  if (candidates.length === 0) return { metrics: [], metricConfidence: null };
  const metricConfidence = testConfidence(alpha, candidates.length);
  return { metrics: candidates.map((one) => judged(one, metricConfidence, resamples)), metricConfidence };
}

/** No difference of two figures is larger, and its ends can be written as numbers. */
const MOST_DIFFERENCE = 2 * MOST_LOG;

/** Few launches and many metrics make an interval whose ends no number could say: it is as wide as anything can be. */
function within({ estimate, low, high }: Interval): Interval {
  return { estimate, low: Math.max(low, -MOST_DIFFERENCE), high: Math.min(high, MOST_DIFFERENCE) };
}

/** A change of logarithms by confidence, and the two sides of it. */
interface Found {
  readonly before: Interval;
  readonly after: GateMetric['after'];
  readonly changeAt: (confidence: number) => Interval;
}

function judged(candidate: MetricCandidate, confidence: number, resamples: number): GateMetric {
  const { before, now, value, ...identity } = candidate;
  const found = candidate.by === 'launches' ? byLaunches(candidate, resamples) : byRuns(candidate);
  const [change, corrected] = [USUAL, confidence].map((one) => toOverhead(within(found.changeAt(one)))) as [
    Interval,
    Interval,
  ];
  const [verdict, reason] = verdictOf(candidate, change, corrected);
  return {
    ...identity,
    ...{ before: found.before, after: found.after, change, corrected, verdict, reason },
    launches: { before: before.flat().length, now: now.length },
  };
}

function byLaunches(candidate: MetricCandidate, resamples: number): Found {
  const name = `${metricRowName(candidate)} ${candidate.metric}`;
  const locate = (launches: Parameters<typeof locateLaunches>[0]) => {
    const random = createRandom(deriveSeed(SEED, 'gate metric', name));
    const location = locateLaunches(distinct(launches), { resamples, random });
    if (!location) throw new Error(`${name}: judging takes two launches on both sides`);
    return location;
  };
  const before = locate(candidate.before.flat().map((log, launch) => ({ launch, values: [log] })));
  const after = locate(candidate.now);
  return {
    before: toRatio(within(intervalOf(before))),
    after: toRatio(within(intervalOf(after))),
    changeAt: (confidence) => differenceOf(before, after, confidence),
  };
}

/** A run gives one figure, as the runs of the baseline did: how far those lie apart says where a further one may lie. */
function byRuns({ before, now, value, unit }: MetricCandidate): Found {
  const runs = before.filter((run) => run.length > 0).map(hodgesLehmann);
  const mean = runs.reduce((sum, run) => sum + run, 0) / runs.length;
  const estimate = hodgesLehmann(now.flatMap(({ values }) => [...values])) - mean;
  const least = unit === 'count' ? HIDDEN_BY_ROUNDING / Math.exp(mean) : 0;
  const marginAt = (confidence: number) => predictionMargin(runs, (1 + confidence) / 2, least);
  const own = marginAt(USUAL) / Math.sqrt(runs.length + 1);
  return {
    before: toRatio(within({ estimate: mean, low: mean - own, high: mean + own })),
    after: value,
    changeAt: (confidence) => {
      const margin = marginAt(confidence);
      return { estimate, low: estimate - margin, high: estimate + margin };
    },
  };
}

function verdictOf(
  { better, minimumEffect: { fraction } }: MetricCandidate,
  change: Interval,
  corrected: Interval,
): [GateVerdict, string] {
  const band = { low: -fraction, high: fraction };
  const decided = classify(corrected, band);
  if (decided === 'above' || decided === 'below') {
    const regressed = (decided === 'above') === (better === 'lower');
    return [regressed ? 'regressed' : 'improved', `the whole interval lies ${decided}`];
  }
  const usual = classify(change, band);
  // That nothing has changed is no alarm, and need not be corrected for their number.
  if (usual === 'inside') return ['same', 'the whole interval lies within'];
  return usual === 'undecided'
    ? ['undecided', 'the interval is too wide to tell']
    : ['undecided', 'corrected for the number of metrics, the interval is too wide to tell'];
}
