/** Columns by name, and what each takes from a row. */
import type { CsvCell, CsvFile } from '../model/section.ts';
import type { Interval } from '../stats/interval.ts';

export type Column<T> = readonly [name: string, value: (row: T) => CsvCell];

/** Three columns: the estimate, and `_low` and `_high` for the ends; empty where there is no interval. */
export function intervalColumns<T>(name: string, of: (row: T) => Interval | null | undefined): Column<T>[] {
  return [
    [name, (row) => of(row)?.estimate],
    [`${name}_low`, (row) => of(row)?.low],
    [`${name}_high`, (row) => of(row)?.high],
  ];
}

/** Rows with these columns as a file. */
export function csvFile<T>(file: string, columns: readonly Column<T>[], rows: readonly T[]): CsvFile {
  return {
    file,
    columns: columns.map(([name]) => name),
    rows: () => rows.map((row) => columns.map(([, value]) => value(row))),
  };
}
