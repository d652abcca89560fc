/** A comparison as a page: one file that opens offline, without scripts. */
import { htmlEscape } from 'escape-goat';
import type { ComparedRow } from '../../core/judge/compare/compare.ts';
import { resultLetter } from '../../core/judge/compare/match.ts';
import { overheadText, plainDeep } from '../../core/present/format.ts';
import { pageHtml, scrollHtml, sectionHtml } from '../html/page.ts';
import { listHtml } from '../html/sections.ts';
import { type Cell, cellHtml, intervalCell } from '../html/table.ts';
import { textTableHtml } from '../html/text-table.ts';
import { metricTables, notComparedLines, summaryLines, tellsOfWorkloads } from './metrics.ts';
import {
  type ComparisonReport,
  EXITS_TITLE,
  exitLines,
  legend,
  NO_ROWS,
  otherLetters,
  resultLines,
  SAME_HOSTS,
  verdictText,
} from './view.ts';

interface Head {
  readonly title: string;
  readonly numeric: boolean;
}

const text = (title: string): Head => ({ title, numeric: false });
const number = (title: string): Head => ({ title, numeric: true });

function table(id: string, caption: string, heads: readonly Head[], rows: readonly string[]): string {
  const head = heads.map(
    ({ title, numeric }) => `<th scope="col"${numeric ? ' class="number"' : ''}>${htmlEscape(title)}</th>`,
  );
  return `<table id="${id}">
<caption>${htmlEscape(caption)}</caption>
<thead><tr>${head.join('')}</tr></thead>
<tbody>
${rows.map((row) => `<tr>${row}</tr>`).join('\n')}
</tbody>
</table>`;
}

function textCells(texts: readonly string[]): string[] {
  return texts.map((one, index) => cellHtml({ text: one }, { numeric: false }, index));
}

function hostsHtml({ hosts, results }: ComparisonReport): string {
  if (hosts.length === 0) return `<p>${SAME_HOSTS}</p>`;
  const letters = results.map((_, index) => text(resultLetter(index)));
  const rows = hosts.map(({ what, values }) => textCells([what, ...values]).join(''));
  return scrollHtml(
    'hosts',
    table('differences', 'Identical facts are left out.', [text('What'), ...letters], rows),
  );
}

function rowHtml(
  { suite, workload, isa, hypervisor, overheads, changes }: ComparedRow,
  margin: number,
): string {
  const names = textCells([`${suite}/${workload}`, isa, hypervisor]);
  const numbers = (cells: readonly Cell[]) =>
    cells.map((cell) => cellHtml(cell, { numeric: true }, names.length));
  const figures = numbers(overheads.map((overhead) => intervalCell(overhead, overheadText)));
  const judged = changes.flatMap((change) => [
    ...numbers([intervalCell(change, overheadText)]),
    htmlEscape`<td><span class="verdict ${change.verdict}">${verdictText(change.verdict, margin)}</span></td>`,
  ]);
  return [...names, ...figures, ...judged].join('');
}

function changesHtml(report: ComparisonReport): string {
  const others = otherLetters(report);
  const heads = [
    ...['Workload', 'ISA', 'Hypervisor'].map(text),
    ...['A', ...others].map((letter) => number(`Overhead in ${letter}`)),
    ...others.flatMap((letter) => [
      number(others.length > 1 ? `${letter} against A` : 'Change'),
      text('Verdict'),
    ]),
  ];
  const rows = report.rows.map((row) => rowHtml(row, report.margin));
  return [
    htmlEscape`<p>${legend(report)}</p>`,
    scrollHtml('changes', table('rows', 'Every row that all results have.', heads, rows)),
  ].join('\n');
}

/** Workloads, then the metrics of every suite. */
function changeSections(report: ComparisonReport): string[] {
  return [
    ...(tellsOfWorkloads(report) ? [report.rows.length > 0 ? changesHtml(report) : `<p>${NO_ROWS}</p>`] : []),
    ...metricTables(report).map((table, index) => textTableHtml(`metrics-${index}`, table)),
  ];
}

/** The whole page. */
export function renderHtml(raw: ComparisonReport): string {
  const report = plainDeep(raw);
  const counts = summaryLines(report);
  const absent = notComparedLines(report);
  const exits = exitLines(report);
  const headline = counts.map((line) => htmlEscape`<p class="headline">${line}</p>`).join('\n');
  return pageHtml({
    title: `Overhead compared: ${counts.join('; ')}`,
    heading: 'Overhead against native, compared',
    about: report.results.map(({ path }) => path).join(', '),
    skip: { id: 'changes', what: 'the changes' },
    main: [
      `<article class="claim">${headline}${listHtml(resultLines(report))}</article>`,
      sectionHtml('hosts', 'Host differences', hostsHtml(report)),
      sectionHtml('changes', 'Changes', changeSections(report).join('\n')),
      ...(exits.length > 0 ? [sectionHtml('exits', EXITS_TITLE, listHtml(exits))] : []),
      ...(absent.length > 0 ? [sectionHtml('absent', 'Not compared', listHtml(absent))] : []),
    ].join('\n'),
    footer: 'Made by hvbench compare.',
  });
}
