import { expect, it } from 'vitest';
import { jitteredArrivals, poissonArrivals } from '../../../suites/consolidation/arrivals.ts';

const gaps = (times: readonly number[]) => times.slice(1).map((at, index) => at - (times[index] as number));
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

it('Poisson arrivals ascend, come at their rate, and vary as much as they last', () => {
  const times = poissonArrivals(20, 1000, 1);
  expect(times.length).toBeGreaterThan(19_000);
  expect(times.length).toBeLessThan(21_000);
  const between = gaps(times);
  expect(Math.min(...between)).toBeGreaterThan(0);
  expect(times.at(-1)).toBeLessThan(1_000_000);
  // The standard deviation of an exponential distribution is its mean.
  const deviation = Math.sqrt(mean(between.map((gap) => (gap - mean(between)) ** 2)));
  expect(deviation / mean(between)).toBeCloseTo(1, 1);
});

it('jittered arrivals are one in each period', () => {
  const times = jitteredArrivals(10, 3, 1);
  expect(times.map((at) => Math.floor(at / 100))).toEqual(Array.from({ length: 30 }, (_, index) => index));
  expect(new Set(times.map((at) => (at % 100).toFixed(3))).size).toBe(30);
});

it('jittered arrivals keep their rate where the last period is cut short', () => {
  const runs = Array.from({ length: 2000 }, (_, seed) => jitteredArrivals(9.98, 0.5, seed));
  expect(Math.max(...runs.flat())).toBeLessThan(500);
  // Four for certain, and a fifth as often as its period's part within the end is long.
  expect(Math.min(...runs.map(({ length }) => length))).toBe(4);
  expect(Math.max(...runs.map(({ length }) => length))).toBe(5);
  expect(mean(runs.map(({ length }) => length))).toBeCloseTo(4.99, 2);
});

it.each([poissonArrivals, jitteredArrivals])('the seed and the labels decide: %o', (arrivals) => {
  expect(arrivals(10, 2, 5, 4, 1)).toEqual(arrivals(10, 2, 5, 4, 1));
  expect(arrivals(10, 2, 5, 4, 1)).not.toEqual(arrivals(10, 2, 5, 4, 2));
  expect(arrivals(10, 2, 5, 4, 1)).not.toEqual(arrivals(10, 2, 6, 4, 1));
});
