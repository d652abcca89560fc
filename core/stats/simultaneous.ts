import type { Interval } from './interval.ts';
import { studentQuantile } from './student.ts';

/** The share of mistakes that a 95 % interval allows on each side. */
const TAIL = 0.025;

/**
 * One of `intervals` 95 % intervals, widened so that all of them hold together in 95 of 100 runs (Bonferroni): what may be
 * concluded of any one of several. Of a figure above 0 whose interval is even on the log scale and rests on so many
 * launches, 2 or more.
 */
export function simultaneous(figure: Interval, launches: number, intervals: number): Interval {
  const freedom = launches - 1;
  const factor = studentQuantile(1 - TAIL / intervals, freedom) / studentQuantile(1 - TAIL, freedom);
  const estimate = Math.log(figure.estimate);
  return {
    estimate: figure.estimate,
    low: Math.exp(estimate - (estimate - Math.log(figure.low)) * factor),
    high: Math.exp(estimate + (Math.log(figure.high) - estimate) * factor),
  };
}
