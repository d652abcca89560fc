/** Tables of a site. */

import type { TextCell, TextTable } from '../../core/model/section.ts';
import { overheadText } from '../../core/present/format.ts';
import type { Interval } from '../../core/results/schema.ts';
import { keyLine, markedText } from '../tones.ts';
import { html, type Markup, type Piece } from './html.ts';
import { notes, scroll } from './page.ts';

/** One cell of a table of markup; numbers are to the right. */
export interface Td {
  readonly content: Piece;
  readonly number?: boolean;
  /** Sentences, which need room. */
  readonly wide?: boolean;
}

export interface Th {
  readonly text: string;
  readonly number: boolean;
  /** Further attributes, with a space before each. */
  readonly attributes?: Piece;
}

/** The first cell of each row heads it. `attributesOf`: further attributes of a row. */
export function tableOf(
  id: string,
  label: string,
  head: readonly (string | Th)[],
  rows: readonly (readonly (Piece | Td)[])[],
  attributesOf: (row: number) => Piece = () => null,
): Markup {
  const columns = head.map((one): Th => (typeof one === 'string' ? { text: one, number: false } : one));
  const cell = (piece: Piece | Td, index: number) => {
    const { content, number = false, wide = false } = isTd(piece) ? piece : { content: piece };
    return index === 0
      ? html`<th scope="row">${content}</th>`
      : html`<td${number ? html` class="number"` : wide && html` class="wide"`}>${content}</td>`;
  };
  return scroll(
    label,
    html`<table id="${id}">
<thead><tr>${columns.map(({ text, number, attributes }) => html`<th scope="col"${number && html` class="number"`}${attributes}>${text}</th>`)}</tr></thead>
<tbody>
${rows.map((row, index) => html`<tr${attributesOf(index)}>${row.map(cell)}</tr>\n`)}</tbody>
</table>`,
  );
}

function isTd(piece: Piece | Td): piece is Td {
  return piece !== null && typeof piece === 'object' && 'content' in piece;
}

/** An overhead with its interval, and of how many results it is if of several. */
export function figure(overhead: Interval | null, results = 1): Td {
  if (!overhead) return { content: '–', number: true };
  const { value, range } = overheadText(overhead);
  return {
    number: true,
    content: html`<span class="figure">${value}</span> <span class="range">${range}${results > 1 && ` of ${results}`}</span>`,
  };
}

/** A table that a suite presents, as every report shows it. `id` has to be unique in the page. */
export function textTable(id: string, table: TextTable): Markup {
  const { title, about, head, rows, notes: lines } = table;
  const key = keyLine(table);
  const grouped = rows.some(([first]) => first?.heads);
  return html`<h3 id="${id}">${title}</h3>
${about && html`<p class="about">${about}</p>\n`}${key && html`<p class="key">${key}</p>\n`}${scroll(
  title,
  html`<table${grouped && html` class="grouped"`}>
<thead><tr>${head.map((text, index) => html`<th scope="col"${index > 0 && html` class="number"`}>${text}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => rowOf(row, head.length))}</tbody>
</table>`,
)}${notes(lines)}`;
}

function rowOf(cells: readonly TextCell[], columns: number): Markup {
  const [first, ...others] = cells;
  const heads = first?.heads ?? false;
  return html`<tr${heads && html` class="heads"`}>${cells.map(cellOf)}${heads && others.length === 0 && columns > 1 && html`<td colspan="${columns - 1}"></td>`}</tr>\n`;
}

function cellOf(cell: TextCell, index: number): Markup {
  const { range, tone, also } = cell;
  const content = html`<span class="figure${tone && ` ${tone}`}">${markedText(cell)}</span>${range && html` <span class="range">${range}</span>`}${also && html`<span class="also">${also.text}${also.range && html` <span class="range">${also.range}</span>`}</span>`}`;
  return index === 0 ? html`<th scope="row">${content}</th>` : html`<td class="number">${content}</td>`;
}
