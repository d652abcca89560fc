/**
 * The decision of a gate, in two steps. A first result names the suspects: rows whose estimate lies beyond the
 * minimum effect. Each of these is measured again by fresh launches, and only then may it be said to have
 * regressed: by the interval over all launches, corrected for the number of rows and looks, and with the fresh
 * launches agreeing by themselves.
 *
 * The rows' tests share out `alpha` equally (Bonferroni: Dunn 1961, "Multiple Comparisons among Means", Journal
 * of the American Statistical Association 56), and so do the looks at growing data of one row, which would each
 * be another chance for a false alarm otherwise. That suspects were chosen for their first estimate cannot add
 * alarms: without the choice they would have been measured again as well, and more would have been tested.
 */
import type { RowIdentity } from '../compare/match.ts';
import type { Interval } from '../results/schema.ts';
import {
  classify,
  createRandom,
  deriveSeed,
  differenceInterval,
  type LaunchValues,
  launchInterval,
  toOverhead,
} from '../stats/index.ts';
import { rowName } from './baseline.ts';
import type { GateRow, GateVerdict, MinimumEffect } from './gate.ts';

/** Fresh launches in all, at each look. */
export const LOOKS = [5, 10, 20] as const;
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

/**
 * Measures rows until each has so many fresh launches in all, and gives these by {@link rowName}; fewer where
 * time runs out, and `null` where there is none left.
 */
export type Confirm = (
  suspects: readonly RowIdentity[],
  launches: number,
) => Promise<ReadonlyMap<string, readonly LaunchValues[]> | null>;

/** Confidence of each row's interval, so that all tests together have the level alpha in the direction that alarms. */
export function rowConfidence(alpha: number, rows: number): number {
  return 1 - (2 * alpha) / (Math.max(1, rows) * LOOKS.length);
}

export interface JudgeOptions {
  /** Chance of a false alarm in the whole gate, a fraction. */
  readonly alpha: number;
  readonly confirm: Confirm | null;
  /** For how many rows to correct; as many as there are unless told. */
  readonly rows?: number;
  readonly resamples?: number;
}

/** Judges all rows. Without `confirm` nothing is measured again, and the first result decides alone. */
export async function judge(
  candidates: readonly Candidate[],
  { alpha, confirm, rows = candidates.length, resamples = RESAMPLES }: JudgeOptions,
): Promise<GateRow[]> {
  const confidence = rowConfidence(alpha, rows);
  const fresh = new Map<string, readonly LaunchValues[]>();
  const judged = (candidate: Candidate) =>
    judgeRow(candidate, fresh.get(rowName(candidate)) ?? null, {
      confidence,
      resamples,
      confirms: confirm !== null,
    });
  if (confirm) {
    let open = candidates.filter((candidate) => isSuspect(candidate, resamples));
    for (const look of LOOKS) {
      if (open.length === 0) break;
      const measured = await confirm(open, look);
      if (!measured) break;
      for (const candidate of open) {
        const name = rowName(candidate);
        fresh.set(name, measured.get(name) ?? []);
      }
      open = open.filter((candidate) => {
        const { verdict, after, before } = judged(candidate);
        const grown = (1 + after.estimate) / (1 + before.estimate) - 1;
        return verdict === 'undecided' && grown > candidate.minimumEffect.fraction / 2;
      });
    }
  }
  return candidates.map(judged);
}

/** A suspect is worth another look: at best, its change is beyond what counts. */
function isSuspect({ before, now, minimumEffect }: Candidate, resamples: number): boolean {
  const [a, b] = [overheadOf('before', before, resamples), overheadOf('now', now, resamples)];
  return (1 + b.estimate) / (1 + a.estimate) - 1 > minimumEffect.fraction;
}

function judgeRow(
  candidate: Candidate,
  fresh: readonly LaunchValues[] | null,
  options: { readonly confidence: number; readonly resamples: number; readonly confirms: boolean },
): GateRow {
  const { confidence, resamples, confirms } = options;
  const { suite, workload, isa, hypervisor, before, now, minimumEffect } = candidate;
  const name = rowName(candidate);
  const all = [...now, ...(fresh ?? [])];
  const change = changeOf(name, before, all, { confidence, resamples });
  const usual = changeOf(name, before, all, { confidence: 0.95, resamples });
  const confirmation =
    fresh && fresh.length >= 2 ? changeOf(name, before, fresh, { confidence: 0.95, resamples }) : null;
  const { fraction } = minimumEffect;
  const band = { low: -fraction, high: fraction };
  const agrees = confirmation !== null && confirmation.low > 0 && confirmation.estimate > fraction;
  const position = classify(change, band);
  const [verdict, reason] = ((): [GateVerdict, string] => {
    if (position === 'above' && (agrees || !confirms))
      return [
        'regressed',
        confirms
          ? 'the whole interval lies above, and fresh launches agree'
          : 'the whole interval lies above',
      ];
    if (position === 'below') return ['improved', 'the whole interval lies below'];
    // That nothing has changed is no alarm, and need not be corrected for their number.
    if (classify(usual, band) === 'inside') return ['same', 'the whole interval lies within'];
    if (position === 'above') {
      if (!fresh) return ['undecided', 'there was no time for fresh launches'];
      return ['undecided', confirmation ? 'fresh launches do not agree' : 'too few fresh launches succeeded'];
    }
    return ['undecided', 'the interval is too wide to tell'];
  })();
  return {
    suite,
    workload,
    isa,
    hypervisor,
    before: overheadOf('before', before, resamples),
    after: overheadOf('after', all, resamples),
    change,
    minimumEffect,
    confirmation,
    launches: { before: before.length, now: now.length, fresh: fresh?.length ?? 0 },
    verdict,
    reason,
  };
}

function changeOf(
  name: string,
  before: readonly LaunchValues[],
  after: readonly LaunchValues[],
  options: { readonly confidence: number; readonly resamples: number },
): Interval {
  const random = createRandom(deriveSeed(SEED, 'gate', name));
  const logs = differenceInterval(before, distinct(after), { ...options, random });
  return toOverhead(known(logs));
}

function overheadOf(what: string, launches: readonly LaunchValues[], resamples: number): Interval {
  const random = createRandom(deriveSeed(SEED, what));
  const values = launches.map((launch) => launch.values);
  return toOverhead(known(launchInterval(values, { resamples, random })));
}

function known(interval: Interval | null): Interval {
  if (!interval) throw new Error('a row to be judged has at least two launches on either side');
  return interval;
}

/** Launches of several runs each count from 0. */
function distinct(launches: readonly LaunchValues[]): LaunchValues[] {
  return launches.map(({ values }, launch) => ({ launch, values }));
}
