/**
 * A comparison as CSV: a row for each row and result but the first, workloads before other metrics; those that could not be
 * compared come last.
 */
import { type RowIdentity, resultLetter } from '../../core/judge/compare/match.ts';
import type { NamedRow } from '../../core/judge/compare/match-metrics.ts';
import type { ComparedMetric } from '../../core/judge/compare/metrics.ts';
import type { Value } from '../../core/model/row.ts';
import { type Column, intervalColumns } from '../../core/present/columns.ts';
import { plainDeep } from '../../core/present/format.ts';
import type { Interval } from '../../core/results/schema.ts';
import { csvTable } from '../csv-table.ts';
import { absentRows, type ComparisonReport, otherLetters } from './view.ts';

interface Line extends RowIdentity {
  readonly digest?: string;
  /** The letter of the result that is compared with A; of a row not compared, of those that have it. */
  readonly result: string;
  readonly before?: Interval | undefined;
  readonly after?: Interval | undefined;
  readonly change?: Interval;
  readonly margin?: number;
  readonly verdict: string;
  readonly reason?: string;
  /** Of what is no workload; overheads are left empty then. */
  readonly metric?: MetricColumns;
}

interface MetricColumns {
  readonly name: string | null;
  readonly machineType: string | null;
  readonly figures?: Pick<ComparedMetric, 'unit' | 'better' | 'basis'> & {
    readonly before: Value | undefined;
    readonly after: Value | undefined;
  };
}

const intervalOf = (value: Value | undefined): Interval | undefined =>
  typeof value === 'object' ? value : undefined;
const estimateOf = (value: Value | undefined): number | undefined =>
  typeof value === 'object' ? value.estimate : value;

/** Both ends are empty for a number without an interval. */
const valueColumns = (
  name: string,
  value: (figures: MetricColumns['figures']) => Value | undefined,
): Column<Line>[] => [
  [name, ({ metric }) => estimateOf(value(metric?.figures))],
  [`${name}_low`, ({ metric }) => intervalOf(value(metric?.figures))?.low],
  [`${name}_high`, ({ metric }) => intervalOf(value(metric?.figures))?.high],
];

const COLUMNS: readonly Column<Line>[] = [
  ['suite', (line) => line.suite],
  ['workload', (line) => line.workload],
  ['isa', (line) => line.isa],
  ['hypervisor', (line) => line.hypervisor],
  ['digest', (line) => line.digest],
  ['result', (line) => line.result],
  ...intervalColumns<Line>('overhead_a', (line) => line.before),
  ...intervalColumns<Line>('overhead', (line) => line.after),
  ...intervalColumns<Line>('change', (line) => line.change),
  ['margin', (line) => line.margin],
  ['verdict', (line) => line.verdict],
  ['reason', (line) => line.reason],
  ['machine_type', ({ metric }) => metric?.machineType],
  ['metric', ({ metric }) => metric?.name],
  ['unit', ({ metric }) => metric?.figures?.unit],
  ['better', ({ metric }) => metric?.figures?.better],
  ['basis', ({ metric }) => metric?.figures?.basis],
  ...valueColumns('value_a', (figures) => figures?.before),
  ...valueColumns('value', (figures) => figures?.after),
];

/** What is no workload has its dimensions in the column of workloads: `bare/warm`. */
function namesOf({ suite, target, dimensions }: NamedRow): RowIdentity {
  const workload = Object.values(dimensions).join('/');
  return { suite, workload, isa: target.isa, hypervisor: target.hypervisor };
}

function metricLines(report: ComparisonReport): Line[] {
  return report.metrics.flatMap((row) =>
    otherLetters(report).flatMap((result, index): Line[] =>
      row.changes.slice(index, index + 1).map((change) => ({
        ...namesOf(row),
        ...{ result, margin: row.margin, verdict: change.verdict },
        ...(change.by === null ? { reason: change.reason } : { change }),
        metric: {
          name: row.metric,
          machineType: row.target.machineType,
          figures: {
            ...{ unit: row.unit, better: row.better, basis: row.basis },
            ...{ before: row.values[0], after: row.values[index + 1] },
          },
        },
      })),
    ),
  );
}

function absentMetricLines({ unmatchedMetrics }: ComparisonReport): Line[] {
  return unmatchedMetrics.map((row) => ({
    ...namesOf(row),
    ...{ result: resultLetter(row.result), verdict: 'not compared', reason: row.reason },
    metric: { name: row.metric, machineType: row.target.machineType },
  }));
}

/** Overheads, changes and the margin are fractions; a row that was not compared has none, but a reason. */
export function renderCsv(raw: ComparisonReport): string {
  const report = plainDeep(raw);
  const { rows, margin } = report;
  const compared = rows.flatMap(({ overheads, changes, ...row }) =>
    otherLetters(report).flatMap((result, index): Line[] =>
      changes.slice(index, index + 1).map(({ verdict, ...change }) => ({
        ...row,
        result,
        before: overheads[0],
        after: overheads[index + 1],
        change,
        margin,
        verdict,
      })),
    ),
  );
  const absent = absentRows(report).map(
    ({ letters, ...row }): Line => ({ ...row, result: letters.join(' '), verdict: 'not compared' }),
  );
  return csvTable(COLUMNS, [...compared, ...metricLines(report), ...absent, ...absentMetricLines(report)]);
}
