import { describe, expect, it } from 'vitest';
import { hodgesLehmann, median, resampledHodgesLehmann } from '../../../core/stats/location.ts';
import { createRandom, type Random } from '../../../core/stats/random.ts';
import { referenceLocation } from './location-reference.ts';

const bell = (random: Random) =>
  Array.from({ length: 12 }, () => random.nextFloat()).reduce((sum, u) => sum + u) - 6;

/** What samples look like, and what they might. */
const SHAPES: readonly (readonly [string, (random: Random) => number])[] = [
  ['noise', bell],
  ['noise with wild values', (random) => bell(random) / random.nextFloat() ** 4],
  ['few different values', (random) => random.nextInt(4)],
  ['two values', (random) => random.nextInt(2) * 1e-9],
  ['whole numbers', (random) => random.nextInt(1000) - 500],
  ['zeros of either sign among others', (random) => [0, -0, 1, -1][random.nextInt(4)] as number],
  ['a thousand orders of magnitude', (random) => Math.exp(1400 * (random.nextFloat() - 0.5))],
  ['numbers too small to be halved', (random) => random.nextInt(9) * Number.MIN_VALUE],
  ['one value', () => -0.1],
];
const LENGTHS = [1, 2, 3, 4, 5, 9, 10, 63, 64, 128, 129, 130, 257];

describe('hodgesLehmann', () => {
  it('is the median of the averages of all pairs, each value with itself included', () => {
    // Averages of 1, 2 and 6: 1, 1.5, 2, 3.5, 4, 6.
    expect(hodgesLehmann([6, 1, 2])).toBe(2.75);
  });

  it('is the value itself of one, and the mean of two', () => {
    expect(hodgesLehmann([3])).toBe(3);
    expect(hodgesLehmann([3, 5])).toBe(4);
  });

  it('follows a shift and a change of unit', () => {
    const values = [4, 1, 3, 9, 2];
    expect(hodgesLehmann(values.map((value) => 10 * value + 7))).toBeCloseTo(
      10 * hodgesLehmann(values) + 7,
      12,
    );
  });

  it('bears one wild value in five', () => {
    expect(hodgesLehmann([10, 11, 9, 10, 1e9])).toBeLessThanOrEqual(11);
  });

  it('varies less than the median on normal noise', () => {
    const random = createRandom(1);
    const noise = () => Array.from({ length: 12 }, () => random.nextFloat()).reduce((sum, u) => sum + u) - 6;
    const squares = { hodgesLehmann: 0, median: 0 };
    for (let run = 0; run < 2000; run++) {
      const values = Array.from({ length: 9 }, noise);
      squares.hodgesLehmann += hodgesLehmann(values) ** 2;
      squares.median += median(values) ** 2;
    }
    expect(squares.hodgesLehmann).toBeLessThan(0.85 * squares.median);
  });

  it.each(SHAPES)('is the definition’s, to the last bit, of %s', (name, draw) => {
    const random = createRandom(3);
    for (const length of LENGTHS) {
      for (let run = 0; run < 5; run++) {
        const values = Array.from({ length }, () => draw(random));
        const found = hodgesLehmann(values);
        expect(found === referenceLocation(values), `${name}: ${length} values, run ${run}: ${found}`).toBe(
          true,
        );
      }
    }
  });

  it('finds the centre of a million values, most of them alike or not', () => {
    const ramp = Array.from({ length: 1_000_001 }, (_, index) => (index * 7919) % 1_000_001);
    expect(hodgesLehmann(ramp)).toBe(500_000);
    expect(hodgesLehmann(ramp.map((value) => Math.floor(value / 250_000)))).toBe(1.5);
  });

  it('knows values whose sum is infinite', () => {
    const most = Number.MAX_VALUE;
    expect(hodgesLehmann([most, most, most])).toBe(most);
    expect(resampledHodgesLehmann([most, -most, most])([2, 0, 1])).toBe(most);
  });

  it('refuses an empty sample, and what is not finite', () => {
    expect(() => hodgesLehmann([])).toThrow(RangeError);
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(() => hodgesLehmann([1, wrong])).toThrow(RangeError);
      expect(() => resampledHodgesLehmann([1, wrong])).toThrow(RangeError);
    }
  });
});

describe('resampledHodgesLehmann', () => {
  it('equals the estimate of the resample written out', () => {
    const random = createRandom(2);
    for (let run = 0; run < 300; run++) {
      const values = Array.from({ length: 1 + random.nextInt(9) }, () => random.nextInt(20));
      const resampled = resampledHodgesLehmann(values);
      const drawn = values.map(() => random.nextInt(values.length));
      const counts = values.map((_, index) => drawn.filter((draw) => draw === index).length);
      expect(resampled(counts)).toBe(hodgesLehmann(drawn.map((index) => values[index] as number)));
    }
  });

  it.each(SHAPES)('is the definition’s, to the last bit, of resamples of %s', (name, draw) => {
    const random = createRandom(4);
    for (const length of LENGTHS) {
      const values = Array.from({ length }, () => draw(random));
      const resampled = resampledHodgesLehmann(values);
      for (let run = 0; run < 5; run++) {
        const drawn = values.map(() => random.nextInt(length));
        const counts = values.map((_, index) => drawn.filter((one) => one === index).length);
        const found = resampled(counts);
        const wanted = referenceLocation(drawn.map((index) => values[index] as number));
        expect(found === wanted, `${name}: ${length} values, run ${run}: ${found}, not ${wanted}`).toBe(true);
      }
    }
  });

  it('is right for a single value drawn as often as there are values', () => {
    const values = Array.from({ length: 200 }, (_, index) => index);
    const resampled = resampledHodgesLehmann(values);
    for (const one of [0, 77, 199])
      expect(resampled(values.map((value) => (value === one ? 200 : 0)))).toBe(one);
  });

  it('refuses a resample of nothing', () => {
    for (const length of [2, 200]) {
      const nothing = Array.from({ length }, () => 0);
      expect(() => resampledHodgesLehmann(nothing)(nothing)).toThrow(RangeError);
    }
  });
});
