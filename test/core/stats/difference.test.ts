/** The interval of a difference: against hand-computed ones, and how often it covers the truth. */
import { describe, expect, it } from 'vitest';
import {
  createRandom,
  deriveSeed,
  differenceInterval,
  type LaunchValues,
} from '../../../core/stats/index.ts';
import { contaminated, coverage, type Noise, normal, simulate } from './simulate.ts';

const SEED = 20050425;

const options = (label: string, resamples = 20_000) => ({
  resamples,
  random: createRandom(deriveSeed(SEED, label)),
});

/** One round a launch. */
const launches = (...values: number[]): LaunchValues[] =>
  values.map((value, launch) => ({ launch, values: [value] }));

/**
 * Two launches at centre ± d have the standard error d (2d²/2 = d²) and one degree of freedom; so Welch's
 * are (a² + b²)² / (a⁴ + b⁴), and the interval is the distance ± t · √(a² + b²).
 */
describe('against hand-computed intervals', () => {
  it.each([
    // Equal spreads: (1 + 1)² / (1 + 1) = 2 degrees of freedom.
    { name: 'equal spreads', a: 1, b: 1, t: 4.3027 },
    // (1 + 9)² / (1 + 81) = 1.2195 degrees of freedom.
    { name: 'unequal spreads', a: 1, b: 3, t: 8.394 },
    // All of the error is the first one's: its single degree of freedom.
    { name: 'a second row without spread', a: 1, b: 0, t: 12.7062 },
  ])('$name', ({ name, a, b, t }) => {
    const interval = differenceInterval(launches(2 - a, 2 + a), launches(7 - b, 7 + b), options(name));
    const margin = t * Math.hypot(a, b);
    expect(interval?.estimate).toBeCloseTo(5, 10);
    // The bootstrap's standard error is itself known to about 1 %.
    expect(Math.abs(((interval?.high ?? 0) - 5) / margin - 1)).toBeLessThan(0.03);
    expect(((interval?.low ?? 0) + (interval?.high ?? 0)) / 2).toBeCloseTo(5, 10);
  });

  it('is narrower where less confidence is asked for', () => {
    // Student's t of 2 degrees of freedom: 1.8856 at 80 %.
    const interval = differenceInterval(launches(1, 3), launches(6, 8), {
      ...options('80'),
      confidence: 0.8,
    });
    expect(Math.abs(((interval?.high ?? 0) - 5) / (1.8856 * Math.SQRT2) - 1)).toBeLessThan(0.03);
  });
});

it('is a point where neither row spreads', () => {
  expect(differenceInterval(launches(1, 1), launches(4, 4, 4), options('point'))).toEqual({
    estimate: 3,
    low: 3,
    high: 3,
  });
});

it('changes its sign with the order', () => {
  const [before, after] = [launches(1, 1.2, 0.9), launches(2, 2.3, 1.8, 2.1)];
  const there = differenceInterval(before, after, options('there'));
  const back = differenceInterval(after, before, options('back'));
  expect(back?.estimate).toBe(-(there?.estimate ?? Number.NaN));
});

it('needs two launches on both sides, whatever their rounds', () => {
  const one = [{ launch: 0, values: [1, 2, 3, 4] }];
  expect(differenceInterval(one, launches(1, 2), options('one'))).toBeNull();
  expect(differenceInterval(launches(1, 2), one, options('one'))).toBeNull();
  expect(differenceInterval(launches(1, 2), [...one, { launch: 1, values: [] }], options('one'))).toBeNull();
  expect(differenceInterval([], [], options('none'))).toBeNull();
});

it('refuses what is not finite', () => {
  expect(() => differenceInterval(launches(1, 2), launches(1, Number.NaN), options('nan'))).toThrow(
    RangeError,
  );
});

const NOISES: Readonly<Record<string, Noise>> = { normal, contaminated };
const RUNS = 2000;
const ROUNDS = 5;
const TRUTH = 0.3;

interface Side {
  readonly launches: number;
  /** Times the noise of the other side's rounds. */
  readonly scale: number;
  readonly launchSd: number;
}

function side(
  { launches: count, scale, launchSd }: Side,
  noise: Noise,
  random: ReturnType<typeof createRandom>,
) {
  return simulate({ launches: count, rounds: ROUNDS, launchSd }, noise, random).map((values, launch) => ({
    launch,
    values: values.map((value) => value * scale),
  }));
}

describe('covers a true difference in 93–98 % of runs', () => {
  it.each([
    ['normal', 5, 5, 1, 0],
    ['normal', 5, 5, 3, 1],
    ['normal', 5, 10, 1, 1],
    ['normal', 5, 10, 4, 0.3],
    ['normal', 10, 5, 4, 1],
    ['normal', 10, 10, 2, 3],
    ['normal', 7, 8, 2, 0],
    ['contaminated', 6, 9, 3, 0.3],
  ])(
    '%s rounds, %d against %d launches, %d times the spread, launch sd %d',
    (name, first, second, scale, launchSd) => {
      const random = createRandom(deriveSeed(SEED, 'difference', name, first, second, scale, launchSd));
      const noise = NOISES[name] as Noise;
      const share = coverage(RUNS, TRUTH, () => {
        const before = side({ launches: first, scale: 1, launchSd }, noise, random);
        const after = side({ launches: second, scale, launchSd }, noise, random).map(
          ({ launch, values }) => ({
            launch,
            values: values.map((value) => value + TRUTH),
          }),
        );
        return differenceInterval(before, after, { resamples: 200, random });
      });
      expect(share).toBeGreaterThanOrEqual(0.93);
      expect(share).toBeLessThanOrEqual(0.98);
    },
  );
});
