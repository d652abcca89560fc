import type { Interval } from './interval.ts';

/**
 * The interval of how many times `after` is `before`, less 1, from nothing but the two's own intervals, which are
 * independent: for figures above 0 whose launches are gone. `null` if an end is not above 0. It has the confidence
 * of the two intervals.
 *
 * On the log scale, each end lies as far from the difference as the roots of the sums of the squares of the distances
 * that push it that way: the "method of variance estimates recovery" (Zou & Donner 2008, "Construction of confidence
 * limits about effect measures: a general approach", Statistics in Medicine 27(10)), which lets intervals lie unevenly
 * about their estimates.
 */
export function changeOfIntervals(before: Interval, after: Interval): Interval | null {
  if (!(before.low > 0 && after.low > 0)) return null;
  const [a, b] = [logsOf(before), logsOf(after)];
  const estimate = b.estimate - a.estimate;
  return {
    estimate: Math.expm1(estimate),
    low: Math.expm1(estimate - Math.hypot(b.estimate - b.low, a.high - a.estimate)),
    high: Math.expm1(estimate + Math.hypot(b.high - b.estimate, a.estimate - a.low)),
  };
}

function logsOf({ estimate, low, high }: Interval): Interval {
  return { estimate: Math.log(estimate), low: Math.log(low), high: Math.log(high) };
}
