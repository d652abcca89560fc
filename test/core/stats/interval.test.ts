import { expect, it } from 'vitest';
import { halfWidth, relativeHalfWidth, toOverhead, toRatio } from '../../../core/stats/interval.ts';

const logs = { estimate: Math.log(1.2), low: Math.log(1.1), high: Math.log(1.4) };

it('turns logs into ratios', () => {
  const ratio = toRatio(logs);
  expect(ratio.estimate).toBeCloseTo(1.2, 12);
  expect(ratio.low).toBeCloseTo(1.1, 12);
  expect(ratio.high).toBeCloseTo(1.4, 12);
});

it('turns log ratios into overheads, where no difference is 0', () => {
  const overhead = toOverhead(logs);
  expect(overhead.estimate).toBeCloseTo(0.2, 12);
  expect(overhead.low).toBeCloseTo(0.1, 12);
  expect(overhead.high).toBeCloseTo(0.4, 12);
  expect(toOverhead({ estimate: 0, low: 0, high: 0 })).toEqual({ estimate: 0, low: 0, high: 0 });
});

it('halves the width, even of an interval that is not symmetric', () => {
  expect(halfWidth({ estimate: 0.2, low: 0.1, high: 0.4 })).toBeCloseTo(0.15, 12);
});

it('relates half the width to the estimate', () => {
  expect(relativeHalfWidth({ estimate: 200, low: 190, high: 210 })).toBeCloseTo(0.05, 12);
});
