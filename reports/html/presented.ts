/** A section as a section of the page: its charts inside it, then findings, then tables. */
import { htmlEscape } from 'escape-goat';
import type { Chart } from '../../core/model/chart.ts';
import type { Findings, Section } from '../../core/model/section.ts';
import { chartPng } from '../charts/index.ts';
import type { RunOrigin } from '../charts/layout.ts';
import { explainedOnce } from '../tones.ts';
import { foldedHtml, sectionHtml } from './page.ts';
import { notesHtml, textTableHtml } from './text-table.ts';

/** The class that colours a verdict. */
const COLOUR = {
  holds: 'supported',
  'does not hold': 'refuted-above',
  undecided: 'undecided',
  'not testable': 'not-testable',
} as const;

/** Nothing if there is no table: other files have the rest. What only some readers look for is folded away. */
export function presentedHtml(section: Section, run: RunOrigin): string[] {
  const { id, title, place, charts, findings, tables, lacks = [] } = section;
  if (tables.length === 0) return [];
  const body = [
    ...charts.flatMap((chart) => chartHtml(chart, run)),
    ...(findings ? [findingsHtml(findings)] : []),
    ...explainedOnce(tables, 'first').map((table, index) => textTableHtml(`${id}-${index}`, table)),
    ...(lacks.length > 0 ? [notesHtml(lacks)] : []),
  ].join('\n');
  return [
    place === 'aside'
      ? foldedHtml(htmlEscape`<h2 id="${id}">${title}</h2>`, body)
      : sectionHtml(id, htmlEscape(title), body),
  ];
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
