/** A gate as workflow commands, which a GitHub run shows as annotations. */

import { rowName } from '../../core/judge/compare/match.ts';
import type { Gate, GateMetric, GateRow, GateVerdict } from '../../core/judge/gate/gate.ts';
import { plainDeep } from '../../core/present/format.ts';
import { metricName } from '../metric-names.ts';
import { command, commands, MOST, type Note } from '../workflow-commands.ts';
import { driftedNames, driftLines, driftPhrase } from './drift.ts';
import { METRIC_VERDICT_WORDS, metricFigures, metricsOf } from './metrics.ts';
import { countLines, outcome } from './outcome.ts';
import { figures, GATE_VERDICT_WORDS, rowsWithVerdict } from './view.ts';

function noteOf(row: GateRow): Note {
  return {
    name: rowName(row),
    verdict: GATE_VERDICT_WORDS[row.verdict],
    message: `${figures(row)}\n${row.reason}`,
  };
}

function metricNoteOf(metric: GateMetric): Note {
  return {
    name: metricName(metric),
    verdict: METRIC_VERDICT_WORDS[metric.verdict],
    message: `${metricFigures(metric)}\n${metric.reason}`,
  };
}

/** Workloads first, each kind with the largest change first. */
function notesOf(gate: Gate, verdict: GateVerdict): Note[] {
  return [...rowsWithVerdict(gate, verdict).map(noteOf), ...metricsOf(gate, verdict).map(metricNoteOf)];
}

function driftNotes(gate: Gate): Note[] {
  return driftedNames(gate).map(({ name, drift }) => ({
    ...{ name, verdict: 'has drifted from its anchor' },
    message: `${driftPhrase(drift)}\n${drift.reason}`,
  }));
}

export function renderGithub(raw: Gate): string {
  const gate = plainDeep(raw);
  const undecided = notesOf(gate, 'undecided');
  const lines = [
    ...commands('error', [
      ...notesOf(gate, 'regressed'),
      ...driftNotes(gate),
      ...(gate.strict ? undecided : []),
    ]),
    ...commands('warning', gate.strict ? [] : undecided),
    command('notice', 'hvbench gate', [outcome(gate), ...countLines(gate), ...driftLines(gate)].join('\n')),
    ...commands('notice', notesOf(gate, 'improved'), MOST - 1),
  ];
  return `${lines.join('\n')}\n`;
}
