/**
 * A gate as workflow commands, which a GitHub run shows as annotations.
 * Escaped as in command.ts of https://github.com/actions/toolkit.
 */

import { rowName } from '../../core/judge/compare/match.ts';
import type { Gate, GateRow } from '../../core/judge/gate/gate.ts';
import { clip, count, plainDeep } from '../../core/present/format.ts';
import { countLine, failingRows, figures, GATE_VERDICT_WORDS, outcome, rowsWithVerdict } from './view.ts';

type Level = 'error' | 'warning' | 'notice';

/** GitHub shows no more annotations of one level for one step. */
const MOST = 10;

/** Characters of names in the annotation that counts the rows left out. */
const NAMES_LENGTH = 1000;

const code = (character: string) => encodeURIComponent(character);

function command(level: Level, title: string, message: string): string {
  return `::${level} title=${title.replace(/[%\r\n:,]/g, code)}::${message.replace(/[%\r\n]/g, code)}`;
}

/** One for each row; beyond `most`, the last one speaks of all that are left. */
function commands(level: Level, rows: readonly GateRow[], most = MOST): string[] {
  const shown = rows.length <= most ? rows : rows.slice(0, most - 1);
  const left = rows.slice(shown.length);
  return [
    ...shown.map((row) =>
      command(level, `${rowName(row)}: ${GATE_VERDICT_WORDS[row.verdict]}`, `${figures(row)}\n${row.reason}`),
    ),
    ...(left.length > 0
      ? [
          command(
            level,
            `${count(left.length, 'more row')}`,
            clip(left.map(rowName).join('; '), NAMES_LENGTH),
          ),
        ]
      : []),
  ];
}

export function renderGithub(raw: Gate): string {
  const gate = plainDeep(raw);
  const lines = [
    ...commands('error', failingRows(gate)),
    ...commands('warning', gate.strict ? [] : rowsWithVerdict(gate, 'undecided')),
    command('notice', 'hvbench gate', `${outcome(gate)}\n${countLine(gate)}`),
    ...commands('notice', rowsWithVerdict(gate, 'improved'), MOST - 1),
  ];
  return `${lines.join('\n')}\n`;
}
