/** The overheads of one suite on one ISA as a table that fits the terminal. */
import { stripVTControlCharacters } from 'node:util';
import Table from 'cli-table3';
import type { createColors } from 'picocolors';
import { Footnotes } from '../../core/present/footnotes.ts';
import { clip, duration, overheadText } from '../../core/present/format.ts';
import type { Interval, Measurement } from '../../core/results/schema.ts';
import { CONTROL, type Group, notableCpu, type WorkloadRow } from '../view.ts';
import { noFigure } from '../without-figure.ts';

export type Colours = ReturnType<typeof createColors>;

interface Layout {
  readonly colours: Colours;
  /** Overheads up to here, a fraction, count as none. */
  readonly negligible: number;
  /** Whether an interval stands below its estimate instead of beside it. */
  readonly stacked: boolean;
}

/** The longest name that a table shows whole. */
export const NAME_LENGTH = 28;

/** From here on an overhead is more than was ever called usual for a hypervisor (the band of 10–30 %). */
const HEAVY = 0.3;

function tint(overhead: Interval, guest: string, { colours, negligible }: Layout): (text: string) => string {
  if (guest === CONTROL) return colours.dim;
  if (overhead.high <= negligible) return colours.green;
  return overhead.low > HEAVY ? colours.red : colours.yellow;
}

function overheadCell(overhead: Interval, guest: string, layout: Layout): string {
  const { value, range } = overheadText(overhead);
  const figure = tint(overhead, guest, layout)(value);
  return `${figure}${layout.stacked ? '\n' : ' '}${layout.colours.dim(range)}`;
}

function guestCell(
  m: Measurement | undefined,
  native: Measurement | undefined,
  layout: Layout,
  notes: Footnotes,
): string {
  if (!m) return layout.colours.dim('not run');
  if (m.status !== 'ok' || !m.overhead) {
    const mark = notes.mark(m.error ?? noFigure(m, native));
    return (m.status === 'failed' ? layout.colours.red : layout.colours.dim)(
      `${m.status === 'ok' ? 'no figure' : m.status} ${mark}`,
    );
  }
  const wall = overheadCell(m.overhead, m.hypervisor, layout);
  const cpu = notableCpu(m);
  if (!cpu) return wall;
  const { value, range } = overheadText(cpu);
  return `${wall}\n${layout.colours.dim(`CPU ${value}${layout.stacked ? '\n' : ' '}${range}`)}`;
}

function nativeCell({ native }: WorkloadRow, layout: Layout, notes: Footnotes): string {
  if (native?.nsPerIteration) return duration(native.nsPerIteration.estimate);
  return layout.colours.red(
    native?.status === 'ok'
      ? `no figure ${notes.mark(noFigure(native, undefined))}`
      : `${native?.status ?? 'not run'} ${notes.mark(native?.error ?? 'native was not run')}`,
  );
}

function meanRow(group: Group, guests: readonly string[], layout: Layout): string[] | undefined {
  const cells = guests.map((guest) => {
    const mean = group.means.get(guest)?.overhead;
    return mean ? overheadCell(mean, guest, layout) : '';
  });
  return cells.some(Boolean) ? [layout.colours.bold('geometric mean'), '', ...cells] : undefined;
}

function render(group: Group, guests: readonly string[], layout: Layout, notes: Footnotes): string {
  const { bold } = layout.colours;
  const mean = meanRow(group, guests, layout);
  const table = new Table({
    head: [group.name, 'native', ...guests.map((guest) => clip(guest, NAME_LENGTH))].map(bold),
    colAligns: ['left', ...['native', ...guests].map(() => 'right' as const)],
    style: { head: [], border: [] },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  for (const row of group.rows) {
    table.push([
      clip(row.workload, NAME_LENGTH),
      nativeCell(row, layout, notes),
      ...guests.map((guest) => guestCell(row.guests.get(guest), row.native, layout, notes)),
    ]);
  }
  if (mean) table.push(mean);
  return table.toString();
}

/** What a column takes at least: a border, a character and the room around it. More of them need not be laid out to be seen not to fit. */
export const LEAST_COLUMN = 4;

/** Columns that the longest line takes on a terminal. */
export function widthOf(text: string): number {
  return stripVTControlCharacters(text)
    .split('\n')
    .reduce((longest, line) => Math.max(longest, line.length), 0);
}

/**
 * One table if it fits into `width` columns; else with intervals below their estimates; else several tables,
 * each with some of the hypervisors.
 */
export function renderGroup(group: Group, width: number, colours: Colours, negligible: number): string {
  const layOut = (guests: readonly string[], notes: Footnotes): string => {
    if (guests.length > 1 && guests.length * LEAST_COLUMN > width) return halves(guests, notes);
    const inline = render(group, guests, { colours, negligible, stacked: false }, notes);
    if (widthOf(inline) <= width) return inline;
    const stacked = render(group, guests, { colours, negligible, stacked: true }, notes);
    if (widthOf(stacked) <= width || guests.length < 2) return stacked;
    return halves(guests, notes);
  };
  const halves = (guests: readonly string[], notes: Footnotes): string => {
    const half = Math.ceil(guests.length / 2);
    return `${layOut(guests.slice(0, half), notes)}\n${layOut(guests.slice(half), notes)}`;
  };
  const notes = new Footnotes();
  const tables = layOut(group.guests, notes);
  const absent = group.absent.map(({ hypervisor, reason }) => `${hypervisor} unavailable: ${reason}`);
  return [tables, ...[...notes.lines(), ...absent].map((line) => colours.dim(`  ${line}`))].join('\n');
}
