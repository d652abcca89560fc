import { expect, test } from 'vitest';
import { axisOf, bandsOf, position } from '../../../reports/charts/axis.ts';

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

test('leaves out labels that would run into one another, and never the edges of the founding claim', () => {
  const { min, max, ticks } = axisOf([-0.98, 60_000]);
  const labels = ticks.map(({ label }) => label);
  expect(labels).toEqual(expect.arrayContaining(['-90 %', 'native', '+10 %', '+30 %', '10000x']));
  expect(labels).not.toContain('-5 %');
  const gaps = ticks.slice(1).map(({ value }, index) => (value - (ticks[index]?.value ?? 0)) / (max - min));
  expect(Math.min(...gaps)).toBeGreaterThan(0.04);
});

test('a band stands where its overheads do', () => {
  expect(bandsOf({ bands: [{ low: 0.1, high: 0.3, label: 'claimed' }] })).toEqual([
    { min: position(0.1), max: position(0.3), label: 'claimed' },
  ]);
});
