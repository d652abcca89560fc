/** A comparison for machines. */

import { resultLetter } from '../../core/judge/compare/match.ts';
import { printableJson } from '../json.ts';
import { metricCounts } from './metrics.ts';
import { type ComparisonReport, changeCounts } from './view.ts';

export const COMPARISON_SCHEMA = 'hvbench/comparison@1';

/** Changes and overheads are fractions; other metrics are in the unit that stands beside them. */
export function renderJson({ results, ...comparison }: ComparisonReport): string {
  const value = {
    schema: COMPARISON_SCHEMA,
    results: results.map((result, index) => ({ letter: resultLetter(index), ...result })),
    counts: changeCounts({ results, ...comparison }),
    metricCounts: metricCounts({ results, ...comparison }),
    ...comparison,
  };
  return printableJson(value);
}
