/** One number for each of several groups (hosts, say): what they have in common, and how far they lie apart. */
import { mean, sampleStandardDeviation } from 'simple-statistics';
import type { Interval } from './interval.ts';
import { studentQuantile } from './student.ts';

export interface GroupMean {
  readonly mean: number;
  /** Standard deviation between groups; null with fewer than two. */
  readonly sd: number | null;
  /** The 95 % confidence interval of the mean; null with fewer than two groups, since one does not say how they differ. */
  readonly interval: Interval | null;
}

/**
 * The mean over groups with Student's t-interval of groups − 1 degrees of freedom. Groups are the unit: what was measured
 * within each counts as one value, however many repetitions it rests on. Pooled repetitions would know nothing of how groups
 * differ, and their interval would cover the mean of further groups far too seldom (test/core/stats/between.test.ts).
 * Values are in any unit that adds up, logs of ratios, say. Throws RangeError where there are none, or one is not finite.
 */
export function meanOfGroups(values: readonly number[]): GroupMean {
  if (values.length === 0 || !values.every(Number.isFinite))
    throw new RangeError('a mean over groups needs finite values');
  const center = mean(values as number[]);
  if (values.length < 2) return { mean: center, sd: null, interval: null };
  const sd = sampleStandardDeviation(values as number[]);
  const margin = (quantileOf(values.length - 1) * sd) / Math.sqrt(values.length);
  return { mean: center, sd, interval: { estimate: center, low: center - margin, high: center + margin } };
}

/**
 * The standard error behind a 95 % interval that was made from so many repetitions, as `meanOfRows` makes it: half its width ÷
 * Student's t. Null with fewer than two repetitions.
 */
export function errorOf({ low, high }: Pick<Interval, 'low' | 'high'>, repetitions: number): number | null {
  return repetitions < 2 ? null : (high - low) / 2 / quantileOf(repetitions - 1);
}

/**
 * The standard deviation that groups would show if they did not differ at all: the root of the mean of their squared
 * standard errors. The variance that is seen between groups is, on average, this one's square plus that of their true
 * differences (Hedges & Olkin 1985, "Statistical Methods for Meta-Analysis", chapter 9). Null of none.
 */
export function expectedDeviation(errors: readonly number[]): number | null {
  return errors.length === 0 ? null : Math.sqrt(mean(errors.map((error) => error ** 2)));
}

const quantiles = new Map<number, number>();

/** Found once for each number of degrees: a fleet asks a hundred thousand times for few of them. */
function quantileOf(degrees: number): number {
  const known = quantiles.get(degrees) ?? studentQuantile(0.975, degrees);
  quantiles.set(degrees, known);
  return known;
}
