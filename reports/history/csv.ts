/** A history as CSV: a line for each row and result, in the order of time. */
import type { RowIdentity } from '../../core/judge/compare/match.ts';
import type { HistoryChange, HistoryPoint, Stretch } from '../../core/judge/history/series.ts';
import { type Column, intervalColumns } from '../../core/present/columns.ts';
import { plainDeep } from '../../core/present/format.ts';
import { csvTable } from '../csv-table.ts';
import type { HistoryReport } from './view.ts';

interface Line extends RowIdentity {
  readonly hostClass: string;
  readonly stretch: Stretch;
  /** Counted from 1: what has another number is not compared. */
  readonly number: number;
  readonly point: HistoryPoint;
  readonly level: number | undefined;
  /** The change that this result is the first after. */
  readonly change: HistoryChange | undefined;
  readonly cut: string | null;
}

const COLUMNS: readonly Column<Line>[] = [
  ['host_class', (line) => line.hostClass],
  ['suite', (line) => line.suite],
  ['workload', (line) => line.workload],
  ['isa', (line) => line.isa],
  ['hypervisor', (line) => line.hypervisor],
  ['technique', (line) => line.stretch.technique],
  ['digest', (line) => line.stretch.digest],
  ['argument', (line) => line.stretch.argument],
  ['stretch', (line) => line.number],
  ['started_at', (line) => line.point.startedAt],
  ['commit', (line) => line.point.commit],
  ['label', (line) => line.point.label],
  ['launches', (line) => line.point.launches],
  ...intervalColumns<Line>('overhead', (line) => line.point.overhead),
  ['level', (line) => line.level],
  ...intervalColumns<Line>('change', (line) => line.change?.change),
  ['p_value', (line) => line.change?.pValue],
  ['alongside', (line) => line.change?.alongside.join('; ')],
  ['cut', (line) => line.cut],
];

/** Overheads, levels and changes are fractions; the columns from `change` on are filled where a change or a cut is. */
export function renderCsv(raw: HistoryReport): string {
  const { classes } = plainDeep(raw);
  const lines = classes.flatMap(({ hostClass, rows }) =>
    rows.flatMap(({ stretches, ...row }) =>
      stretches.flatMap((stretch, number) =>
        stretch.points.map((point, index): Line => {
          const passed = stretch.changes.filter(({ after }) => after <= index);
          return {
            ...row,
            ...{ hostClass: hostClass.id, stretch, number: number + 1, point },
            level: stretch.levels[passed.length],
            change: passed.find(({ after }) => after === index),
            cut: index === 0 ? stretch.cut : null,
          };
        }),
      ),
    ),
  );
  return csvTable(COLUMNS, lines);
}
