import { describe, expect, it } from 'vitest';
import { varianceInflation } from '../../../core/stats/autocorrelation.ts';
import { createRandom, launchInterval, type Random } from '../../../core/stats/index.ts';
import { coverage, normal } from './simulate.ts';

/** Launches of a host that drifts: part of what they differ by goes on from one to the next (AR(1), 0.8). */
function drifting(launches: number, random: Random): number[] {
  let drift = normal(random);
  return Array.from({ length: launches }, () => {
    drift = 0.8 * drift + 0.6 * normal(random);
    return drift + normal(random);
  });
}

describe('varianceInflation', () => {
  it('is 1 of values that alternate, of constant ones, and of too few', () => {
    expect(varianceInflation([1, -1, 1, -1, 1, -1, 1, -1])).toBe(1);
    expect(varianceInflation([2, 2, 2, 2, 2])).toBe(1);
    expect(varianceInflation([1, 2, 3])).toBe(1);
    expect(varianceInflation([])).toBe(1);
  });

  it('is that of the formula: r of 1, 2, …, 20 is 0.85, which is 0.85 + 3.55 / 20 too low, and so counts as 0.9', () => {
    expect(varianceInflation(Array.from({ length: 20 }, (_, index) => index))).toBeCloseTo(19, 9);
    // Deviations −1.5 −0.5 0.5 1.5 of 4: r = 1.25 / 5, and 0.25 + 1.75 / 4 makes 0.6875.
    expect(varianceInflation([1, 2, 3, 4])).toBeCloseTo(1.6875 / 0.3125, 9);
  });

  it('changes neither with the unit nor with the origin', () => {
    const random = createRandom(3);
    const values = drifting(12, random);
    expect(varianceInflation(values.map((value) => 1e6 * value + 7))).toBeCloseTo(
      varianceInflation(values),
      6,
    );
  });

  it('makes intervals of drifting launches cover more often, and those of others hardly more', () => {
    const random = createRandom(4);
    const options = { resamples: 200, random };
    const covers = (launches: () => number[]) =>
      coverage(1000, 0, () =>
        launchInterval(
          launches().map((value) => [value]),
          options,
        ),
      );
    // Without it 72 % of the first and 95 % of the second.
    expect(covers(() => drifting(10, random))).toBeGreaterThan(0.78);
    expect(covers(() => Array.from({ length: 10 }, () => normal(random)))).toBeLessThan(0.98);
  });
});
