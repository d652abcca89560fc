/** How the metrics of every suite changed from the first result to the others. */
import { keyOfRow, type Metric, type Row, type Unit, type Value } from '../../model/row.ts';
import {
  changeOfIntervals,
  classify,
  createRandom,
  deriveSeed,
  differenceInterval,
  type Interval,
  toOverhead,
} from '../../stats/index.ts';
import { type Basis, type Figure, figureOf, logsOf, NO_LOGARITHM } from '../metric-figure.ts';
import { type MatchedMetric, matchMetrics, type NamedRow, type UnmatchedMetric } from './match-metrics.ts';
import type { ChangeVerdict } from './verdict.ts';

const RESAMPLES = 2000;
/** Any number serves: it makes the same results give the same intervals. */
const SEED = 1;

/**
 * A change as a fraction of the first result's figure, by its launches or, where these are gone, by the two intervals
 * alone; or why it cannot be judged.
 */
export type MetricChange =
  | (Interval & { readonly verdict: ChangeVerdict; readonly by: 'launches' | 'intervals' })
  | { readonly verdict: 'undecided'; readonly by: null; readonly reason: string };

export interface ComparedMetric extends NamedRow {
  readonly metric: string;
  readonly title: string;
  readonly better: Metric['better'];
  /** `native`: `values` are ratios to native in the same run. `absolute`: they depend on the day and the host. */
  readonly basis: Basis;
  /** Of `values`. */
  readonly unit: Unit;
  /** In each result. */
  readonly values: readonly Value[];
  /** Changes within ± this fraction count as none: what was asked for, or the metric's own if that is more. */
  readonly margin: number;
  /** Why this much: the metric's own reason; null if more was asked for. */
  readonly marginReason: string | null;
  /** Against the first result, one for each of the others; above 0 the figure is larger than in the first. */
  readonly changes: readonly MetricChange[];
}

export interface MetricComparison {
  readonly metrics: readonly ComparedMetric[];
  readonly unmatchedMetrics: readonly UnmatchedMetric[];
}

/**
 * Compares the rows of results, one list for each, with those of the first. If a metric stands against native in all of
 * them, the ratio to native is compared, in which the day cancels; else the figure itself.
 *
 * The interval of a change comes from the launches of both results ({@link differenceInterval}, of logs). A figure without
 * launches, but with an interval, is judged by {@link changeOfIntervals}; a bare number not at all.
 */
export function compareMetrics(lists: readonly (readonly Row[])[], margin: number): MetricComparison {
  const { matched, unmatched } = matchMetrics(lists);
  return { metrics: matched.map((one) => comparedOf(one, margin)), unmatchedMetrics: unmatched };
}

function comparedOf({ figures, metric, ...name }: MatchedMetric, asked: number): ComparedMetric {
  const [first] = figures as [Metric];
  const relative = figures.every((figure) => figureOf(figure, 'native'));
  const basis: Basis = relative ? 'native' : 'absolute';
  const compared = figures.flatMap((figure) => figureOf(figure, basis) ?? []);
  const own = Math.max(...figures.map(({ minimumEffect }) => minimumEffect.fraction));
  const margin = Math.max(asked, own);
  const [before, ...others] = compared as [Figure, ...Figure[]];
  return {
    ...name,
    metric,
    title: first.title,
    better: first.better,
    basis,
    unit: before.unit,
    values: compared.map(({ value }) => value),
    margin,
    marginReason: own < asked ? null : first.minimumEffect.reason,
    changes: others.map((after, index) => {
      const label = [keyOfRow(name), metric, String(index)];
      return changeOf(before, after, label, (change) => verdictOf(change, margin, first.better));
    }),
  };
}

function verdictOf(change: Interval, margin: number, better: Metric['better']): ChangeVerdict {
  const position = classify(change, { low: -margin, high: margin });
  if (position === 'inside') return 'same';
  if (position === 'undecided') return 'undecided';
  return (position === 'below') === (better === 'lower') ? 'better' : 'worse';
}

function changeOf(
  before: Figure,
  after: Figure,
  label: readonly string[],
  judge: (change: Interval) => ChangeVerdict,
): MetricChange {
  const [a, b] = [logsOf(before), logsOf(after)];
  if (a && b) {
    const random = createRandom(deriveSeed(SEED, 'metric', ...label));
    const logs = differenceInterval(a, b, { resamples: RESAMPLES, random });
    const change = logs && toOverhead(logs);
    if (change) return { ...change, verdict: judge(change), by: 'launches' };
  }
  const change =
    typeof before.value !== 'number' && typeof after.value !== 'number'
      ? changeOfIntervals(before.value, after.value)
      : null;
  if (change) return { ...change, verdict: judge(change), by: 'intervals' };
  return { verdict: 'undecided', by: null, reason: lackOf(before) ?? lackOf(after) ?? NO_LOGARITHM };
}

function lackOf({ value, samples }: Figure): string | null {
  if (samples && samples.length < 2) return 'one launch gives no interval: measure longer';
  if (samples) return logsOf({ samples }) === null ? NO_LOGARITHM : null;
  return typeof value === 'number' ? 'a number without an interval: how much it varies is unknown' : null;
}
