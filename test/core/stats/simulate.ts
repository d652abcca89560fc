/** Simulated launches and rounds whose truth is known, to see how often an interval covers it. */
import { type Interval, median, type Random } from '../../../core/stats/index.ts';

/** One draw of noise. */
export type Noise = (random: Random) => number;

export const normal: Noise = (random) =>
  Math.sqrt(-2 * Math.log(1 - random.nextFloat())) * Math.cos(2 * Math.PI * random.nextFloat());

/** One round in ten is disturbed: five times the noise. Symmetric, so its centre is 0. */
export const contaminated: Noise = (random) => normal(random) * (random.nextFloat() < 0.1 ? 5 : 1);

/** Skewed, with standard deviation 1: a few rounds are much slower. Its centre is not 0: see {@link pseudoMedian}. */
export const logNormal: Noise = (random) => Math.exp(0.5 * normal(random)) / 0.604;

/** The population value of the Hodges–Lehmann estimate: the median of averages of two independent draws. */
export function pseudoMedian(noise: Noise, random: Random): number {
  return median(Array.from({ length: 200_000 }, () => (noise(random) + noise(random)) / 2));
}

export interface Regime {
  readonly launches: number;
  readonly rounds: number;
  /** Standard deviation of what all rounds of a launch share, in units of an undisturbed round's noise. */
  readonly launchSd: number;
}

/** One run: groups of rounds, one group a launch. */
export function simulate({ launches, rounds, launchSd }: Regime, noise: Noise, random: Random): number[][] {
  return Array.from({ length: launches }, () => {
    const shared = launchSd * normal(random);
    return Array.from({ length: rounds }, () => shared + noise(random));
  });
}

/** The share of runs whose interval covers the truth. A run without an interval covers nothing. */
export function coverage(runs: number, truth: number, measure: () => Interval | null): number {
  let covered = 0;
  for (let run = 0; run < runs; run++) {
    const interval = measure();
    if (interval && interval.low <= truth && truth <= interval.high) covered++;
  }
  return covered / runs;
}
