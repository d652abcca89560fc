/** A comparison as CSV: a row for each row and result but the first; those that could not be compared come last. */
import type { RowIdentity } from '../../core/judge/compare/match.ts';
import type { Interval } from '../../core/results/schema.ts';
import { type Column, intervalColumns } from '../columns.ts';
import { csvTable } from '../csv-table.ts';
import { plainDeep } from '../format.ts';
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
}

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
];

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
  return csvTable(COLUMNS, [...compared, ...absent]);
}
