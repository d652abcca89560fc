/** What others claim of the cost of virtualization, and what a result says of it. */
import type { Config } from '../config/config.ts';
import type { Claim } from '../judge/claims/claim.ts';
import { CLAIMS } from '../judge/claims/claims.ts';
import { judgeClaims } from '../judge/claims/judge.ts';
import { ownClaims } from '../judge/claims/own.ts';
import type { Result } from '../results/schema.ts';
import type { Parts } from '../run/parts.ts';
import { DEFAULT_NEGLIGIBLE } from '../run/selection.ts';
import type { Band } from '../stats/index.ts';
import { readResult } from './read.ts';

/** A claim, with the values that it allows: overheads as fractions, times in ns, memory in bytes. */
export interface ListedClaim extends Omit<Claim, 'band'> {
  readonly band: Band;
}

type Own = Pick<Config, 'claims' | 'negligible'>;

/** All claims, and then those that a configuration adds; `negligible` of it, in percent, is what that word means. */
export function listClaims(config: Own): ListedClaim[] {
  const { negligible } = config;
  const thresholds = { negligible: negligible === undefined ? DEFAULT_NEGLIGIBLE : negligible / 100 };
  return [...CLAIMS, ...ownClaims(config)].map((claim) => ({ ...claim, band: claim.band(thresholds) }));
}

/**
 * A result whose claims are judged anew: all there are, those that it was measured with, and those of a configuration. What
 * could not be tested is predicted if `parts` have a result with counted exits. Throws UserError if the path holds no result.
 */
export async function judgeResult(source: string | Result, config: Own, parts: Parts): Promise<Result> {
  const result = typeof source === 'string' ? await readResult(source, parts) : source;
  const own = ownClaims(config);
  // Its own count too, unless this configuration has another of the same name.
  const ids = new Set(own.map(({ id }) => id));
  const all = [...CLAIMS, ...own, ...ownClaims(result.config).filter(({ id }) => !ids.has(id))];
  const claims = judgeClaims({ ...result, negligible: result.plan.negligible }, all);
  return { ...result, claims: [...parts.predict({ ...result, claims })] };
}
