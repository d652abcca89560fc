/** A history as CSV: a line for each row or metric and result, in the order of time; workloads before metrics. */
import type { RowIdentity } from '../../core/judge/compare/match.ts';
import type { MetricHistory, MetricStretch } from '../../core/judge/history/metric-series.ts';
import type { HistoryChange, HistoryPoint, Stretch } from '../../core/judge/history/series.ts';
import type { Value } from '../../core/model/row.ts';
import { type Column, intervalColumns } from '../../core/present/columns.ts';
import { plainDeep } from '../../core/present/format.ts';
import type { Interval } from '../../core/results/schema.ts';
import { csvTable } from '../csv-table.ts';
import type { HistoryReport } from './view.ts';

/** Where a point stands in its series. */
interface Place {
  /** Counted from 1: what has another number is not compared. */
  readonly number: number;
  readonly level: number | undefined;
  /** The change that this result is the first after. */
  readonly change: HistoryChange | undefined;
  /** When it began, if it is a drift. */
  readonly drift: string | undefined;
  readonly cut: string | null;
}

interface Line extends RowIdentity, Place {
  readonly hostClass: string;
  readonly point: Omit<HistoryPoint, 'overhead'>;
  /** Of a workload. */
  readonly code?: Pick<Stretch, 'technique' | 'digest' | 'argument'>;
  readonly overhead?: Interval;
  /** Of what is no workload. */
  readonly metric?: Pick<MetricHistory, 'metric' | 'better'> &
    Pick<MetricStretch, 'unit' | 'basis'> & { readonly machineType: string | null; readonly value: Value };
}

const estimateOf = (value: Value | undefined) => (typeof value === 'object' ? value.estimate : value);
const endsOf = (value: Value | undefined) => (typeof value === 'object' ? value : undefined);

const COLUMNS: readonly Column<Line>[] = [
  ['host_class', (line) => line.hostClass],
  ['suite', (line) => line.suite],
  ['workload', (line) => line.workload],
  ['isa', (line) => line.isa],
  ['hypervisor', (line) => line.hypervisor],
  ['technique', (line) => line.code?.technique],
  ['digest', (line) => line.code?.digest],
  ['argument', (line) => line.code?.argument],
  ['stretch', (line) => line.number],
  ['started_at', (line) => line.point.startedAt],
  ['commit', (line) => line.point.commit],
  ['label', (line) => line.point.label],
  ['launches', (line) => line.point.launches],
  ...intervalColumns<Line>('overhead', (line) => line.overhead),
  ['level', (line) => line.level],
  ...intervalColumns<Line>('change', (line) => line.change?.change),
  ['p_value', (line) => line.change?.pValue],
  ['drift_since', (line) => line.drift],
  ['alongside', (line) => line.change?.alongside.join('; ')],
  ['cut', (line) => line.cut],
  ['machine_type', ({ metric }) => metric?.machineType],
  ['metric', ({ metric }) => metric?.metric],
  ['unit', ({ metric }) => metric?.unit],
  ['better', ({ metric }) => metric?.better],
  ['basis', ({ metric }) => metric?.basis],
  ['value', ({ metric }) => estimateOf(metric?.value)],
  ['value_low', ({ metric }) => endsOf(metric?.value)?.low],
  ['value_high', ({ metric }) => endsOf(metric?.value)?.high],
];

interface LevelledPoints extends Pick<Stretch, 'changes' | 'levels' | 'cut'> {
  readonly points: readonly { readonly startedAt: string }[];
}

function placeOf({ changes, levels, cut, points }: LevelledPoints, number: number, index: number): Place {
  const passed = changes.filter(({ after }) => after <= index);
  const change = passed.find(({ after }) => after === index);
  const isOnTheWay = changes.some(({ before, after }) => before < index && index < after);
  return {
    number: number + 1,
    level: isOnTheWay ? undefined : levels[passed.length],
    change,
    drift: change?.gradual ? points[change.before]?.startedAt : undefined,
    cut: index === 0 ? cut : null,
  };
}

/**
 * Overheads and changes are fractions; metrics are in the unit that stands beside them, and a level is in that of its
 * figure. The columns from `change` to `cut` are filled where a change or a cut is.
 */
export function renderCsv(raw: HistoryReport): string {
  const { classes } = plainDeep(raw);
  const lines = classes.flatMap(({ hostClass, rows, metrics }) => [
    ...rows.flatMap(({ stretches, ...row }) =>
      stretches.flatMap((stretch, number) =>
        stretch.points.map(({ overhead, ...point }, index): Line => {
          const { technique, digest, argument } = stretch;
          const code = { technique, digest, argument };
          return {
            ...row,
            ...placeOf(stretch, number, index),
            hostClass: hostClass.id,
            point,
            overhead,
            code,
          };
        }),
      ),
    ),
    ...metrics.flatMap((metric) => metricLines(hostClass.id, metric)),
  ]);
  return csvTable(COLUMNS, lines);
}

/** What is no workload has its dimensions in the column of workloads: `bare/warm`. */
function metricLines(hostClass: string, { stretches, ...row }: MetricHistory): Line[] {
  const { suite, target, dimensions, metric, better } = row;
  const { isa, hypervisor, machineType } = target;
  const workload = Object.values(dimensions).join('/');
  return stretches.flatMap((stretch, number) =>
    stretch.points.map(({ value, ...point }, index): Line => {
      const { unit, basis } = stretch;
      return {
        ...{ suite, workload, isa, hypervisor, hostClass, point },
        ...placeOf(stretch, number, index),
        metric: { metric, better, unit, basis, machineType, value },
      };
    }),
  );
}
