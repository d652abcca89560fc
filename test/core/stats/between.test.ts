import { describe, expect, it, test } from 'vitest';
import { errorOf, expectedDeviation, meanOfGroups } from '../../../core/stats/index.ts';

describe('meanOfGroups', () => {
  it('has the interval of Student’s t', () => {
    // t of 3 degrees of freedom is 3.182446; the standard deviation of 1, 2, 3, 4 is 1.290994.
    const { mean, sd, interval } = meanOfGroups([1, 2, 3, 4]);
    expect(mean).toBe(2.5);
    expect(sd).toBeCloseTo(1.290994, 6);
    expect(interval?.low).toBeCloseTo(2.5 - (3.182446 * 1.290994) / 2, 5);
    expect(interval?.high).toBeCloseTo(2.5 + (3.182446 * 1.290994) / 2, 5);
  });

  it('has none for one group, which does not say how groups differ', () => {
    expect(meanOfGroups([0.1])).toEqual({ mean: 0.1, sd: null, interval: null });
  });

  it.each([[[]], [[1, Number.NaN]], [[Number.POSITIVE_INFINITY]]])('refuses %j', (values) => {
    expect(() => meanOfGroups(values)).toThrow(RangeError);
  });
});

test('the error behind an interval is what the interval was made from', () => {
  // t of 4 degrees of freedom is 2.776445.
  expect(errorOf({ low: -2.776445, high: 2.776445 }, 5)).toBeCloseTo(1, 6);
  expect(errorOf({ low: -1, high: 1 }, 1)).toBeNull();
});

test('groups that do not differ are expected as far apart as their errors say', () => {
  expect(expectedDeviation([3, 4])).toBeCloseTo(Math.sqrt(12.5), 12);
  expect(expectedDeviation([])).toBeNull();
});
