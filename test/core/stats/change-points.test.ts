/** Are steps found where they are, and are series without one left alone? Simulated, with known truth. */
import { describe, expect, it, test } from 'vitest';
import {
  type ChangePointOptions,
  changePoints,
  createRandom,
  deriveSeed,
  differenceInterval,
  fewestPoints,
} from '../../../core/stats/index.ts';
import { contaminated, coverage, type Noise, normal } from './simulate.ts';

const RUNS = 200;

/** The change points of many series: `levels` in standard deviations of the noise. */
function detect(levels: readonly number[], noise: Noise, options: Partial<ChangePointOptions> = {}) {
  return Array.from({ length: RUNS }, (_, run) => {
    const random = createRandom(deriveSeed(2014, run));
    const values = levels.map((level) => level + noise(random));
    return changePoints(values, { seed: run, ...options }).map(({ index }) => index);
  });
}

const share = (found: readonly number[][], holds: (indices: number[]) => boolean) =>
  found.filter(holds).length / found.length;

/** `count` points at each level in turn. */
const steps = (...parts: readonly (readonly [count: number, level: number])[]) =>
  parts.flatMap(([count, level]) => Array<number>(count).fill(level));

const near = (index: number | undefined, place: number) => Math.abs((index ?? Number.NaN) - place) <= 1;

describe('a step is found at its place in 90 % of all series', () => {
  it.each<[what: string, levels: number[], noise: Noise, place: number, exact: number]>([
    ['3 sd, 15 + 15 points', steps([15, 0], [15, 3]), normal, 15, 0.8],
    ['-5 sd, 15 + 15 points', steps([15, 0], [15, -5]), normal, 15, 0.95],
    ['5 sd, 6 + 6 points', steps([6, 0], [6, 5]), normal, 6, 0.9],
    ['5 sd in the last 3 of 20', steps([17, 0], [3, 5]), normal, 17, 0.9],
    ['5 sd, 20 + 20 points, some of them outliers', steps([20, 0], [20, 5]), contaminated, 20, 0.8],
  ])('%s', (_, levels, noise, place, exact) => {
    const found = detect(levels, noise);
    expect(share(found, (indices) => indices.some((index) => near(index, place)))).toBeGreaterThanOrEqual(
      0.9,
    );
    expect(share(found, (indices) => indices.includes(place))).toBeGreaterThanOrEqual(exact);
    expect(share(found, ({ length }) => length > 1)).toBeLessThanOrEqual(0.03);
  });

  it('is found in a long series', () => {
    const random = createRandom(1);
    const values = steps([120, 0], [80, 3]).map((level) => level + normal(random));
    const [change, ...others] = changePoints(values, { seed: 1 });
    expect(near(change?.index, 120)).toBe(true);
    expect(others).toEqual([]);
  });
});

describe('two steps are both found', () => {
  it.each<[what: string, levels: number[]]>([
    ['up and up', steps([12, 0], [12, 5], [12, 10])],
    ['there and back', steps([12, 0], [6, 5], [12, 0])],
  ])('%s', (_, levels) => {
    const places = levels.flatMap((level, index) =>
      index > 0 && level !== levels[index - 1] ? [index] : [],
    );
    const found = detect(levels, normal);
    const all = share(found, (indices) =>
      places.every((place) => indices.some((index) => near(index, place))),
    );
    expect(all).toBeGreaterThanOrEqual(0.9);
    expect(share(found, ({ length }) => length > 2)).toBeLessThanOrEqual(0.03);
  });
});

describe('a series without a step raises one as rarely as it is asked to', () => {
  // Of 200 series at 1 %, more than 6 would be bad luck of 1 in 200; at 5 %, more than 18.
  it.each<[what: string, points: number, noise: Noise, significance: number, most: number]>([
    ['20 points', 20, normal, 0.01, 0.03],
    ['60 points', 60, normal, 0.01, 0.03],
    ['20 points, some of them outliers', 20, contaminated, 0.01, 0.03],
    ['60 points, some of them outliers', 60, contaminated, 0.01, 0.03],
    ['20 points at 5 %', 20, normal, 0.05, 0.09],
  ])('%s', (_, points, noise, significance, most) => {
    const found = detect(steps([points, 0]), noise, { significance });
    expect(share(found, ({ length }) => length > 0)).toBeLessThanOrEqual(most);
  });

  it('one outlier, or two in a row, are no new level', () => {
    for (const outliers of [
      steps([12, 0], [1, 30], [12, 0]),
      steps([12, 0], [2, 30], [12, 0]),
      steps([24, 0], [1, 30]),
    ]) {
      expect(share(detect(outliers, normal), ({ length }) => length > 0)).toBeLessThanOrEqual(0.05);
    }
  });

  it('equal values have none', () => {
    expect(changePoints(Array(50).fill(0.1), { seed: 1 })).toEqual([]);
  });
});

