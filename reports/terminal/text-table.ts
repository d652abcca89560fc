/** A table of words and figures for the terminal: split where it is too wide. */
import Table from 'cli-table3';
import type { TextCell, TextTable, Tone } from '../../core/model/section.ts';
import { clip } from '../../core/present/format.ts';
import { keyLine, markedText } from '../tones.ts';
import { wrap } from '../wrap.ts';
import { type Colours, LEAST_COLUMN, NAME_LENGTH, widthOf } from './table.ts';

interface Columns {
  readonly head: readonly string[];
  readonly rows: readonly (readonly TextCell[])[];
}

const COLOURS: Readonly<Record<Tone, keyof Colours>> = {
  negligible: 'green',
  more: 'yellow',
  heavy: 'red',
  undecided: 'yellow',
  quiet: 'dim',
  failed: 'red',
};

function tint({ tone, heads }: Pick<TextCell, 'tone' | 'heads'>, colours: Colours): (text: string) => string {
  if (heads) return colours.bold;
  return tone ? (colours[COLOURS[tone]] as (text: string) => string) : (text) => text;
}

/** A figure and its interval; a second one below them. */
function cellText(cell: TextCell, colours: Colours, stacked: boolean): string {
  const behind = ({ range }: Pick<TextCell, 'range'>) => {
    if (!range) return '';
    // Brackets keep apart by themselves.
    return `${stacked ? '\n' : range.startsWith('[') ? ' ' : '  '}${colours.dim(range)}`;
  };
  const first = `${tint(cell, colours)(markedText(cell))}${behind(cell)}`;
  return cell.also ? `${first}\n${colours.dim(cell.also.text)}${behind(cell.also)}` : first;
}

function render({ head, rows }: Columns, colours: Colours, stacked: boolean): string {
  const table = new Table({
    head: head.map((text) => colours.bold(clip(text, NAME_LENGTH))),
    colAligns: head.map((_, index) => (index === 0 ? 'left' : 'right')),
    style: { head: [], border: [] },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  const grouped = rows.some(([first]) => first?.heads);
  for (const row of rows) {
    const texts = row.map((cell) => cellText(cell, colours, stacked));
    if (grouped && !row[0]?.heads) texts[0] = `  ${texts[0]}`;
    // A row that only heads others leaves the other columns empty.
    table.push(head.map((_, index) => texts[index] ?? ''));
  }
  return table.toString();
}

/** With figures and their ranges side by side if that fits; else stacked; else some of the columns, then the others. */
function layOut(columns: Columns, width: number, colours: Colours): string {
  const { length } = columns.head;
  if (length < 3 || length * LEAST_COLUMN <= width) {
    const inline = render(columns, colours, false);
    if (widthOf(inline) <= width) return inline;
    const stacked = render(columns, colours, true);
    if (widthOf(stacked) <= width || length < 3) return stacked;
  }
  const half = 1 + Math.ceil((length - 1) / 2);
  const pick = (keep: (index: number) => boolean): Columns => ({
    head: columns.head.filter((_, index) => keep(index)),
    rows: columns.rows.map((row) => row.filter((_, index) => keep(index))),
  });
  const parts = [pick((index) => index < half), pick((index) => index === 0 || index >= half)];
  return parts.map((part) => layOut(part, width, colours)).join('\n');
}

/** Title, table, and what to know about it, as lines. */
export function renderTextTable(table: TextTable, width: number, colours: Colours): string[] {
  const key = keyLine(table);
  return [
    colours.bold(table.title),
    layOut(table, width, colours),
    ...table.notes.flatMap((note) => wrap(note, width - 2).map((line) => colours.dim(`  ${line}`))),
    ...(key ? wrap(key, width - 2).map((line) => `  ${line}`) : []),
    ...(table.about ? wrap(table.about, width).map(colours.dim) : []),
    '',
  ];
}
