/** Does the nominal 95 % interval cover the truth in 93–98 % of simulated runs? And would a simpler one? */
import { mean, sampleStandardDeviation } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import {
  createRandom,
  deriveSeed,
  hodgesLehmann,
  type Interval,
  type LaunchValues,
  launchInterval,
  meanOfRows,
  type Random,
} from '../../../core/stats/index.ts';
import { studentQuantile } from '../../../core/stats/student.ts';
import {
  contaminated,
  coverage,
  logNormal,
  type Noise,
  normal,
  pseudoMedian,
  type Regime,
  simulate,
} from './simulate.ts';

const RUNS = 2000;
const RESAMPLES = 200;
const SEED = 20050425;
/** A little more than 95 %: launches that resemble their neighbours by chance are taken for drift. */
const MOST = 0.98;

const NOISES: Readonly<Record<string, Noise>> = { normal, contaminated, logNormal };

const TRUTHS: Readonly<Record<string, number>> = {
  normal: 0,
  contaminated: 0,
  logNormal: pseudoMedian(logNormal, createRandom(SEED)),
};

type Row = [noise: string, launchSd: number, launches: number, rounds: number];

const REGIMES: readonly Row[] = [
  ['normal', 0, 5, 5],
  ['normal', 0.3, 5, 5],
  ['normal', 1, 5, 5],
  ['normal', 3, 5, 5],
  ['normal', 0, 10, 5],
  ['normal', 0.3, 10, 5],
  ['normal', 1, 10, 5],
  ['normal', 3, 10, 5],
  ['normal', 0, 6, 10],
  ['normal', 1, 8, 3],
  ['normal', 0.3, 15, 3],
  ['normal', 3, 15, 10],
  // Fewer launches than any profile asks for: what a run cut short has.
  ['normal', 1, 2, 5],
  ['normal', 1, 3, 5],
  ['normal', 1, 4, 5],
  ['contaminated', 0, 5, 3],
  ['contaminated', 0.3, 6, 5],
  ['contaminated', 1, 10, 5],
  ['contaminated', 0, 15, 10],
  ['logNormal', 0, 5, 3],
  ['logNormal', 0.3, 8, 5],
  ['logNormal', 1, 10, 3],
  ['logNormal', 0, 15, 10],
];

describe('launchInterval', () => {
  it.each(REGIMES)('covers: %s rounds, launch sd %d, %d launches of %d rounds', (name, ...numbers) => {
    const [launchSd, launches, rounds] = numbers;
    const random = createRandom(deriveSeed(SEED, name, ...numbers));
    const share = coverage(RUNS, TRUTHS[name] as number, () =>
      launchInterval(simulate({ launchSd, launches, rounds }, NOISES[name] as Noise, random), {
        resamples: RESAMPLES,
        random,
      }),
    );
    expect(share).toBeGreaterThanOrEqual(0.93);
    expect(share).toBeLessThanOrEqual(MOST);
  });

  it('covers when launches differ in their number of rounds', () => {
    const random = createRandom(deriveSeed(SEED, 'unequal'));
    const share = coverage(RUNS, 0, () => {
      const groups = simulate({ launchSd: 0.3, launches: 8, rounds: 10 }, normal, random);
      return launchInterval(
        groups.map((rounds, launch) => rounds.slice(0, 3 + launch)),
        { resamples: RESAMPLES, random },
      );
    });
    expect(share).toBeGreaterThanOrEqual(0.93);
    expect(share).toBeLessThanOrEqual(MOST);
  });

  it('covers as often as it is asked to', () => {
    const random = createRandom(deriveSeed(SEED, 'confidence'));
    const share = coverage(RUNS, 0, () =>
      launchInterval(simulate({ launchSd: 1, launches: 10, rounds: 5 }, normal, random), {
        resamples: RESAMPLES,
        random,
        confidence: 0.8,
      }),
    );
    expect(share).toBeGreaterThanOrEqual(0.77);
    expect(share).toBeLessThanOrEqual(0.86);
  });
});

describe('meanOfRows', () => {
  it.each([0, 1])('covers where launches make all rows differ together with sd %d', (launchSd) => {
    const random = createRandom(deriveSeed(SEED, 'rows', launchSd));
    const share = coverage(1000, 0, () => {
      const shared = Array.from({ length: 6 }, () => launchSd * normal(random));
      const rows = Array.from({ length: 5 }, () =>
        simulate({ launchSd: 0.5, launches: 6, rounds: 5 }, normal, random).map(
          (rounds, launch): LaunchValues => ({
            launch,
            values: rounds.map((value) => (shared[launch] as number) + value),
          }),
        ),
      );
      return meanOfRows(rows, { resamples: RESAMPLES, random });
    });
    expect(share).toBeGreaterThanOrEqual(0.93);
    expect(share).toBeLessThanOrEqual(MOST);
  });
});

/** What not to do, and why: each would pass unnoticed without a simulation. */
describe('simpler intervals', () => {
  it('cover far too rarely if they pool rounds as though launches did not matter', () => {
    expect(covered({ launchSd: 1, launches: 5, rounds: 10 }, pooledInterval)).toBeLessThan(0.7);
  });

  it('cover too rarely if they are percentiles of few launches', () => {
    expect(covered({ launchSd: 1, launches: 5, rounds: 5 }, percentileInterval)).toBeLessThan(0.93);
  });

  it('cover too often, being too wide, if they draw rounds with replacement too', () => {
    expect(covered({ launchSd: 0, launches: 10, rounds: 5 }, redrawnInterval)).toBeGreaterThan(0.98);
  });
});

function covered(regime: Regime, interval: (groups: number[][], random: Random) => Interval): number {
  const random = createRandom(deriveSeed(SEED, interval.name));
  return coverage(1000, 0, () => interval(simulate(regime, normal, random), random));
}

/** Student's interval of all rounds together. */
function pooledInterval(groups: number[][]): Interval {
  const values = groups.flat();
  return around(mean(values), sampleStandardDeviation(values) / Math.sqrt(values.length), values.length - 1);
}

/** The middle 95 % of the bootstrap's estimates, launches drawn with replacement. */
function percentileInterval(groups: number[][], random: Random): Interval {
  const locations = groups.map(hodgesLehmann);
  const estimates = Array.from({ length: RESAMPLES }, () => hodgesLehmann(redraw(locations, random)));
  estimates.sort((a, b) => a - b);
  return {
    estimate: hodgesLehmann(locations),
    low: estimates[Math.floor(RESAMPLES * 0.025)] as number,
    high: estimates[Math.ceil(RESAMPLES * 0.975) - 1] as number,
  };
}

/** As launchInterval, but with the rounds of each launch drawn with replacement too. Means, to be quick. */
function redrawnInterval(groups: number[][], random: Random): Interval {
  const estimates = Array.from({ length: RESAMPLES }, () =>
    mean(redraw(groups, random).map((rounds) => mean(redraw(rounds, random)))),
  );
  return around(mean(groups.map(mean)), sampleStandardDeviation(estimates), groups.length - 1);
}

function redraw<T>(items: readonly T[], random: Random): T[] {
  return items.map(() => items[random.nextInt(items.length)] as T);
}

function around(estimate: number, error: number, degrees: number): Interval {
  const margin = studentQuantile(0.975, degrees) * error;
  return { estimate, low: estimate - margin, high: estimate + margin };
}
