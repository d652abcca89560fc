/** How long machines take to boot, as a section of the page: the chart inside it, then the tables. */
import { htmlEscape } from 'escape-goat';
import type { Result } from '../../core/results/schema.ts';
import { bootPng } from '../boot/chart.ts';
import { bootRows, NS_PER_MS, readyMs } from '../boot/rows.ts';
import { bootTables } from '../boot/view.ts';
import { duration } from '../format.ts';
import { sectionHtml } from './page.ts';
import { textTableHtml } from './text-table.ts';

/** No section where it was not measured. */
export function bootSections(result: Result): string[] {
  const tables = bootTables(result);
  if (tables.length === 0) return [];
  const png = bootPng(result);
  const times = bootRows(result).map(
    ({ name, warm }) => `${name}: ${duration((readyMs(warm) ?? 0) * NS_PER_MS)}`,
  );
  const chart = png
    ? htmlEscape`<img alt="Bars of how long each machine takes to boot, cut at its milestones. Until ready: ${times.join('; ')}. All figures stand in the tables below." src="data:image/png;base64,${png.toString('base64')}">`
    : '';
  const body = [chart, ...tables.map((table, index) => textTableHtml(`boot-${index}`, table))];
  return [sectionHtml('boot', 'Boot', body.join('\n'))];
}
