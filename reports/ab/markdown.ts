/** An A/B for the summary of a GitHub step or a comment: what changed above, the rest folded. */
import type { Ab } from '../../core/judge/ab/ab.ts';
import { count, plainDeep } from '../../core/present/format.ts';
import { markdownText, tableSection } from '../markdown.ts';
import {
  absentLines,
  contextLines,
  countLine,
  legend,
  outcome,
  reasonLines,
  tablesOf,
  verdictWords,
  withVerdict,
} from './view.ts';

const list = (lines: readonly string[]) => lines.map((line) => `- ${markdownText(line)}`).join('\n');

/** GitHub reads it as Markdown only between empty lines. */
const folded = (title: string, blocks: readonly string[]) => [
  `<details><summary>${markdownText(title)}</summary>`,
  ...blocks,
  '</details>',
];

export function renderMarkdown(raw: Ab): string {
  const ab = plainDeep(raw);
  const tables = (verdict: Parameters<typeof withVerdict>[1]) =>
    tablesOf(withVerdict(ab, verdict), ab).map((table) => tableSection(table, 3));
  const changed = (['regressed', 'improved'] as const).flatMap((verdict) => {
    const figures = withVerdict(ab, verdict);
    return figures.length > 0 ? [...tables(verdict), list(reasonLines(figures))] : [];
  });
  const rest = (['undecided', 'same'] as const).flatMap((verdict) => {
    const own = withVerdict(ab, verdict);
    return own.length > 0
      ? folded(`${count(own.length, 'figure')} ${verdictWords(ab, verdict)}`, tables(verdict))
      : [];
  });
  const absent = absentLines(ab);
  const blocks = [
    `## ${markdownText(outcome(ab))}`,
    markdownText(countLine(ab)),
    list(contextLines(ab)),
    ...changed,
    ...rest,
    ...(absent.length > 0 ? folded(`${count(absent.length, 'figure')} not judged`, [list(absent)]) : []),
    markdownText(legend(ab)),
  ];
  return `${blocks.join('\n\n')}\n`;
}
