/** A gate for the summary of a GitHub step or a comment: what fails it above, the rest folded. */
import type { Gate, GateRow } from '../../core/judge/gate/gate.ts';
import { count, overheadPhrase, overheadText, plainDeep } from '../../core/present/format.ts';
import { markdownTable, markdownText } from '../markdown.ts';
import {
  absences,
  contextLines,
  countLine,
  failingRows,
  GATE_VERDICT_WORDS,
  legend,
  machineName,
  minimumEffectText,
  outcome,
  reasonLines,
  rowsWithVerdict,
} from './view.ts';

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${markdownText(line)}`).join('\n');
}

function table(rows: readonly GateRow[]): string {
  return markdownTable(
    ['workload', 'hypervisor', 'verdict', 'overhead before', 'now', 'change', 'minimum effect'],
    3,
    rows.map((row) => [
      `${row.suite}/${row.workload}`,
      machineName(row),
      row.verdict,
      overheadText(row.before).value,
      overheadText(row.after).value,
      overheadPhrase(row.change),
      minimumEffectText(row.minimumEffect),
    ]),
  );
}

/** What a reader unfolds; GitHub reads it as Markdown only between empty lines. */
function folded(title: string, block: string): string[] {
  return [`<details><summary>${title}</summary>`, block, '</details>'];
}

export function renderMarkdown(raw: Gate): string {
  const gate = plainDeep(raw);
  const failing = failingRows(gate);
  const others = (['improved', 'undecided', 'same'] as const)
    .map((verdict) => ({ verdict, rows: rowsWithVerdict(gate, verdict) }))
    .filter(({ verdict, rows }) => rows.length > 0 && !(gate.strict && verdict === 'undecided'));
  const absent = absences(gate);
  const blocks = [
    `## ${markdownText(outcome(gate))}`,
    markdownText(countLine(gate)),
    list(contextLines(gate)),
    ...(failing.length > 0 ? [table(failing), list(reasonLines(failing))] : []),
    ...others.flatMap(({ verdict, rows }) =>
      folded(`${count(rows.length, 'row')} ${GATE_VERDICT_WORDS[verdict]}`, table(rows)),
    ),
    ...(absent.length > 0
      ? folded(`${count(absent.length, 'row')} not judged`, list(reasonLines(absent)))
      : []),
    markdownText(legend(gate)),
  ];
  return `${blocks.join('\n\n')}\n`;
}
