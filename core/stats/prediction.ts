import { sampleStandardDeviation } from 'simple-statistics';
import { studentQuantile } from './student.ts';

/**
 * How far above the mean of these values a further one lies at most, with this confidence: t · s · √(1 + 1/n), the
 * one-sided prediction interval of a normal distribution (Hahn and Meeker, "Statistical Intervals", 1991, section 4.7).
 * In the values' own unit; takes two values or more. `leastDeviation`: how far a value varies at least, whatever these
 * few say: whole numbers hide what is less than one.
 */
export function predictionMargin(values: readonly number[], confidence: number, leastDeviation = 0): number {
  const n = values.length;
  const deviation = Math.max(sampleStandardDeviation([...values]), leastDeviation);
  return studentQuantile(confidence, n - 1) * deviation * Math.sqrt(1 + 1 / n);
}
