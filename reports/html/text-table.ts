/** A table of words and figures as HTML. */
import { htmlEscape } from 'escape-goat';
import type { TextTable } from '../../core/model/section.ts';
import { scrollHtml } from './page.ts';
import { cellHtml } from './table.ts';

/** `id` has to be unique in the page. */
export function textTableHtml(id: string, { title, about, head, rows, notes }: TextTable): string {
  const columns = head.map((text) => htmlEscape(text));
  const table = `<table>
${htmlEscape`<caption>${about}</caption>`}
<thead><tr>${columns.map((text, index) => `<th scope="col"${index === 0 ? '' : ' class="number"'}>${text}</th>`).join('')}</tr></thead>
<tbody>
${rows.map((row) => `<tr>${row.map((cell, index) => cellHtml(cell, { numeric: true }, index)).join('')}</tr>`).join('\n')}
</tbody>
</table>`;
  const remarks = notes.map((note) => htmlEscape`<li>${note}</li>`).join('');
  return `${htmlEscape`<h3 id="${id}">${title}</h3>`}
${scrollHtml(id, table)}
${remarks && `<ul class="notes">${remarks}</ul>`}`;
}
