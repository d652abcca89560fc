/**
 * The decision of a gate, in two steps. A first result names the suspects: rows whose estimate lies beyond the
 * minimum effect. The most convincing of them, as many as time allows, are measured again by fresh launches, and
 * these decide: a row has regressed where the whole interval of its fresh launches lies beyond the minimum effect,
 * and that over all launches does so too.
 *
 * The fresh launches had no part in choosing the suspects, so that only the suspects' tests share out `alpha`
 * (Bonferroni: Dunn 1961, "Multiple Comparisons among Means", Journal of the American Statistical Association 56),
 * and the looks at growing data of each, which would be further chances for a false alarm otherwise. What they do
 * have in common with the first result is the baseline: its own error is kept from making alarms by the minimum
 * effect, which is never less than the baseline's noise.
 */

import {
  classify,
  createRandom,
  deriveSeed,
  differenceOf,
  intervalOf,
  type LaunchValues,
  type Location,
  locateLaunches,
  toOverhead,
} from '../../stats/index.ts';
import { type RowIdentity, rowName } from '../compare/match.ts';
import type { GateRow, GateVerdict, MinimumEffect } from './gate.ts';

/** Fresh launches in all, at each look. */
export const LOOKS = [5, 10, 20] as const;
/** Suspects are so few that each can come to this look: five launches alone convict of large changes only. */
const PLANNED_LAUNCHES = LOOKS[1];
const RESAMPLES = 2000;
/** Any number serves: it makes the same samples give the same verdicts. */
const SEED = 1;

/** A row that both the baseline and the result have, with two launches at least in each. */
export interface Candidate extends RowIdentity {
  /** Log ratios, by launch. */
  readonly before: readonly LaunchValues[];
  readonly now: readonly LaunchValues[];
  readonly minimumEffect: MinimumEffect;
}

/** Measures suspects again. */
export interface Confirm {
  /** How many of these, from the first on, can have so many fresh launches in the time left. */
  withinBudget(suspects: readonly RowIdentity[], launches: number): number;
  /**
   * Measures rows until each has so many fresh launches in all, and gives these by {@link rowName}; fewer where
   * time runs out, and `null` where there is none left.
   */
  measure(
    suspects: readonly RowIdentity[],
    launches: number,
  ): Promise<ReadonlyMap<string, readonly LaunchValues[]> | null>;
}

export interface JudgeOptions {
  /** Chance of a false alarm in the whole gate, a fraction. */
  readonly alpha: number;
  /** Null: nothing is measured again, and the first result decides alone. */
  readonly confirm: Confirm | null;
  readonly resamples?: number;
}

export interface Judgement {
  readonly rows: readonly GateRow[];
  /** Confidence of the intervals that decide: see {@link testConfidence}. */
  readonly confidence: number;
}

/** Confidence of each two-sided interval, so that all tests together have the level alpha on the side that alarms. */
export function testConfidence(alpha: number, tests: number): number {
  return 1 - (2 * alpha) / Math.max(1, tests);
}

/** A candidate with the locations that its judgement needs more than once. */
interface Row {
  readonly candidate: Candidate;
  readonly name: string;
  readonly before: Location;
  readonly first: Location;
}

export async function judge(
  candidates: readonly Candidate[],
  { alpha, confirm, resamples = RESAMPLES }: JudgeOptions,
): Promise<Judgement> {
  const locate = (name: string, launches: readonly LaunchValues[]) =>
    locateLaunches(distinct(launches), {
      resamples,
      random: createRandom(deriveSeed(SEED, 'gate', name)),
    });
  const rows = candidates.map((candidate): Row => {
    const name = rowName(candidate);
    const [before, first] = [locate(name, candidate.before), locate(name, candidate.now)];
    if (!before || !first) throw new Error(`${name}: judging takes two launches on both sides`);
    return { candidate, name, before, first };
  });
  const fresh = new Map<string, readonly LaunchValues[]>();
  // How fresh launches are judged depends on how many rows get them; without any, all rows are tested once.
  let confidence = testConfidence(alpha, rows.length);
  const judgeRow = (row: Row) =>
    verdictOf(row, fresh.get(row.name) ?? null, {
      confidence,
      improvedConfidence: testConfidence(alpha, rows.length),
      confirms: confirm !== null,
      locate,
    });

  if (confirm) {
    const suspects = rows.filter(isSuspect).sort((a, b) => conviction(b) - conviction(a));
    const identities = suspects.map(({ candidate }) => candidate);
    const taken = suspects.slice(0, Math.max(1, confirm.withinBudget(identities, PLANNED_LAUNCHES)));
    confidence = testConfidence(alpha, taken.length * LOOKS.length);
    let open = taken;
    for (const look of LOOKS) {
      if (open.length === 0) break;
      const measured = await confirm.measure(
        open.map(({ candidate }) => candidate),
        look,
      );
      if (!measured) break;
      for (const { name } of open) fresh.set(name, measured.get(name) ?? []);
      open = open.filter((row) => {
        const { verdict, change } = judgeRow(row);
        return verdict === 'undecided' && change.estimate > row.candidate.minimumEffect.fraction / 2;
      });
    }
  }
  return { confidence, rows: rows.map(judgeRow) };
}

