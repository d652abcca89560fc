import { expect, test } from 'vitest';
import { axisOf } from '../../../reports/site/axis.ts';
import { chartOf } from '../../../reports/site/chart.ts';
import { atLeastOne } from '../../at-least-one.ts';
import { problemsOf } from './well-formed.ts';

const interval = (low: number, estimate: number, high: number) => ({ low, estimate, high });

test('native is on every axis, and ticks keep their distance', () => {
  for (const one of [interval(0.01, 0.02, 0.03), interval(10, 20, 30), interval(-0.5, 0, 900)]) {
    const { ticks, at } = axisOf([one], 336);
    expect(ticks.map(({ label }) => label)).toContain('native');
    const places = ticks.map((tick) => tick.at).sort((a, b) => a - b);
    for (const [index, place] of atLeastOne(places.entries()))
      expect(place - (places[index - 1] ?? -1000)).toBeGreaterThanOrEqual(44);
    expect(at(one.low)).toBeGreaterThanOrEqual(0);
    expect(at(one.high)).toBeLessThanOrEqual(336);
  }
});

test('what no axis can hold ends at its edge, and is said to', () => {
  const far = interval(-1e300, 1, 1e300);
  const axis = axisOf([far], 336);
  expect([axis.at(far.low), axis.at(far.high)]).toEqual([0, 336]);
  expect(axis.isBeyond(far.high)).toBe(true);
});

test('a chart tells its figures in words, and is inert', () => {
  const label = '<script>alert(1)</script>';
  const svg = String(chartOf('c', label, [{ label, overhead: interval(0.1, 0.12, 0.14), results: 3 }]));
  expect(problemsOf(svg)).toEqual([]);
  expect(svg).toContain('&lt;script&gt;alert(1)&lt;/script&gt; +12.0 % [+10.0, +14.0].');
  expect(svg).toContain(' of 3<');
});