test('the interval of a change covers its size, though its place was looked for', () => {
  const random = createRandom(9);
  const levels = steps([15, 0], [15, 3]);
  const asLaunches = (values: readonly number[]) =>
    values.map((value, launch) => ({ launch, values: [value] }));
  const covered = coverage(400, 3, () => {
    const values = levels.map((level) => level + normal(random));
    const at = changePoints(values, { seed: 1 })[0]?.index ?? 15;
    const [before, after] = [asLaunches(values.slice(0, at)), asLaunches(values.slice(at))];
    return differenceInterval(before, after, { resamples: 300, random });
  });
  expect(covered).toBeGreaterThanOrEqual(0.92);
  expect(covered).toBeLessThanOrEqual(0.98);
});

test('what it supposes: a series that wanders from one point to the next shows changes more often', () => {
  const wandering = Array.from({ length: RUNS }, (_, run) => {
    const random = createRandom(deriveSeed(10, run));
    let value = normal(random);
    const values = Array.from({ length: 20 }, () => {
      value = 0.6 * value + 0.8 * normal(random);
      return value;
    });
    return changePoints(values, { seed: run }).map(({ index }) => index);
  });
  expect(share(wandering, ({ length }) => length > 0)).toBeGreaterThan(0.1);
});

describe('options', () => {
  const random = createRandom(3);
  const values = steps([15, 0], [15, 6]).map((level) => level + normal(random));

  test('the same seed gives the same change points, whose p-values tell how sure they are', () => {
    const found = changePoints(values, { seed: 5 });
    expect(found).toEqual([{ index: 15, pValue: 0.001 }]);
    expect(changePoints(values, { seed: 5 })).toEqual(found);
  });

  test('no level is shorter than asked for', () => {
    const late = steps([20, 0], [4, 9]).map((level) => level + normal(random));
    expect(changePoints(late, { seed: 1, minSegment: 4 })).toMatchObject([{ index: 20 }]);
    expect(changePoints(late, { seed: 1, minSegment: 6 })).toEqual([]);
    const twice = steps([20, 0], [8, 9], [4, 18]).map((level) => level + normal(random));
    expect(changePoints(twice, { seed: 1, minSegment: 4 })).toMatchObject([{ index: 20 }, { index: 28 }]);
    // The best of what is left, not the place that would leave too few.
    expect(changePoints(twice, { seed: 1, minSegment: 6 })).toMatchObject([{ index: 20 }]);
  });

  test('too few points have no change point, however far apart they are', () => {
    for (let points = 0; points < fewestPoints(); points++) {
      const apart = Array.from(
        { length: points },
        (_, index) => (index < points / 2 ? 0 : 1000) + index / 100,
      );
      expect(changePoints(apart, { seed: 1 })).toEqual([]);
    }
  });

  test('the fewest points are those in which one arrangement of all is rare enough', () => {
    // C(9, 4) = 126, C(10, 5) = 252; C(7, 3) = 35, C(8, 4) = 70.
    expect([fewestPoints(), fewestPoints(0.05), fewestPoints(0.9)]).toEqual([10, 8, 3]);
  });

  test.each<[why: string, values: number[], options: Partial<ChangePointOptions>]>([
    ['a value that is not finite', [1, Number.NaN], {}],
    ['segments of one', [1, 2], { minSegment: 1 }],
    ['segments of two and a half', [1, 2], { minSegment: 2.5 }],
    ['a significance of 0', [1, 2], { significance: 0 }],
    ['a significance of 1', [1, 2], { significance: 1 }],
  ])('%s is refused', (_, series, options) => {
    expect(() => changePoints(series, { seed: 1, ...options })).toThrow(RangeError);
  });
});
