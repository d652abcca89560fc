/** The claims and what became of them. */
import { createColors } from 'picocolors';
import { plainDeep } from '../../core/present/format.ts';
import type { Result, Verdict } from '../../core/results/schema.ts';
import {
  busyLine,
  CLAIM_VERDICT_WORDS,
  claimsTable,
  evidence,
  foundingClaims,
  headline,
  subject,
} from '../verdicts.ts';
import { wrap } from '../wrap.ts';
import { section } from './items.ts';
import type { Colours } from './table.ts';

function verdictColour(verdict: Verdict, colours: Colours): (text: string) => string {
  if (verdict === 'supported') return colours.green;
  if (verdict === 'mixed' || verdict === 'undecided' || verdict === 'not-testable') return colours.yellow;
  return colours.magenta;
}

/** The founding claims, each with all that it was judged on. */
export function verdictLines(result: Result, colours: Colours, width: number): string[] {
  const words = Math.max(...Object.values(CLAIM_VERDICT_WORDS).map((word) => word.length));
  return foundingClaims(result).flatMap((claim) => [
    ...wrap(`Claim: "${claim.statement}" (${claim.source})`, width).map(colours.dim),
    ...wrap(headline(claim), width).map(colours.bold),
    ...claim.results.flatMap((judged) =>
      wrap(`${subject(judged)}: ${evidence(judged)}`, width - words - 4).map((line, index) => {
        const word = (index === 0 ? CLAIM_VERDICT_WORDS[judged.verdict] : '').padEnd(words);
        return `  ${verdictColour(judged.verdict, colours)(word)}  ${line}`;
      }),
    ),
    ...claim.predictions.flatMap((line) => wrap(line, width - 2).map((part) => `  ${part}`)),
    '',
  ]);
}

/** What others claim: too many words for columns. */
export function claimLines(result: Result, colours: Colours, width: number): string[] {
  const table = claimsTable(result);
  if (!table) return [];
  const lines = table.rows.map(([claim, band, here]) => `${claim?.text} (${band?.text}): ${here?.text}`);
  return [
    ...section(table.title, lines, colours, width).slice(0, -1),
    ...table.notes.flatMap((note) => wrap(note, width - 2).map((line) => colours.dim(`  ${line}`))),
    '',
  ];
}

/** Nothing of a result but its claims. */
export function renderClaims(
  raw: Result,
  { colour, width }: { readonly colour: boolean; readonly width: number },
): string {
  const result = plainDeep(raw);
  const colours = createColors(colour);
  return [
    ...busyLines(result, colours, width),
    ...verdictLines(result, colours, width),
    ...claimLines(result, colours, width),
  ].join('\n');
}

/** What comes before everything else, if there is anything. */
export function busyLines(result: Result, colours: Colours, width: number): string[] {
  const busy = busyLine(result);
  return busy === null ? [] : [...wrap(busy, width).map(colours.yellow), ''];
}
