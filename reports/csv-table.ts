/** Rows with named columns as CSV. */
import { stringify } from 'csv-stringify/sync';
import type { CsvCell, CsvFile } from '../core/model/section.ts';
import { type Column, csvFile } from '../core/present/columns.ts';

/** Lines are put together until they are about this long: all of them may be more than a text can hold. */
const CHUNK = 1 << 14;

/** One cell. Names come from config and guests: a spreadsheet must not take one for a formula. */
function escaped(text: string): string {
  return stringify([[text]], { escape_formulas: true, eof: false });
}

/** The bytes of a file, UTF-8. Each name is escaped once: there may be a million rows, and numbers need none of it. */
export function csvBytes({ columns, rows }: Pick<CsvFile, 'columns' | 'rows'>): Buffer {
  const known = new Map<string, string>();
  const textOf = (cell: CsvCell): CsvCell => {
    if (typeof cell !== 'string') return cell;
    let text = known.get(cell);
    if (text === undefined) {
      text = escaped(cell);
      known.set(cell, text);
    }
    return text;
  };
  // What is null or undefined is joined as nothing.
  const lineOf = (cells: readonly CsvCell[]) => `${cells.map(textOf).join(',')}\n`;
  const chunks: Buffer[] = [];
  let text = lineOf(columns);
  for (const cells of rows()) {
    text += lineOf(cells);
    if (text.length < CHUNK) continue;
    chunks.push(Buffer.from(text));
    text = '';
  }
  return Buffer.concat([...chunks, Buffer.from(text)]);
}

/** Rows with a head; texts should be plain already. */
export function csvTable<T>(columns: readonly Column<T>[], rows: readonly T[]): string {
  return csvBytes(csvFile('', columns, rows)).toString();
}
