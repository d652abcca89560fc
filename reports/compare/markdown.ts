/** A comparison for a pull request, a wiki or an issue. */
import { resultLetter } from '../../core/judge/compare/match.ts';
import { overheadPhrase, plainDeep } from '../../core/present/format.ts';
import { markdownList, markdownTable, markdownText, tableSection } from '../markdown.ts';
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

function rowTable(report: ComparisonReport): string {
  const others = otherLetters(report);
  const changes = others.flatMap((letter) => [
    others.length > 1 ? `${letter} against A` : 'change',
    'verdict',
  ]);
  return markdownTable(
    ['workload', 'ISA', 'hypervisor', 'A', ...others, ...changes],
    3,
    report.rows.map((row) => [
      `${row.suite}/${row.workload}`,
      row.isa,
      row.hypervisor,
      ...row.overheads.map(overheadPhrase),
      ...row.changes.flatMap((change) => [
        overheadPhrase(change),
        verdictText(change.verdict, report.margin),
      ]),
    ]),
  );
}

export function renderMarkdown(raw: ComparisonReport): string {
  const report = plainDeep(raw);
  const letters = report.results.map((_, index) => resultLetter(index));
  const blocks = [
    '# Overhead against native, compared',
    ...summaryLines(report).map((line) => `**${markdownText(line)}**`),
    resultLines(report)
      .map((line) => `- ${markdownText(line)}`)
      .join('\n'),
    '## Host differences',
    report.hosts.length > 0
      ? markdownTable(
          ['what', ...letters],
          letters.length + 1,
          report.hosts.map(({ what, values }) => [what, ...values]),
        )
      : SAME_HOSTS,
    ...(tellsOfWorkloads(report)
      ? ['## Changes', report.rows.length > 0 ? rowTable(report) : NO_ROWS, markdownText(legend(report))]
      : []),
    ...metricTables(report).map((table) => tableSection(table)),
    ...markdownList(EXITS_TITLE, exitLines(report)),
    ...markdownList('Not compared', notComparedLines(report)),
  ];
  return `${blocks.join('\n\n')}\n`;
}
