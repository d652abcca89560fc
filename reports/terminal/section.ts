/** A section as lines of text. */
import type { Findings, FindingVerdict, Section } from '../../core/model/section.ts';
import { explainedOnce } from '../tones.ts';
import { wrap } from '../wrap.ts';
import type { Colours } from './table.ts';
import { renderTextTable } from './text-table.ts';

const WIDEST = 'does not hold'.length;

/** Its tables, what it lacks, and findings; charts have no place here. */
export function sectionLines(
  { tables, lacks = [], findings }: Section,
  width: number,
  colours: Colours,
): string[] {
  return [
    ...explainedOnce(tables, 'last').flatMap((table) => renderTextTable(table, width, colours)),
    ...lacks.flatMap((line) => wrap(line, width)),
    ...(lacks.length > 0 ? [''] : []),
    ...(findings ? findingLines(findings, width, colours) : []),
  ];
}

function findingLines({ title, items }: Findings, width: number, colours: Colours): string[] {
  const colour: Record<FindingVerdict, (text: string) => string> = {
    holds: colours.green,
    'does not hold': colours.magenta,
    undecided: colours.yellow,
    'not testable': colours.yellow,
  };
  const lines = items.flatMap(({ statement, verdict, evidence }) =>
    wrap(`${statement} Here: ${evidence}.`, width - WIDEST - 4).map((line, index) => {
      const word = (index === 0 ? verdict : '').padEnd(WIDEST);
      return `  ${colour[verdict](word)}  ${line}`;
    }),
  );
  return [colours.bold(title), ...lines, ''];
}
