/** What `hvbench run` prints at its end: the tables, the verdicts, and the caveats. */
import { createColors } from 'picocolors';
import type { Section } from '../../core/model/section.ts';
import { plainDeep } from '../../core/present/format.ts';
import type { Result, Verdict } from '../../core/results/schema.ts';
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
import { busyLine, CLAIM_VERDICT_WORDS, evidence, headline, judgedClaims, subject } from '../verdicts.ts';
import { wrap } from '../wrap.ts';
import { sectionLines } from './section.ts';
import type { Colours } from './table.ts';

export interface TerminalOptions {
  readonly colour: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

function verdictColour(verdict: Verdict, colours: Colours): (text: string) => string {
  if (verdict === 'supported') return colours.green;
  if (verdict === 'mixed' || verdict === 'undecided' || verdict === 'not-testable') return colours.yellow;
  return colours.magenta;
}

function verdictLines(result: Result, colours: Colours, width: number): string[] {
  const words = Math.max(...Object.values(CLAIM_VERDICT_WORDS).map((word) => word.length));
  return judgedClaims(result).flatMap((claim) => [
    ...wrap(`Claim: "${claim.statement}" (${claim.source})`, width).map(colours.dim),
    ...wrap(headline(claim), width).map(colours.bold),
    ...claim.results.flatMap((judged) =>
      wrap(`${subject(judged)}: ${evidence(judged)}`, width - words - 4).map((line, index) => {
        const word = (index === 0 ? CLAIM_VERDICT_WORDS[judged.verdict] : '').padEnd(words);
        return `  ${verdictColour(judged.verdict, colours)(word)}  ${line}`;
      }),
    ),
    '',
  ]);
}

/** A title and its lines as items; nothing if there are none. */
export function section(title: string, lines: readonly string[], colours: Colours, width: number): string[] {
  if (lines.length === 0) return [];
  const items = lines.flatMap((line) =>
    wrap(line, width - 4).map((part, index) => `${index === 0 ? '  - ' : '    '}${part}`),
  );
  return [colours.bold(title), ...items, ''];
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
  const busy = busyLine(result);
  return [
    ...(busy === null ? [] : [...wrap(busy, width).map(colours.yellow), '']),
    ...lines(lead),
    ...(lead.length > 0 ? verdictLines(result, colours, width) : []),
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
