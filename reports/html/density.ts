/** How many idle machines fit, as a section of the page: the chart inside it, then the tables. */
import { htmlEscape } from 'escape-goat';
import type { Result } from '../../core/results/schema.ts';
import { densityAlt, densityPng } from '../density/chart.ts';
import { densityTables } from '../density/view.ts';
import { sectionHtml } from './page.ts';
import { textTableHtml } from './text-table.ts';

/** No section where it was not measured. */
export function densitySections(result: Result): string[] {
  const tables = densityTables(result);
  if (tables.length === 0) return [];
  const png = densityPng(result);
  const chart = png
    ? htmlEscape`<img alt="${densityAlt(result)}" src="data:image/png;base64,${png.toString('base64')}">`
    : '';
  const body = [chart, ...tables.map((table, index) => textTableHtml(`density-${index}`, table))];
  return [sectionHtml('density', 'Density', body.join('\n'))];
}
