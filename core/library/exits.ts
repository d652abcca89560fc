/** What guests leave the CPU for, results side by side. */
import type { ExitsReport } from '../../reports/exits/index.ts';
import { UserError } from '../errors.ts';
import { exitsBeside } from '../judge/exits/beside.ts';
import type { Result } from '../results/schema.ts';
import type { Parts } from '../run/parts.ts';
import { readResult } from './read.ts';

/** Results have letters, A to Z. */
const MOST = 26;

export interface ExitsOptions {
  /** Suites to show; all if left out. */
  readonly suites?: readonly string[] | undefined;
}

/**
 * Lays exits per operation and per iteration of one result or more side by side, at most 26. Throws UserError if a path holds
 * no result, or nothing of what was asked for was counted in any of them.
 */
export async function exits(
  sources: readonly (string | Result)[],
  { suites }: ExitsOptions,
  parts: Parts,
): Promise<ExitsReport> {
  if (sources.length === 0 || sources.length > MOST)
    throw new UserError(`exits are shown of 1 to ${MOST} results, not of ${sources.length}`);
  const results: Result[] = [];
  for (const source of sources)
    results.push(typeof source === 'string' ? await readResult(source, parts) : source);
  const unknown = suites?.find((name) => !parts.suites.some((suite) => suite.name === name));
  if (unknown !== undefined) throw new UserError(`there is no suite ${unknown}; hvbench list names them`);
  const beside = exitsBeside(results, suites);
  const names = sources.map((source) => (typeof source === 'string' ? source : 'a result in memory'));
  if (beside.rows.length === 0)
    throw new UserError(
      `no exits were counted${suites ? ` of ${suites.join(', ')}` : ''} in ${names.join(', ')}: measure with a hypervisor that counts them, such as kvm`,
    );
  return {
    results: results.map(({ startedAt }, index) => ({ path: names[index] ?? '', startedAt })),
    ...beside,
  };
}
