/** What `hvbench run` prints at its end: the tables, the verdicts, and the caveats. */
import { createColors } from 'picocolors';
import type { Section } from '../../core/model/section.ts';
import { plainDeep } from '../../core/present/format.ts';
import type { Result } from '../../core/results/schema.ts';
import type { KeptSuite } from '../../core/results/suite-records.ts';
import {
  compilerOf,
  computer,
  failureLines,
  remarks,
  reproduceCommand,
  runSentence,
  stopSentence,
  virtualizationOf,
} from '../host.ts';
import { leadFirst, sectionsOf } from '../sections.ts';
import { wrap } from '../wrap.ts';
import { busyLines, claimLines, verdictLines } from './claims.ts';
import { section } from './items.ts';
import { sectionLines } from './section.ts';

export interface TerminalOptions {
  readonly colour: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

/**
 * The result as text, lines at most `width` columns wide wherever words allow. Overheads are by the wall clock unless
 * marked CPU; nothing in names or errors can steer the terminal.
 */
export function renderTerminal(
  raw: Result,
  { colour, width }: TerminalOptions,
  suites: readonly KeptSuite[],
): string {
  const result = plainDeep(raw);
  const colours = createColors(colour);
  const [lead, others] = leadFirst(sectionsOf(result, suites));
  const lines = (sections: readonly Section[]) =>
    sections.flatMap((one) => sectionLines(one, width, colours));
  return [
    ...busyLines(result, colours, width),
    ...lines(lead),
    ...(lead.length > 0
      ? [...verdictLines(result, colours, width), ...claimLines(result, colours, width)]
      : []),
    ...lines(others),
    ...section('Failed', failureLines(result), colours, width),
    ...section('Caveats', remarks(result), colours, width),
    ...wrap(
      `Host: ${computer(result.host)}. ${virtualizationOf(result.host)} ${compilerOf(result.host)}`,
      width,
    ),
    ...wrap(`${runSentence(result)} ${stopSentence(result)}`, width),
    ...wrap(`Reproduce with: ${reproduceCommand(result)}`, width),
    '',
  ].join('\n');
}
