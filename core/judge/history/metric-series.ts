/** What became of each metric over the results of one host class. */
import { groupBy } from '../../group-by.ts';
import { keyOfRow, type Metric, type Unit, type Value } from '../../model/row.ts';
import { type NamedRow, otherIdentity } from '../compare/match-metrics.ts';
import { type Basis, estimateOf, keptLog } from '../metric-figure.ts';
import type { HistoryEntry } from './entry.ts';
import type { HistoryFigure, HistoryMetricRow } from './metric-rows.ts';
import { oncePerEntry } from './series.ts';
import { type HistoryChange, type Levelled, levelled, type Measured } from './stretches.ts';

/** One result's figure of one metric. */
export interface MetricPoint {
  readonly startedAt: string;
  readonly commit: string | null;
  readonly label: string | null;
  /** In the stretch's unit. */
  readonly value: Value;
  readonly launches: number;
}

/** Results in a row that measured the same thing. */
export interface MetricStretch {
  /** `native`: figures are ratios to native in the same result. `absolute`: they depend on the day and the host. */
  readonly basis: Basis;
  readonly unit: Unit;
  readonly points: readonly MetricPoint[];
  /** Fractions of the figure before; above 0 it became larger. */
  readonly changes: readonly HistoryChange[];
  /** In the same unit, between the changes: one more than there are changes. */
  readonly levels: readonly number[];
  /** Why it is not compared with the stretch before it; null of the first. */
  readonly cut: string | null;
}

export interface MetricHistory extends NamedRow {
  /** Its name in the row. */
  readonly metric: string;
  readonly title: string;
  readonly better: Metric['better'];
  readonly stretches: readonly MetricStretch[];
}

interface MeasuredMetric extends Measured {
  readonly row: HistoryMetricRow;
  readonly name: string;
  readonly figure: HistoryFigure;
}

/** Every metric of these results, which are in the order of time; title and direction are the latest. */
export function metricHistories(entries: readonly HistoryEntry[]): MetricHistory[] {
  const all = entries.flatMap((entry) =>
    (entry.metrics ?? []).flatMap((row) =>
      Object.entries(row.metrics).map(([name, figure]): MeasuredMetric => {
        // What has no logarithm is in no history: the schema sees to that.
        const log = keptLog(estimateOf(figure.value), figure.unit) ?? Number.NaN;
        return { entry, row, name, figure, log };
      }),
    ),
  );
  return [...groupBy(all, ({ row, name }) => `${keyOfRow(row)} ${name}`)].flatMap(([key, own]) => {
    const measured = oncePerEntry(own);
    const latest = measured.at(-1);
    if (!latest) return [];
    const { suite, target, dimensions } = latest.row;
    const { title, better } = latest.figure;
    const options = { key, hypervisor: target.hypervisor, cutBetween };
    const stretches = levelled(measured, options).map(stretchOf);
    return [{ suite, target, dimensions, metric: latest.name, title, better, stretches }];
  });
}

/** Why two figures of a metric must not be compared; null where they may. */
function cutBetween(before: MeasuredMetric, after: MeasuredMetric): string | null {
  const other = otherIdentity(before.row.identity, after.row.identity);
  if (other !== null) return other;
  const [then, now] = [before.figure, after.figure];
  if (then.basis !== now.basis)
    return now.basis === 'native'
      ? 'now against native, before absolute'
      : 'now absolute, before against native';
  if (then.unit !== now.unit) return `another unit, ${now.unit} instead of ${then.unit}`;
  return then.better === now.better ? null : `${now.better} is better, no more ${then.better}`;
}

function stretchOf({ measured, changes, levels, cut }: Levelled<MeasuredMetric>): MetricStretch {
  const { basis, unit } = measured[0].figure;
  return {
    ...{ basis, unit, cut },
    points: measured.map(({ entry: { startedAt, commit, label }, figure: { value, launches } }) => ({
      ...{ startedAt, commit, label, value, launches },
    })),
    levels: levels.map(Math.exp),
    changes,
  };
}
