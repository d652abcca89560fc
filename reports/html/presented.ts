/** A section as a section of the page: its charts inside it, then findings, then tables. */
import { htmlEscape } from 'escape-goat';
import type { Chart } from '../../core/model/chart.ts';
import type { Findings, Section } from '../../core/model/section.ts';
import { chartPng } from '../charts/index.ts';
import type { RunOrigin } from '../charts/layout.ts';
import { sectionHtml } from './page.ts';
import { textTableHtml } from './text-table.ts';

/** The class that colours a verdict. */
const COLOUR = {
  holds: 'supported',
  'does not hold': 'refuted-above',
  undecided: 'undecided',
  'not testable': 'not-testable',
} as const;

/** Nothing if there is no table: other files have the rest. */
export function presentedHtml({ id, title, charts, findings, tables }: Section, run: RunOrigin): string[] {
  if (tables.length === 0) return [];
  const body = [
    ...charts.flatMap((chart) => chartHtml(chart, run)),
    ...(findings ? [findingsHtml(findings)] : []),
    ...tables.map((table, index) => textTableHtml(`${id}-${index}`, table)),
  ];
  return [sectionHtml(id, htmlEscape(title), body.join('\n'))];
}

function chartHtml(chart: Chart, run: RunOrigin): string[] {
  if (!chart.shown) return [];
  const data = chartPng(chart, run).toString('base64');
  return [htmlEscape`<img alt="${chart.shown.alt}" src="data:image/png;base64,${data}">`];
}

function findingsHtml({ items }: Findings): string {
  const lines = items.map(
    ({ statement, verdict, evidence }) =>
      htmlEscape`<li><span class="verdict ${COLOUR[verdict]}">${verdict}</span> <span><b>${statement}</b> Here: ${evidence}.</span></li>`,
  );
  return `<ul class="verdicts">${lines.join('')}</ul>`;
}
