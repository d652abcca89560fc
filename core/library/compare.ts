/** Results side by side. */
import type { ComparisonReport } from '../../reports/compare/index.ts';
import { UserError } from '../errors.ts';
import { compare as compareResults } from '../judge/compare/compare.ts';
import type { Result } from '../results/schema.ts';
import type { Parts } from '../run/parts.ts';
import { readResult } from './read.ts';

/** Results have letters, A to Z. */
const MOST = 26;

export interface CompareOptions {
  /** Changes up to this many per cent, either way, count as none; 1 if left out. */
  readonly margin?: number | undefined;
}

/**
 * Compares two results or more, at most 26, with the first of them. Each is a result or its path: a run's folder, or
 * its result.json. Throws UserError if a path holds no result.
 */
export async function compare(
  sources: readonly (string | Result)[],
  { margin = 1 }: CompareOptions,
  parts: Parts,
): Promise<ComparisonReport> {
  if (sources.length < 2)
    throw new UserError(`a comparison needs at least two results, not ${sources.length}`);
  if (sources.length > MOST)
    throw new UserError(`a comparison takes at most ${MOST} results, not ${sources.length}`);
  const results: Result[] = [];
  for (const source of sources)
    results.push(typeof source === 'string' ? await readResult(source, parts) : source);
  return {
    results: results.map(({ startedAt }, index) => {
      const source = sources[index];
      return { path: typeof source === 'string' ? source : 'a result in memory', startedAt };
    }),
    ...compareResults(results, { margin: margin / 100 }),
  };
}
