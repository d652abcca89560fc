/** A comparison for machines. */

import { resultLetter } from '../../core/judge/compare/match.ts';
import { printableJson } from '../json.ts';
import { type ComparisonReport, changeCounts } from './view.ts';

export const COMPARISON_SCHEMA = 'hvbench/comparison@1';

/** Changes and overheads are fractions. */
export function renderJson({ results, ...comparison }: ComparisonReport): string {
  const value = {
    schema: COMPARISON_SCHEMA,
    results: results.map((result, index) => ({ letter: resultLetter(index), ...result })),
    counts: changeCounts({ results, ...comparison }),
    ...comparison,
  };
  return printableJson(value);
}
