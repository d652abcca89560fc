import { expect, test } from 'vitest';
import { scaleOf } from '../../../reports/fleet/scale.ts';

const labels = (overheads: readonly number[]) =>
  scaleOf(overheads.map(Math.log1p), []).ticks.map(({ label }) => label);

test('ticks are round, and as many as have room', () => {
  expect(labels([-0.01, 0.02])).toEqual([
    '-1.0 %',
    '-0.5 %',
    'native',
    '+0.5 %',
    '+1.0 %',
    '+1.5 %',
    '+2.0 %',
  ]);
  expect(labels([0.1, 0.9])).toEqual(['+20 %', '+40 %', '+60 %', '+80 %']);
  expect(labels([5.1, 5.9])).toEqual(['6.2x', '6.4x', '6.6x', '6.8x']);
  expect(labels([-0.9, 999])).toEqual(['0.1x', 'native', '10x', '100x', '1000x']);
});

test('hosts that are all alike have a scale too', () => {
  const { min, max, ticks } = scaleOf([0.1, 0.1], []);
  expect(max - min).toBeGreaterThan(0.019);
  expect(min).toBeLessThan(0.1);
  expect(max).toBeGreaterThan(0.1);
  expect(ticks.length).toBeGreaterThan(2);
});

test('an interval that is far wider than hosts lie apart does not make the scale', () => {
  const { min, max } = scaleOf([0, 0.1], [{ low: -5, high: 5 }]);
  expect(max - min).toBeLessThan(0.6);
});

test.each([1e-9, 0.001, 0.3, 2, 50, 200])(
  'whatever the span (%d), ticks lie within it and are few',
  (span) => {
    const { min, max, ticks } = scaleOf([-span / 3, span], []);
    expect(ticks.length).toBeGreaterThanOrEqual(2);
    expect(ticks.length).toBeLessThanOrEqual(9);
    expect(ticks.filter(({ value }) => value < min || value > max)).toEqual([]);
    expect(new Set(ticks.map(({ label }) => label)).size).toBe(ticks.length);
  },
);
