import { expect, test } from 'vitest';
import { axisOf, bandsOf, position } from '../../../reports/charts/axis.ts';
import { fixtureResult } from '../fixture.ts';

test('the axis keeps order and sign, evenly near 0 and by factors far from it', () => {
  expect(position(0)).toBe(0);
  expect(position(-0.01)).toBeCloseTo(-position(0.01), 12);
  expect(position(0.01) / position(0.005)).toBeCloseTo(2, 1);
  expect(position(40) - position(20)).toBeCloseTo(Math.LN2, 4);
});

test('holds every overhead, and names native and the edges of the founding claim', () => {
  const axis = axisOf([-0.2, 24]);
  expect(axis.min).toBeLessThan(position(-0.2));
  expect(axis.max).toBeGreaterThan(position(24));
  const labels = axis.ticks.map(({ label }) => label);
  expect(labels).toEqual(['-10 %', '-5 %', 'native', '+5 %', '+10 %', '+30 %', '+100 %', '4x', '10x', '30x']);
  expect(axisOf([]).ticks.map(({ label }) => label)).toContain('+30 %');
});

test('a closed band is shown once, an open one not at all', () => {
  expect(bandsOf(fixtureResult())).toEqual([
    { min: position(0.1), max: position(0.3), label: 'claimed: 10–30 %' },
  ]);
});