/** A suspect is worth another look: its change is beyond what counts. */
function isSuspect({ candidate, before, first }: Row): boolean {
  return Math.expm1(first.estimate - before.estimate) > candidate.minimumEffect.fraction;
}

/**
 * How far a suspect lies beyond what counts, in standard errors. The few launches of the first result may lie
 * close together by chance: they are taken to vary as those of the baseline do at least.
 */
function conviction({ candidate, before, first }: Row): number {
  const usual = before.error * Math.sqrt((before.freedom + 1) / (first.freedom + 1));
  const error = Math.hypot(before.error, Math.max(first.error, usual));
  const beyond = first.estimate - before.estimate - Math.log1p(candidate.minimumEffect.fraction);
  return error === 0 ? Number.POSITIVE_INFINITY : beyond / error;
}

interface VerdictOptions {
  /** Of the interval that convicts. */
  readonly confidence: number;
  /** Of the interval that acquits of any slow-down: every row is tested for that. */
  readonly improvedConfidence: number;
  readonly confirms: boolean;
  readonly locate: (name: string, launches: readonly LaunchValues[]) => Location | null;
}

function verdictOf(
  { candidate, name, before, first }: Row,
  fresh: readonly LaunchValues[] | null,
  { confidence, improvedConfidence, confirms, locate }: VerdictOptions,
): GateRow {
  const { suite, workload, isa, hypervisor, minimumEffect } = candidate;
  const { fraction } = minimumEffect;
  const band = { low: -fraction, high: fraction };
  const all = fresh ? (locate(name, [...candidate.now, ...fresh]) ?? first) : first;
  const again = fresh && locate(name, fresh);
  const change = toOverhead(differenceOf(before, all));
  const confirmation = again && toOverhead(differenceOf(before, again, confidence));
  const decisive = confirms ? confirmation : toOverhead(differenceOf(before, first, confidence));
  const corrected = toOverhead(differenceOf(before, all, improvedConfidence));
  const [verdict, reason] = ((): [GateVerdict, string] => {
    const above = classify(change, band) === 'above';
    if (above && decisive && classify(decisive, band) === 'above')
      return ['regressed', `the whole interval ${confirms ? 'of its fresh launches ' : ''}lies above`];
    if (classify(corrected, band) === 'below') return ['improved', 'the whole interval lies below'];
    // That nothing has changed is no alarm, and need not be corrected for their number.
    if (classify(change, band) === 'inside') return ['same', 'the whole interval lies within'];
    if (above) {
      if (!confirms)
        return ['undecided', 'corrected for the number of rows, the interval is too wide to tell'];
      if (!fresh) return ['undecided', 'there was no time for fresh launches'];
      return ['undecided', again ? 'fresh launches do not confirm it' : 'too few fresh launches succeeded'];
    }
    return ['undecided', 'the interval is too wide to tell'];
  })();
  return {
    ...{ suite, workload, isa, hypervisor },
    before: toOverhead(intervalOf(before)),
    after: toOverhead(intervalOf(all)),
    change,
    minimumEffect,
    confirmation,
    launches: { before: candidate.before.length, now: candidate.now.length, fresh: fresh?.length ?? 0 },
    verdict,
    reason,
  };
}

/** Launches of several runs each count from 0. */
export function distinct(launches: readonly LaunchValues[]): LaunchValues[] {
  return launches.map(({ values }, launch) => ({ launch, values }));
}
