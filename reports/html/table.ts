/** The table of every measurement: complete without scripts, sortable and filtered with them. */
import { htmlEscape } from 'escape-goat';
import type { TextCell } from '../../core/model/section.ts';
import { durationText, type IntervalText, overheadText } from '../../core/present/format.ts';
import type { Interval, Measurement } from '../../core/results/schema.ts';

export interface Cell extends TextCell {
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

/** A figure of a few words stays on one line. */
const SHORT = 20;

function figureHtml({ text, range }: Pick<TextCell, 'text' | 'range'>): string {
  const whole = text.length <= SHORT && text.includes(' ');
  const figure = whole ? htmlEscape`<span class="figure">${text}</span>` : htmlEscape(text);
  return figure + (range ? htmlEscape` <span class="range">${range}</span>` : '');
}

/** A cell; the first of a row is its head. */
export function cellHtml(
  { order, ...cell }: Cell,
  { numeric }: { readonly numeric: boolean },
  index: number,
): string {
  const { also, tone } = cell;
  const body = also ? `${figureHtml(cell)} <span class="also">${figureHtml(also)}</span>` : figureHtml(cell);
  if (index === 0) return `<th scope="row">${body}</th>`;
  const classes = [...(numeric ? ['number'] : []), ...(tone ? [tone] : [])].join(' ');
  return `<td${classes && ` class="${classes}"`}${order === undefined ? '' : ` data-order="${order}"`}>${body}</td>`;
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
