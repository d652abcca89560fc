import { describe, expect, it } from 'vitest';
import { createRandom, type Interval, launchInterval, meanOfRows } from '../../../core/stats/index.ts';

const options = () => ({ resamples: 1000, random: createRandom(1) });

const launches = [
  [1.0, 1.1, 1.2],
  [1.3, 1.2, 1.1],
  [0.9, 1.0, 1.0],
  [1.1, 1.2, 1.3],
  [1.0, 1.2, 1.1],
];

function width(interval: Interval | null): number {
  return interval ? interval.high - interval.low : Number.NaN;
}

describe('launchInterval', () => {
  it('surrounds the location of the launches’ locations', () => {
    // The launches' locations are 1.1, 1.2, 0.9875 (the median of 6 averages), 1.2 and 1.1.
    const interval = launchInterval(launches, options());
    expect(interval?.estimate).toBeCloseTo(1.1, 12);
    expect(interval?.low).toBeLessThan(interval?.estimate as number);
    expect(interval?.high).toBeGreaterThan(interval?.estimate as number);
  });

  it('is the same for the same random numbers', () => {
    expect(launchInterval(launches, options())).toEqual(launchInterval(launches, options()));
  });

  it('is Student’s interval where the location is a mean: two launches', () => {
    // Half-width t(0.975, 1) · s / √2, with s / √2 = 1.
    const interval = launchInterval([[0], [2]], { ...options(), resamples: 100_000 });
    expect(interval?.estimate).toBe(1);
    expect(width(interval) / 2 / 12.706).toBeCloseTo(1, 1);
  });

  it('does not narrow as rounds are added that repeat what their launch does', () => {
    const doubled = launches.map((rounds) => [...rounds, ...rounds, ...rounds]);
    const before = width(launchInterval(launches, options()));
    expect(width(launchInterval(doubled, options()))).toBeGreaterThan(0.9 * before);
  });

  it('narrows as launches are added', () => {
    const more = [...launches, ...launches, ...launches];
    expect(width(launchInterval(more, options()))).toBeLessThan(
      0.6 * width(launchInterval(launches, options())),
    );
  });

  it('widens with the confidence asked for', () => {
    const at = (confidence: number) => width(launchInterval(launches, { ...options(), confidence }));
    expect(at(0.99)).toBeGreaterThan(at(0.95));
    expect(at(0.95)).toBeGreaterThan(at(0.8));
  });

  it('counts launches alike, however many rounds each has', () => {
    const groups = [[0], [0, 0], Array.from({ length: 50 }, () => 8), [0, 0, 0], [0]];
    expect(launchInterval(groups, options())?.estimate).toBe(0);
  });

  it.each([
    ['no launch', []],
    ['one launch of many rounds', [[1, 2, 3, 4, 5]]],
    ['one launch beside an empty one', [[1, 2, 3], []]],
  ])('has nothing to say of %s', (_, groups) => {
    expect(launchInterval(groups, options())).toBeNull();
  });

  it('has no width where nothing varies', () => {
    const interval = launchInterval([[2], [2], [2], [2], [2]], options());
    expect(interval).toEqual({ estimate: 2, low: 2, high: 2 });
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %d', (value) => {
    expect(() => launchInterval([[1], [value]], options())).toThrow(RangeError);
  });
});

describe('meanOfRows', () => {
  const row = (values: readonly number[], first = 0) =>
    values.map((value, index) => ({ launch: first + index, values: [value] }));
  const wave = [1, -1, 2, -2, 0, 1, -1, 2];

  it('is the mean of the rows’ locations', () => {
    const rows = [row(wave), row(wave.map((value) => value + 4))];
    const alone = launchInterval(
      wave.map((value) => [value]),
      options(),
    )?.estimate as number;
    expect(meanOfRows(rows, options())?.estimate).toBeCloseTo(alone + 2, 12);
  });

  it('does not average out what rows have in common by launch', () => {
    const one = width(meanOfRows([row(wave)], options()));
    expect(width(meanOfRows([row(wave), row(wave), row(wave)], options()))).toBeCloseTo(one, 10);
  });

  it('averages out what rows do not share', () => {
    const one = width(meanOfRows([row(wave)], options()));
    const apart = [row(wave, 0), row(wave, 100), row(wave, 200), row(wave, 300)];
    expect(width(meanOfRows(apart, options()))).toBeLessThan(0.7 * one);
  });

  it('sees rows cancel that differ in opposite ways', () => {
    const opposite = row(wave.map((value) => -value));
    expect(width(meanOfRows([row(wave), opposite], options()))).toBeCloseTo(0, 10);
  });

  it('keeps a row of few launches in every resample', () => {
    const many = Array.from({ length: 30 }, (_, index) => index % 3);
    const interval = meanOfRows([row(many), row([5, 6])], options());
    expect(interval?.estimate).toBeCloseTo((1 + 5.5) / 2, 12);
    expect(Number.isFinite(width(interval))).toBe(true);
  });

  it('has nothing to say without rows, or where a row has but one launch', () => {
    expect(meanOfRows([], options())).toBeNull();
    expect(meanOfRows([row(wave), row([3])], options())).toBeNull();
    expect(meanOfRows([row(wave), []], options())).toBeNull();
  });
});
