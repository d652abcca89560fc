/** What `hvbench ab` says in a terminal. */
import { createColors } from 'picocolors';
import type { Ab } from '../../core/judge/ab/ab.ts';
import { plainDeep } from '../../core/present/format.ts';
import type { TerminalOptions } from '../terminal/index.ts';
import { section } from '../terminal/items.ts';
import { renderTextTable } from '../terminal/text-table.ts';
import { wrap } from '../wrap.ts';
import {
  absentLines,
  contextLines,
  countLine,
  leftOutLine,
  legend,
  outcome,
  reasonLines,
  shownFigures,
  tablesOf,
  withVerdict,
} from './view.ts';

export function renderTerminal(raw: Ab, { colour, width }: TerminalOptions): string {
  const ab = plainDeep(raw);
  const colours = createColors(colour);
  const tone = ab.passed ? colours.green : colours.red;
  const lines = (texts: readonly string[]) => texts.flatMap((text) => wrap(text, width));
  return [
    ...lines([outcome(ab)]).map((line) => colours.bold(tone(line))),
    ...lines([countLine(ab)]),
    '',
    ...lines(contextLines(ab)),
    '',
    ...tablesOf(shownFigures(ab), ab).flatMap((table) => renderTextTable(table, width, colours)),
    ...leftOutLine(ab),
    ...section('Worse', reasonLines(withVerdict(ab, 'regressed')), colours, width),
    ...section('Better', reasonLines(withVerdict(ab, 'improved')), colours, width),
    ...section('Not judged', absentLines(ab), colours, width),
    ...lines([legend(ab)]).map(colours.dim),
    '',
  ].join('\n');
}
