/** Made-up launches for gates: nothing here was ever measured. */

import { rowName } from '../../../../core/judge/compare/match.ts';
import type { Candidate, Confirm } from '../../../../core/judge/gate/judge.ts';
import { createRandom, deriveSeed, type LaunchValues, type Random } from '../../../../core/stats/index.ts';

/** Normal deviates, by Box and Muller. */
export function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.nextFloat()));
  return radius * Math.cos(2 * Math.PI * random.nextFloat());
}

/** Launches with a location that varies by `noise` between them, and three rounds that vary a tenth of it. */
export function launches(count: number, middle: number, noise: number, random: Random): LaunchValues[] {
  return Array.from({ length: count }, (_, launch) => {
    const location = middle + noise * normal(random);
    return { launch, values: [0, 1, 2].map(() => location + 0.1 * noise * normal(random)) };
  });
}

export interface Made {
  /** What the first result shows, as a factor on guest time. */
  readonly first?: number;
  /** What fresh launches show. */
  readonly fresh?: number;
  readonly noise?: number;
  readonly launches?: number;
  readonly fraction?: number;
}

/** A row named by a number; its overhead in the baseline is 10 %. */
export function candidate(seed: number, number: number, made: Made = {}): Candidate {
  const { first = 1, noise = 0.002, launches: count = 5, fraction = 0.01 } = made;
  const random = createRandom(deriveSeed(seed, 'candidate', number));
  return {
    ...{ suite: 'cpu', workload: `w${number}`, isa: 'x86_64', hypervisor: 'kvm' },
    before: launches(3 * count, Math.log(1.1), noise, random),
    now: launches(count, Math.log(1.1 * first), noise, random),
    minimumEffect: { fraction, source: 'default' },
  };
}

/**
 * Fresh launches of every row that is asked for, from the same number on at each look, of `withinBudget` rows at most;
 * and what was asked.
 */
export function freshLaunches(
  seed: number,
  factorOf: (workload: string) => number,
  noise = 0.002,
  withinBudget = Number.POSITIVE_INFINITY,
) {
  const asked: { readonly rows: string[]; readonly launches: number }[] = [];
  const measure: Confirm['measure'] = async (suspects, count) => {
    asked.push({ rows: suspects.map(({ workload }) => workload), launches: count });
    return new Map(
      suspects.map((row) => {
        const random = createRandom(deriveSeed(seed, 'fresh', row.workload));
        return [rowName(row), launches(count, Math.log(1.1 * factorOf(row.workload)), noise, random)];
      }),
    );
  };
  const confirm: Confirm = { withinBudget: (suspects) => Math.min(withinBudget, suspects.length), measure };
  return { confirm, asked };
}

/** Confirms by this function, with time for all. */
export function measuredBy(measure: Confirm['measure']): Confirm {
  return { withinBudget: (suspects) => suspects.length, measure };
}
