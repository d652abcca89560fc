/** A table of words and figures as HTML. */
import { htmlEscape } from 'escape-goat';
import type { TextCell, TextTable } from '../../core/model/section.ts';
import { keyLine, markedText } from '../tones.ts';
import { scrollHtml } from './page.ts';
import { cellHtml } from './table.ts';

function rowHtml(cells: readonly TextCell[], columns: number): string {
  const [first, ...others] = cells;
  const html = cells.map((cell, index) =>
    cellHtml({ ...cell, text: markedText(cell) }, { numeric: true }, index),
  );
  if (!first?.heads) return `<tr>${html.join('')}</tr>`;
  const rest = others.length > 0 ? html.slice(1).join('') : `<td colspan="${columns - 1}"></td>`;
  return `<tr class="heads">${html[0]}${rest}</tr>`;
}

/** Lines below a table. */
export function notesHtml(lines: readonly string[]): string {
  return `<ul class="notes">${lines.map((line) => htmlEscape`<li>${line}</li>`).join('')}</ul>`;
}

/** `id` has to be unique in the page. */
export function textTableHtml(id: string, table: TextTable): string {
  const { title, about, head, rows, notes } = table;
  const columns = head.map((text) => htmlEscape(text));
  const key = keyLine(table);
  const body = `<table${rows.some(([first]) => first?.heads) ? ' class="grouped"' : ''}>
<thead><tr>${columns.map((text, index) => `<th scope="col"${index === 0 ? '' : ' class="number"'}>${text}</th>`).join('')}</tr></thead>
<tbody>
${rows.map((row) => rowHtml(row, head.length)).join('\n')}
</tbody>
</table>`;
  return [
    htmlEscape`<h3 id="${id}">${title}</h3>`,
    ...(about ? [htmlEscape`<p class="about">${about}</p>`] : []),
    ...(key ? [htmlEscape`<p class="key">${key}</p>`] : []),
    scrollHtml(id, body),
    ...(notes.length > 0 ? [notesHtml(notes)] : []),
  ].join('\n');
}
