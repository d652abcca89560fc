import { median } from 'simple-statistics';

export { median };

interface WalshAverage {
  readonly average: number;
  /** Indices of the two values it is the average of; the same twice for a value by itself. */
  readonly first: number;
  readonly second: number;
}

function walshAverages(values: readonly number[]): WalshAverage[] {
  return values.flatMap((value, first) =>
    values.slice(first).map((other, offset) => ({
      average: (value + other) / 2,
      first,
      second: first + offset,
    })),
  );
}

/**
 * The Hodges–Lehmann estimate of location: the median of the n(n+1)/2 averages of two values (or of one
 * with itself). It bears outliers in up to 29 % of many values, and on normal noise loses only 5 % of the
 * mean's efficiency (the median loses 36 %). Its population value is the pseudo-median: for symmetric
 * noise, the centre. Throws on an empty array.
 *
 * Hodges & Lehmann 1963, "Estimates of Location Based on Rank Tests", Annals of Mathematical Statistics 34(2).
 */
export function hodgesLehmann(values: readonly number[]): number {
  return median(walshAverages(values).map(({ average }) => average));
}

/** Gives the Hodges–Lehmann estimate of a sample in which value i occurs `counts[i]` times. */
export type ResampledLocation = (counts: ArrayLike<number>) => number;

/**
 * Prepares the Hodges–Lehmann estimate of resamples of these values. A resample's averages are among those
 * of the values themselves: sorted once, they make each resample a mere walk to the middle. The function
 * returned throws RangeError when every count is 0.
 */
export function resampledHodgesLehmann(values: readonly number[]): ResampledLocation {
  const sorted = walshAverages(values).sort((a, b) => a.average - b.average);
  const averages = Float64Array.from(sorted, ({ average }) => average);
  const firsts = Uint32Array.from(sorted, ({ first }) => first);
  const seconds = Uint32Array.from(sorted, ({ second }) => second);

  return (counts) => {
    let drawn = 0;
    for (let index = 0; index < values.length; index++) drawn += counts[index] as number;
    const middle = (drawn * (drawn + 1)) / 4;

    let seen = 0;
    let lower = Number.NaN;
    for (let index = 0; index < averages.length; index++) {
      const first = firsts[index] as number;
      const second = seconds[index] as number;
      const count = counts[first] as number;
      // A value drawn c times makes c(c+1)/2 averages with itself.
      const weight = first === second ? (count * (count + 1)) / 2 : count * (counts[second] as number);
      if (weight === 0) continue;
      const average = averages[index] as number;
      seen += weight;
      // An even number of averages can part exactly between two: their median is halfway.
      if (seen > middle) return Number.isNaN(lower) ? average : (lower + average) / 2;
      if (seen === middle) lower = average;
    }
    throw new RangeError('a resample needs at least one value');
  };
}
