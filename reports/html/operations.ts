/** What single operations cost, the table of 2006, and where overheads come from, as sections of the page. */
import { htmlEscape } from 'escape-goat';
import type { Result } from '../../core/results/schema.ts';
import { exitTables } from '../operations/exits.ts';
import { findingsOf } from '../operations/findings.ts';
import { generationTables } from '../operations/generations.ts';
import { operationTables } from '../operations/view.ts';
import { sectionHtml } from './page.ts';
import { textTableHtml } from './text-table.ts';

/** The class that colours a verdict. */
const COLOUR = {
  holds: 'supported',
  'does not hold': 'refuted-above',
  undecided: 'undecided',
  'not testable': 'not-testable',
} as const;

/** As many sections as the result has something for. */
export function operationSections(result: Result): string[] {
  const operations = operationTables(result);
  const generations = generationTables(result);
  const exits = exitTables(result);
  const tables = (id: string, of: typeof operations) =>
    of.map((table, index) => textTableHtml(`${id}-${index}`, table)).join('\n');
  return [
    ...(exits.length > 0
      ? [sectionHtml('causes', 'Where the overhead comes from', tables('cause', exits))]
      : []),
    ...(operations.length > 0
      ? [sectionHtml('operations', 'Privileged operations', tables('operation', operations))]
      : []),
    ...(generations.length > 0
      ? [
          sectionHtml(
            'generations',
            'The table of 2006, and today',
            `${findingsHtml(result)}\n${tables('generation', generations)}`,
          ),
        ]
      : []),
  ];
}

function findingsHtml(result: Result): string {
  const items = findingsOf(result).map(
    ({ statement, verdict, evidence }) =>
      htmlEscape`<li><span class="verdict ${COLOUR[verdict]}">${verdict}</span> <span><b>${statement}</b> Here: ${evidence}.</span></li>`,
  );
  return `<ul class="verdicts">${items.join('')}</ul>`;
}
