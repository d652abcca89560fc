/** Verdicts in words. */

import { groupBy } from '../core/group-by.ts';
import { FOUNDING } from '../core/judge/claims/claims.ts';
import { LEFT_OUT } from '../core/judge/predict/predict.ts';
import type { TextTable } from '../core/model/section.ts';
import { Footnotes } from '../core/present/footnotes.ts';
import {
  bytesText,
  duration,
  durationText,
  overheadPhrase,
  percent,
  threeDigits,
} from '../core/present/format.ts';
import type { ClaimFigure, ClaimResult, Interval, Result, Verdict } from '../core/results/schema.ts';

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

/** A band for people: of overheads "10–30 %", "at most 2 %", "at least 5 %"; of other figures "at most 125 ms". */
export function bandText({ low, high }: ClaimResult['band'], figure: ClaimFigure = 'cpu-time'): string {
  const points = (fraction: number) => Number((fraction * 100).toFixed(2));
  const text = (value: number) =>
    figure === 'boot-time' ? duration(value) : figure === 'memory' ? bytesText(value) : `${points(value)} %`;
  if (low !== null && high !== null) return `${text(low).replace(/ %$/, '')}–${text(high)}`;
  if (high !== null) return `at most ${text(high)}`;
  return low !== null ? `at least ${text(low)}` : 'any overhead';
}

export interface JudgedClaim {
  readonly id: string;
  readonly statement: string;
  readonly source: string;
  readonly band: string;
  readonly results: readonly ClaimResult[];
  /** What is predicted where it could not be tested: a sentence each, and no verdict. */
  readonly predictions: readonly string[];
}

/** The claims, each with all it was judged on. */
export function judgedClaims(result: Result): JudgedClaim[] {
  return [...groupBy(result.claims, ({ id }) => id).values()].flatMap((results) => {
    const [first] = results;
    if (!first) return [];
    const { id, statement, about } = first;
    const band = bandText(first.band, about?.figure);
    const predictions = results.flatMap(({ predicted = [] }) => predictionTexts(predicted, band));
    return [{ id, statement, source: sourceText(first), band, results, predictions }];
  });
}

/** One sentence for all CPUs: it is said to be predicted, of what, and what is not in it. */
function predictionTexts(predicted: NonNullable<ClaimResult['predicted']>, band: string): string[] {
  if (predicted.length === 0) return [];
  const each = predicted.map(({ cpu, paging, recalled, workloads, beyond }) => {
    const about = [paging.replace('-', ' '), ...(recalled ? ['partly quoted from memory'] : [])].join(', ');
    const names = beyond.map(({ name, overhead }) => `${name} ${alone(overhead)}`);
    const what =
      beyond.length === 0
        ? `all ${workloads} workloads ${band}`
        : `${beyond.length} of ${workloads} workloads beyond the claim: ${list.format(names)}`;
    return `on ${cpu} (${about}), ${what}`;
  });
  return [
    `Predicted for first-generation hardware, and no verdict: ${each.join('; ')}. By exits alone, without ${LEFT_OUT}.`,
  ];
}

/** The two that hvbench is about, told in full; those of a result from before there were others are all of that kind. */
export function foundingClaims(result: Result): JudgedClaim[] {
  return judgedClaims(result).filter(({ id }) => FOUNDING.has(id));
}

/** All others in a table; null if there are none. */
export function claimsTable(result: Result): TextTable | null {
  const others = judgedClaims(result).filter(({ id }) => !FOUNDING.has(id));
  if (others.length === 0) return null;
  const notes = new Footnotes();
  return {
    title: 'What others claim',
    about: 'Judged by the same rules, by wall-clock time unless it is of CPU time, start or memory.',
    head: ['claim', 'claimed', 'here'],
    rows: others.map((claim) => [
      { text: `${claim.statement} ${notes.mark(claim.source)}` },
      { text: claim.band },
      { text: summary(claim) },
    ]),
    notes: notes.lines(),
  };
}

/** What became of a claim, or why nothing could. */
function summary(claim: JudgedClaim): string {
  const [first] = claim.results;
  const nothing = claim.results.every(({ verdict }) => verdict === 'not-testable');
  return nothing && first ? `${CLAIM_VERDICT_WORDS['not-testable']}: ${evidence(first)}` : headline(claim);
}

function sourceText({ source, about }: ClaimResult): string {
  if (!about || about.year === 0) return source;
  const basis = about.basis === 'measured' ? 'measured' : 'advertised, not measured';
  return `${source}; ${basis}${about.recalled ? '; quoted from memory' : ''}`;
}

/** What a verdict is about: a hypervisor on a suite, or everything if no hypervisor could be judged. */
export function subject({ hypervisor, scope, footing }: ClaimResult): string {
  if (hypervisor === NO_HYPERVISOR) return scope;
  const label = footing === 'nested' ? ' (nested)' : footing === 'dom0' ? ' (in dom0)' : '';
  return `${hypervisor}${label} on ${scope}`;
}

/** The figure beside a verdict and what the verdict rests on, or why there is none. */
export function evidence({ estimate, low, high, spread, reason, about, wallTime }: ClaimResult): string {
  const of = wallTime ? 'wall-time' : (about?.figure ?? 'cpu-time');
  const hasFigure = estimate !== null && low !== null && high !== null;
  const figure = hasFigure ? FIGURES[of]({ estimate, low, high }) : '';
  const mean =
    !spread || of === 'boot-time' || of === 'memory'
      ? ''
      : `${hasFigure ? ', geometric mean of workloads' : 'Workloads'} from ${alone(spread.low)} to ${alone(spread.high)}`;
  return [figure + mean, reason].filter(Boolean).join('. ') || 'nothing was measured';
}

/** The figure of a claim with its interval. */
const FIGURES: Readonly<Record<ClaimFigure, (figure: Interval) => string>> = {
  'cpu-time': (overhead) => `CPU overhead ${overheadPhrase(overhead)}`,
  'wall-time': (overhead) => `wall-clock overhead ${overheadPhrase(overhead)}`,
  'boot-time': (time) => Object.values(durationText(time)).join(' '),
  memory: ({ estimate }) => bytesText(estimate),
};

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
    claims.flatMap(({ id, scope, noise }) =>
      FOUNDING.has(id) && noise && !noise.isQuiet ? [[scope, noise] as const] : [],
    ),
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
