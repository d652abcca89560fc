import { describe, expect, it } from 'vitest';
import { hodgesLehmann, median, resampledHodgesLehmann } from '../../../core/stats/location.ts';
import { createRandom } from '../../../core/stats/random.ts';

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

  it('refuses an empty sample', () => {
    expect(() => hodgesLehmann([])).toThrow();
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

  it('refuses a resample of nothing', () => {
    expect(() => resampledHodgesLehmann([1, 2])([0, 0])).toThrow(RangeError);
  });
});
