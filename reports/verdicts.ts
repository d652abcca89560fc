/** Verdicts in words. */

import { groupBy } from '../core/group-by.ts';
import { overheadPhrase } from '../core/present/format.ts';
import type { ClaimResult, Result, Verdict } from '../core/results/schema.ts';

export const CLAIM_VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  supported: 'supported',
  'refuted-above': 'refuted: costs more',
  'refuted-below': 'refuted: costs less',
  undecided: 'undecided',
  'not-testable': 'not testable here',
};

/** What a hypervisor does to a claim, to stand between its name and a scope. */
const VERDICT_VERBS: Readonly<Record<Verdict, string>> = {
  supported: 'matches the claim on',
  'refuted-above': 'costs more than claimed on',
  'refuted-below': 'costs less than claimed on',
  undecided: 'gives no clear answer on',
  'not-testable': 'could not be tested on',
};

/** Stands for the hypervisor in the one row of a claim that could be judged on none. */
const NO_HYPERVISOR = 'none';

const list = new Intl.ListFormat('en', { type: 'conjunction' });

/** A band of overheads for people: "10–30 %", "at most 2 %", "at least 5 %". */
export function bandText({ low, high }: ClaimResult['band']): string {
  const points = (fraction: number) => Number((fraction * 100).toFixed(2));
  if (low !== null && high !== null) return `${points(low)}–${points(high)} %`;
  if (high !== null) return `at most ${points(high)} %`;
  return low !== null ? `at least ${points(low)} %` : 'any overhead';
}

export interface JudgedClaim {
  readonly statement: string;
  readonly source: string;
  readonly band: string;
  readonly results: readonly ClaimResult[];
}

/** The claims, each with all it was judged on. */
export function judgedClaims(result: Result): JudgedClaim[] {
  return [...groupBy(result.claims, ({ id }) => id).values()].flatMap((results) => {
    const [first] = results;
    return first
      ? [{ statement: first.statement, source: first.source, band: bandText(first.band), results }]
      : [];
  });
}

/** What a verdict is about: a hypervisor on a suite, or everything if no hypervisor could be judged. */
export function subject({ hypervisor, scope }: ClaimResult): string {
  return hypervisor === NO_HYPERVISOR ? scope : `${hypervisor} on ${scope}`;
}

/** The figure that a verdict rests on and what to know about it, or why there is none. */
export function evidence({ estimate, low, high, reason }: ClaimResult): string {
  const hasFigure = estimate !== null && low !== null && high !== null;
  const figure = hasFigure ? `CPU overhead ${overheadPhrase({ estimate, low, high })}` : '';
  return [figure, reason].filter(Boolean).join('. ') || 'nothing was measured';
}

/** One sentence for each claim that says what became of it on this computer. */
export function headline(claim: JudgedClaim): string {
  if (claim.results.every(({ verdict }) => verdict === 'not-testable')) {
    return 'This claim cannot be tested on this computer.';
  }
  const byHypervisor = groupBy(claim.results, ({ hypervisor }) => hypervisor);
  const clauses = [...byHypervisor].map(([hypervisor, results]) => {
    const byVerdict = groupBy(results, ({ verdict }) => verdict);
    const parts = [...byVerdict].map(
      ([verdict, same]) => `${VERDICT_VERBS[verdict]} ${list.format(same.map(({ scope }) => scope))}`,
    );
    return `${hypervisor} ${list.format(parts)}`;
  });
  return `${clauses.join('; ')}.`;
}
