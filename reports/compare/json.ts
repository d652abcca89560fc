/** A comparison for machines. */
import { resultLetter } from '../../core/compare/match.ts';
import { type ComparisonReport, changeCounts } from './view.ts';

export const COMPARISON_SCHEMA = 'hvbench/comparison@1';

/** What JSON leaves as it is and a terminal or a bidirectional layout would obey. */
const STEERING = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Fractions, and names as they are; characters that could steer a terminal are written as escapes of JSON. */
export function renderJson({ results, ...comparison }: ComparisonReport): string {
  const value = {
    schema: COMPARISON_SCHEMA,
    results: results.map((result, index) => ({ letter: resultLetter(index), ...result })),
    counts: changeCounts({ results, ...comparison }),
    ...comparison,
  };
  return `${JSON.stringify(value, null, 1).replace(STEERING, escaped)}\n`;
}

function escaped(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
