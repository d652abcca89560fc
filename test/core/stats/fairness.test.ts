import { expect, it } from 'vitest';
import { jainIndex } from '../../../core/stats/fairness.ts';

it('is 1 where all get the same, however much', () => {
  expect(jainIndex([3])).toBe(1);
  expect(jainIndex([2, 2, 2, 2])).toBe(1);
  expect(jainIndex([0, 0])).toBe(1);
});

it('is the share of those who get anything, where these get the same (Jain, Chiu & Hawe 1984)', () => {
  expect(jainIndex([1, 0, 0, 0])).toBeCloseTo(1 / 4);
  expect(jainIndex([5, 5, 0, 0, 0])).toBeCloseTo(2 / 5);
});

it('does not depend on the unit, and is defined for somebody only', () => {
  expect(jainIndex([1, 2, 3])).toBeCloseTo(36 / 42);
  expect(jainIndex([1000, 2000, 3000])).toBeCloseTo(36 / 42);
  expect(() => jainIndex([])).toThrow(RangeError);
});
