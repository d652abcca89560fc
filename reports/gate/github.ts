/**
 * A gate as workflow commands, which a GitHub run shows as annotations.
 * Escaped as in command.ts of https://github.com/actions/toolkit.
 */

import { rowName } from '../../core/judge/compare/match.ts';
import type { Gate, GateMetric, GateRow, GateVerdict } from '../../core/judge/gate/gate.ts';
import { clip, count, plainDeep } from '../../core/present/format.ts';
import { metricName } from '../metric-names.ts';
import { driftedNames, driftLines, driftPhrase } from './drift.ts';
import { METRIC_VERDICT_WORDS, metricFigures, metricsOf } from './metrics.ts';
import { countLines, outcome } from './outcome.ts';
import { figures, GATE_VERDICT_WORDS, rowsWithVerdict } from './view.ts';

type Level = 'error' | 'warning' | 'notice';

/** GitHub shows no more annotations of one level for one step. */
const MOST = 10;

/** Characters of names in the annotation that counts the rows left out. */
const NAMES_LENGTH = 1000;

const code = (character: string) => encodeURIComponent(character);

/** One workflow command, its texts escaped. */
export function command(level: Level, title: string, message: string): string {
  return `::${level} title=${title.replace(/[%\r\n:,]/g, code)}::${message.replace(/[%\r\n]/g, code)}`;
}

/** What an annotation says of a row or a metric. */
interface Note {
  readonly name: string;
  readonly verdict: string;
  readonly message: string;
}

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

/** One for each; beyond `most`, the last one speaks of all that are left. */
function commands(level: Level, notes: readonly Note[], most = MOST): string[] {
  const shown = notes.length <= most ? notes : notes.slice(0, most - 1);
  const left = notes.slice(shown.length);
  const names = clip(left.map(({ name }) => name).join('; '), NAMES_LENGTH);
  return [
    ...shown.map(({ name, verdict, message }) => command(level, `${name}: ${verdict}`, message)),
    ...(left.length > 0 ? [command(level, `${count(left.length, 'more row')}`, names)] : []),
  ];
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
