/** What single operations cost, the table of 2006, and where overheads come from, as lines of text. */
import type { FindingVerdict } from '../../core/judge/claims/findings.ts';
import type { Result } from '../../core/results/schema.ts';
import { exitTables } from '../operations/exits.ts';
import { findingsOf } from '../operations/findings.ts';
import { generationTables } from '../operations/generations.ts';
import { operationTables } from '../operations/view.ts';
import { wrap } from '../wrap.ts';
import type { Colours } from './table.ts';
import { renderTextTable } from './text-table.ts';

const WIDEST = 'does not hold'.length;

export function operationLines(result: Result, width: number, colours: Colours): string[] {
  const tables = [...exitTables(result), ...operationTables(result), ...generationTables(result)];
  return [
    // What several tables in a row say of themselves is said below the last of them.
    ...tables.flatMap((table, index) =>
      renderTextTable(
        table.about === tables[index + 1]?.about ? { ...table, about: '' } : table,
        width,
        colours,
      ),
    ),
    ...findingLines(result, width, colours),
  ];
}

function findingLines(result: Result, width: number, colours: Colours): string[] {
  const colour: Record<FindingVerdict, (text: string) => string> = {
    holds: colours.green,
    'does not hold': colours.magenta,
    undecided: colours.yellow,
    'not testable': colours.yellow,
  };
  const findings = findingsOf(result);
  if (findings.length === 0) return [];
  const lines = findings.flatMap(({ statement, verdict, evidence }) =>
    wrap(`${statement} Here: ${evidence}.`, width - WIDEST - 4).map((line, index) => {
      const word = (index === 0 ? verdict : '').padEnd(WIDEST);
      return `  ${colour[verdict](word)}  ${line}`;
    }),
  );
  return [colours.bold('What was found in 2006, and whether it holds here'), ...lines, ''];
}
