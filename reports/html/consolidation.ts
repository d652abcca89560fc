/** How many machines the host carries, as a section of the page: the chart inside it, then the tables. */
import { htmlEscape } from 'escape-goat';
import type { Result } from '../../core/results/schema.ts';
import { consolidationPng } from '../consolidation/chart.ts';
import { consolidationTables, kneeText, measuredRows, rowLabel } from '../consolidation/view.ts';
import { sectionHtml } from './page.ts';
import { textTableHtml } from './text-table.ts';

/** No section where it was not measured. */
export function consolidationSections(result: Result): string[] {
  const tables = consolidationTables(result);
  if (tables.length === 0) return [];
  const rows = measuredRows(result);
  const knees = rows.map((row) => `${rowLabel(row, rows)} ${kneeText(row, 'set').text}`).join(', ');
  const png = consolidationPng(result);
  const chart = png
    ? htmlEscape`<img alt="Work, memory and boot storm over the number of machines at once; knees at the set demand: ${knees}. All figures stand in the tables below." src="data:image/png;base64,${png.toString('base64')}">`
    : '';
  const body = [chart, ...tables.map((table, index) => textTableHtml(`consolidation-${index}`, table))];
  return [sectionHtml('consolidation', 'Consolidation', body.join('\n'))];
}
