/** Verdicts in words. */
import type { ClaimResult, Result, Verdict } from '../core/results/schema.ts';
import { overheadPhrase } from './format.ts';
import { groupBy } from './group-by.ts';

export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  supported: 'supported',
  'refuted-above': 'refuted: costs more',
  'refuted-below': 'refuted: costs less',
  undecided: 'undecided',
  'not-testable': 'not testable here',
};

/** What a hypervisor does to a claim, to stand between its name and a scope. */
const VERDICT_VERBS: Readonly<Record<Verdict, string>> = {
  supported: 'costs what is claimed on',
  'refuted-above': 'costs more than claimed on',
  'refuted-below': 'costs less than claimed on',
  undecided: 'is undecided on',
  'not-testable': 'cannot put the claim to the test here on',
};

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

/** The figure that a verdict rests on, or why there is none. */
export function evidence(claim: ClaimResult): string {
  const { estimate, low, high, reason } = claim;
  const figure = estimate !== null && low !== null && high !== null;
  const measured = figure ? `measured ${overheadPhrase({ estimate, low, high })}` : '';
  return [measured, reason].filter(Boolean).join('; ') || 'nothing was measured';
}

/** One sentence for each claim that says what became of it on this computer. */
export function headline(claim: JudgedClaim): string {
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
