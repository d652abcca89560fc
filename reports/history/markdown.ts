/** A history for a wiki, an issue or the summary of a CI job. */
import { rowName } from '../../core/judge/compare/match.ts';
import { overheadPhrase, overheadText, plainDeep } from '../../core/present/format.ts';
import { describeHostClass } from '../../core/results/host-class.ts';
import { markdownList, markdownTable, markdownText } from '../markdown.ts';
import {
  type ClassHistory,
  changePhrase,
  changesOf,
  cutLines,
  type HistoryReport,
  latestStretch,
  legend,
  shortLine,
  summary,
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
  const changes = changesOf(history).map((placed) => `${rowName(placed.row)}: ${changePhrase(placed)}`);
  return [
    `## ${markdownText(`Host class ${history.hostClass.id}`)}`,
    markdownText(describeHostClass(history.hostClass)),
    `**${markdownText(summary(history))}**`,
    ...markdownList('Changes, the latest first', changes),
    rowTable(history),
    ...markdownList('Cut in two: what is measured became another', cutLines(history)),
    ...[shortLine(history)].filter(Boolean).map(markdownText),
  ];
}

export function renderMarkdown(raw: HistoryReport): string {
  const { classes } = plainDeep(raw);
  const blocks = [
    '# Overhead against native over time',
    ...classes.flatMap(classBlocks),
    markdownText(legend()),
  ];
  return `${blocks.join('\n\n')}\n`;
}
