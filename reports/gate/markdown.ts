/** A gate for the summary of a GitHub step or a comment: what fails it above, the rest folded. */
import type { Gate, GateMetric, GateRow, GateVerdict } from '../../core/judge/gate/gate.ts';
import { count, overheadPhrase, overheadText, plainDeep } from '../../core/present/format.ts';
import { markdownTable, markdownText, tableSection } from '../markdown.ts';
import { driftedLines, driftLines } from './drift.ts';
import {
  absentMetricLines,
  failingMetrics,
  METRIC_VERDICT_WORDS,
  metricLegend,
  metricReasonLines,
  metricsOf,
  metricTables,
} from './metrics.ts';
import { countLines, judgesRows, outcome } from './outcome.ts';
import {
  absences,
  contextLines,
  failingRows,
  GATE_VERDICT_WORDS,
  legend,
  machineName,
  minimumEffectText,
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

function metricBlock(metrics: readonly GateMetric[]): string {
  return metricTables(metrics)
    .map((table) => tableSection(table, 3))
    .join('\n\n');
}

/** The verdicts that a gate does not fail for. */
function otherVerdicts({ strict }: Gate): GateVerdict[] {
  return strict ? ['improved', 'same'] : ['improved', 'undecided', 'same'];
}

/** What a reader unfolds; GitHub reads it as Markdown only between empty lines. */
function folded(title: string, block: string): string[] {
  return [`<details><summary>${title}</summary>`, block, '</details>'];
}

export function renderMarkdown(raw: Gate): string {
  const gate = plainDeep(raw);
  const failing = failingRows(gate);
  const worse = failingMetrics(gate);
  const others = otherVerdicts(gate)
    .map((verdict) => ({ verdict, rows: rowsWithVerdict(gate, verdict) }))
    .filter(({ rows }) => rows.length > 0);
  const absent = absences(gate);
  const absentMetrics = absentMetricLines(gate);
  const blocks = [
    `## ${markdownText(outcome(gate))}`,
    ...countLines(gate).map(markdownText),
    list(contextLines(gate)),
    ...(failing.length > 0 ? [table(failing), list(reasonLines(failing))] : []),
    ...(worse.length > 0 ? [metricBlock(worse), list(metricReasonLines(worse))] : []),
    ...driftLines(gate).map(markdownText),
    ...(driftedLines(gate).length > 0 ? [list(driftedLines(gate))] : []),
    ...others.flatMap(({ verdict, rows }) =>
      folded(`${count(rows.length, 'row')} ${GATE_VERDICT_WORDS[verdict]}`, table(rows)),
    ),
    ...otherVerdicts(gate).flatMap((verdict) => {
      const metrics = metricsOf(gate, verdict);
      const title = `${count(metrics.length, 'metric')} ${METRIC_VERDICT_WORDS[verdict]}`;
      return metrics.length > 0 ? folded(title, metricBlock(metrics)) : [];
    }),
    ...(absent.length > 0
      ? folded(`${count(absent.length, 'row')} not judged`, list(reasonLines(absent)))
      : []),
    ...(absentMetrics.length > 0 ? folded('Metrics not judged', list(absentMetrics)) : []),
    ...[judgesRows(gate) ? legend(gate) : '', metricLegend(gate)].filter(Boolean).map(markdownText),
  ];
  return `${blocks.join('\n\n')}\n`;
}
