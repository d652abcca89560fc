import type { Interval } from './interval.ts';

/** A range of values, its ends included; an open end is null. */
export interface Band {
  readonly low: number | null;
  readonly high: number | null;
}

export type Position = 'inside' | 'above' | 'below' | 'undecided';

/**
 * Where the truth lies as against the band, as far as the interval can tell: `inside` if all of the interval
 * lies in the band, `above` or `below` if none of it does, else `undecided`.
 *
 * This is interval inclusion, the form in which equivalence is tested by two one-sided tests (Schuirmann
 * 1987, Journal of Pharmacokinetics and Biopharmaceutics 15(6)): "no significant difference" is never taken
 * for "no difference". A 95 % interval gives each of the two tests a level of 2.5 %.
 */
export function classify(interval: Pick<Interval, 'low' | 'high'>, band: Band): Position {
  const { low, high } = interval;
  if (band.high !== null && low > band.high) return 'above';
  if (band.low !== null && high < band.low) return 'below';
  const inside = (band.low === null || low >= band.low) && (band.high === null || high <= band.high);
  return inside ? 'inside' : 'undecided';
}
