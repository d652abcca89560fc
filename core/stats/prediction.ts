import { sampleStandardDeviation } from 'simple-statistics';
import { studentQuantile } from './student.ts';

/**
 * How far above the mean of these values a further one lies at most, with this confidence: t · s · √(1 + 1/n), the
 * one-sided prediction interval of a normal distribution (Hahn and Meeker, "Statistical Intervals", 1991, section 4.7).
 * In the values' own unit; takes two values or more.
 */
export function predictionMargin(values: readonly number[], confidence: number): number {
  const n = values.length;
  return studentQuantile(confidence, n - 1) * sampleStandardDeviation([...values]) * Math.sqrt(1 + 1 / n);
}
