/** A history for a wiki, an issue or the summary of a CI job. */

import { overheadPhrase, overheadText, plainDeep } from '../../core/present/format.ts';
import { describeHostClass } from '../../core/results/host-class.ts';
import { markdownList, markdownTable, markdownText, tableSection } from '../markdown.ts';
import { metricTables } from './metrics.ts';
import {
  type ClassHistory,
  changeLines,
  cutLines,
  type HistoryReport,
  latestStretch,
  legend,
  shortLine,
  summary,
  titleOf,
} from './view.ts';

function rowTable({ rows }: ClassHistory): string {
  return markdownTable(
    ['workload', 'ISA', 'hypervisor', 'results', 'first', 'latest', 'changes'],
    3,
    rows.flatMap((row) => {
      const stretch = latestStretch(row);
      const [first, latest] = [stretch?.points[0], stretch?.points.at(-1)];
      if (!stretch || !first || !latest) return [];
      return [
        [
          ...[`${row.suite}/${row.workload}`, row.isa, row.hypervisor, String(stretch.points.length)],
          overheadPhrase(first.overhead),
          latest === first ? '' : overheadPhrase(latest.overhead),
          stretch.changes.map(({ change }) => overheadText(change).value).join(', '),
        ],
      ];
    }),
  );
}

function classBlocks(history: ClassHistory): string[] {
  return [
    `## ${markdownText(`Host class ${history.hostClass.id}`)}`,
    markdownText(describeHostClass(history.hostClass)),
    `**${markdownText(summary(history))}**`,
    ...markdownList('Changes, latest first', changeLines(history)),
    ...(history.rows.length > 0 ? [rowTable(history)] : []),
    ...metricTables(history).map((table) => tableSection(table, 3)),
    ...markdownList('Cut: another thing is measured since', cutLines(history)),
    ...[shortLine(history)].filter(Boolean).map(markdownText),
  ];
}

export function renderMarkdown(raw: HistoryReport): string {
  const { classes } = plainDeep(raw);
  const blocks = [`# ${titleOf(classes)}`, ...classes.flatMap(classBlocks), markdownText(legend(classes))];
  return `${blocks.join('\n\n')}\n`;
}
