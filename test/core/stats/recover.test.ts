import { expect, test } from 'vitest';
import { changeOfIntervals } from '../../../core/stats/recover.ts';

const around = (estimate: number, factor: number) => ({
  estimate,
  low: estimate / factor,
  high: estimate * factor,
});

test('intervals that lie evenly on the log scale add up by the roots of their squares', () => {
  const change = changeOfIntervals(around(100, 1.03), around(200, 1.04));
  const width = Math.hypot(Math.log(1.03), Math.log(1.04));
  expect(change?.estimate).toBeCloseTo(1, 12);
  expect(change?.low).toBeCloseTo(2 * Math.exp(-width) - 1, 12);
  expect(change?.high).toBeCloseTo(2 * Math.exp(width) - 1, 12);
});

test('of uneven ones, each end comes from the ends that push it that way', () => {
  const change = changeOfIntervals(
    { estimate: 100, low: 100, high: 120 },
    { estimate: 100, low: 100, high: 130 },
  );
  expect(change?.low).toBeCloseTo(100 / 120 - 1, 12);
  expect(change?.high).toBeCloseTo(0.3, 12);
});

test('a figure compared with itself has not changed, and an exact one has no width', () => {
  expect(changeOfIntervals(around(5, 1), around(5, 1))).toEqual({ estimate: 0, low: 0, high: 0 });
});

test('an end at 0 has no logarithm', () => {
  const open = { estimate: 1, low: 0, high: 2 };
  expect(changeOfIntervals(open, around(1, 1.1))).toBeNull();
  expect(changeOfIntervals(around(1, 1.1), open)).toBeNull();
});
