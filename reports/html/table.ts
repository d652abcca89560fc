/** The table of every measurement: complete without scripts, sortable and filtered with them. */
import { htmlEscape } from 'escape-goat';
import { durationText, type IntervalText, overheadText } from '../../core/present/format.ts';
import type { Interval, Measurement } from '../../core/results/schema.ts';

export interface Cell {
  readonly text: string;
  readonly range?: string;
  /** What the column is sorted by, if that is a number. */
  readonly order?: number | undefined;
}

interface Column {
  readonly title: string;
  readonly numeric: boolean;
  readonly cell: (m: Measurement) => Cell;
}

const NOTHING: Cell = { text: '–' };

/** An interval's estimate and ends as a cell. */
export function intervalCell(interval: Interval | null, words: (interval: Interval) => IntervalText): Cell {
  if (!interval) return NOTHING;
  const { value, range } = words(interval);
  return { text: value, range, order: interval.estimate };
}

const COLUMNS: readonly Column[] = [
  { title: 'Workload', numeric: false, cell: (m) => ({ text: m.workload }) },
  { title: 'Hypervisor', numeric: false, cell: (m) => ({ text: m.hypervisor }) },
  {
    title: 'Overhead',
    numeric: true,
    cell: (m) => (m.status === 'ok' ? intervalCell(m.overhead, overheadText) : { text: m.status }),
  },
  { title: 'CPU overhead', numeric: true, cell: (m) => intervalCell(m.cpuOverhead, overheadText) },
  { title: 'Time per iteration', numeric: true, cell: (m) => intervalCell(m.nsPerIteration, durationText) },
  { title: 'Suite', numeric: false, cell: (m) => ({ text: m.suite }) },
  { title: 'ISA', numeric: false, cell: (m) => ({ text: m.isa }) },
  {
    title: 'Cold start',
    numeric: true,
    cell: ({ cold }) => (cold ? { text: `${cold.factor.toFixed(2)}x`, order: cold.factor } : NOTHING),
  },
  { title: 'Rounds', numeric: true, cell: (m) => ({ text: String(m.rounds), order: m.rounds }) },
  {
    title: 'Status',
    numeric: false,
    cell: ({ status, error }) => ({ text: error ? `${status}: ${error}` : status }),
  },
];

/** A cell; the first of a row is its head. */
export function cellHtml(
  { text, range, order }: Cell,
  { numeric }: { readonly numeric: boolean },
  index: number,
): string {
  const body = htmlEscape(text) + (range ? htmlEscape` <span class="range">${range}</span>` : '');
  if (index === 0) return `<th scope="row">${body}</th>`;
  return `<td${numeric ? ' class="number"' : ''}${order === undefined ? '' : ` data-order="${order}"`}>${body}</td>`;
}

function rowHtml(m: Measurement): string {
  const attributes = htmlEscape`data-suite="${m.suite}" data-isa="${m.isa}" data-hypervisor="${m.hypervisor}" data-status="${m.status}"`;
  const cells = COLUMNS.map((column, index) => cellHtml(column.cell(m), column, index));
  return `<tr ${attributes}>${cells.join('')}</tr>`;
}

export function tableHtml(measurements: readonly Measurement[]): string {
  const head = COLUMNS.map(
    ({ title, numeric }) =>
      `<th scope="col" aria-sort="none"${numeric ? ' class="number"' : ''}><button type="button">${title}</button></th>`,
  );
  return `<table id="measurements">
<caption>Every measurement. Overheads are against native in the same rounds, with the 95&nbsp;% CI in brackets. Click a
column head to sort.</caption>
<thead><tr>${head.join('')}</tr></thead>
<tbody>
${measurements.map(rowHtml).join('\n')}
</tbody>
</table>`;
}
