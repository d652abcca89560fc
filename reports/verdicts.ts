/** Verdicts in words. */

import { groupBy } from '../core/group-by.ts';
import { overheadPhrase, percent, threeDigits } from '../core/present/format.ts';
import type { ClaimResult, Result, Verdict } from '../core/results/schema.ts';

export const CLAIM_VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  supported: 'supported',
  'refuted-above': 'refuted: costs more',
  'refuted-below': 'refuted: costs less',
  mixed: 'mixed',
  undecided: 'undecided',
  'not-testable': 'not testable here',
};

/** What a hypervisor does to a claim, to stand between its name and a scope. */
const VERDICT_VERBS: Readonly<Record<Verdict, string>> = {
  supported: 'matches the claim on',
  'refuted-above': 'costs more than claimed on',
  'refuted-below': 'costs less than claimed on',
  mixed: 'differs from workload to workload on',
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
export function subject({ hypervisor, scope, footing }: ClaimResult): string {
  if (hypervisor === NO_HYPERVISOR) return scope;
  return `${hypervisor}${footing === 'nested' ? ' (nested)' : ''} on ${scope}`;
}

/** The figure beside a verdict and what the verdict rests on, or why there is none. */
export function evidence({ estimate, low, high, spread, reason }: ClaimResult): string {
  const hasFigure = estimate !== null && low !== null && high !== null;
  const figure = hasFigure ? `CPU overhead ${overheadPhrase({ estimate, low, high })}` : '';
  const mean = spread
    ? `, geometric mean of workloads from ${alone(spread.low)} to ${alone(spread.high)}`
    : '';
  return [figure + mean, reason].filter(Boolean).join('. ') || 'nothing was measured';
}

/** An overhead without its interval. */
function alone(overhead: number): string {
  return overhead > 3 ? `${threeDigits(1 + overhead)}x` : percent(overhead);
}

/**
 * What a reader must know before any verdict: on what this computer was too busy for one. Null if it was quiet, or
 * if nothing was judged.
 */
export function busyLine({ claims }: Pick<Result, 'claims'>): string | null {
  const noisy = new Map(
    claims.flatMap(({ scope, noise }) => (noise && !noise.isQuiet ? [[scope, noise] as const] : [])),
  );
  if (noisy.size === 0) return null;
  const scopes = list.format([...noisy.keys()]);
  const controls = [...noisy.values()].flatMap(({ control }) => control ?? []);
  if (controls.length === 0) return `No verdict on ${scopes}: no control shows how busy this computer was.`;
  const ends = controls.flatMap(({ low, high }) => [Math.abs(low), Math.abs(high)]);
  const limit = Math.max(...[...noisy.values()].map(({ limit }) => limit));
  return (
    `This computer was too busy for a verdict on ${scopes}: the interval of the control, which is native itself, reaches ` +
    `${percent(Math.max(...ends))} from 0, and ±${Number((limit * 100).toFixed(2))} % is allowed. ` +
    'Measure while it does nothing else, or longer.'
  );
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
