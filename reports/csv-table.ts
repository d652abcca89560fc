/** Rows with named columns as CSV. */
import { stringify } from 'csv-stringify/sync';
import type { Interval } from '../core/results/schema.ts';

export type Cell = string | number | null | undefined;

export type Column<T> = readonly [name: string, value: (row: T) => Cell];

export function intervalColumns<T>(name: string, of: (row: T) => Interval | null | undefined): Column<T>[] {
  return [
    [name, (row) => of(row)?.estimate],
    [`${name}_low`, (row) => of(row)?.low],
    [`${name}_high`, (row) => of(row)?.high],
  ];
}

/** Names come from config and guests: a spreadsheet must not take one for a formula. */
function table(columns: string[], rows: Cell[][]): string {
  return stringify(rows, { header: true, columns, escape_formulas: true });
}

/** One row, without its end. */
export function csvLine(cells: readonly Cell[]): string {
  return stringify([cells], { escape_formulas: true, eof: false });
}

/** Rows with a head; texts should be plain already. */
export function csvTable<T>(columns: readonly Column<T>[], rows: readonly T[]): string {
  return table(
    columns.map(([name]) => name),
    rows.map((row) => columns.map(([, value]) => value(row))),
  );
}
