import { median } from 'simple-statistics';
import { type MedianSum, PairSums } from './pair-sums.ts';

export { median };

/**
 * The Hodges–Lehmann estimate of location: the median of the n(n+1)/2 averages of two values (or of one
 * with itself). It bears outliers in up to 29 % of many values, and on normal noise loses only 5 % of the
 * mean's efficiency (the median loses 36 %). Its population value is the pseudo-median: for symmetric
 * noise, the centre. Takes O(n log n) time and O(n) memory, see {@link PairSums}. Throws RangeError on an empty
 * array and on a value that is not finite.
 *
 * Hodges & Lehmann 1963, "Estimates of Location Based on Rank Tests", Annals of Mathematical Statistics 34(2).
 */
export function hodgesLehmann(values: readonly number[]): number {
  const { members, scale } = addable(values);
  return locate(members.sort()).sum / 2 / scale;
}

/** Gives the Hodges–Lehmann estimate of a sample in which value i occurs `counts[i]` times. */
export type ResampledLocation = (counts: ArrayLike<number>) => number;

/** Up to so many values, to walk through all sorted averages is faster than to search. */
const MOST_WALKED = 128;

/**
 * Prepares the Hodges–Lehmann estimate of resamples of these values, which takes O(n) memory and O(n log n) time for
 * each. The function returned throws RangeError when every count is 0, and this one where a value is not finite.
 */
export function resampledHodgesLehmann(values: readonly number[]): ResampledLocation {
  return values.length <= MOST_WALKED ? byWalk(values) : bySearch(values);
}

/**
 * A resample's averages are among those of the values themselves: sorted once, they make each resample a mere walk to
 * the middle.
 */
function byWalk(values: readonly number[]): ResampledLocation {
  const { members, scale } = addable(values);
  const pairs = [...members].flatMap((value, first) =>
    [...members.subarray(first)].map((other, offset) => ({
      sum: value + other,
      first,
      second: first + offset,
    })),
  );
  pairs.sort((a, b) => a.sum - b.sum);
  const sums = Float64Array.from(pairs, ({ sum }) => sum);
  const firsts = Uint32Array.from(pairs, ({ first }) => first);
  const seconds = Uint32Array.from(pairs, ({ second }) => second);

  return (counts) => {
    let drawn = 0;
    for (let index = 0; index < values.length; index++) drawn += counts[index] as number;
    const middle = (drawn * (drawn + 1)) / 4;

    let seen = 0;
    let lower = Number.NaN;
    for (let index = 0; index < sums.length; index++) {
      const first = firsts[index] as number;
      const count = counts[first] as number;
      if (count === 0) continue;
      const second = seconds[index] as number;
      // A value drawn c times makes c(c+1)/2 averages with itself.
      const weight = first === second ? (count * (count + 1)) / 2 : count * (counts[second] as number);
      if (weight === 0) continue;
      const sum = sums[index] as number;
      seen += weight;
      // An even number of averages can part exactly between two: their median is halfway.
      if (seen > middle) return (Number.isNaN(lower) ? sum : lower / 2 + sum / 2) / 2 / scale;
      if (seen === middle) lower = sum;
    }
    throw new RangeError('a resample needs at least one value');
  };
}

function bySearch(values: readonly number[]): ResampledLocation {
  const { members, scale } = addable(values);
  const order = Uint32Array.from(members, (_, index) => index).sort(
    (a, b) => (members[a] as number) - (members[b] as number),
  );
  const sorted = members.slice().sort();
  const similar = locate(sorted);
  const pairs = new PairSums(sorted.length);
  return (counts) => {
    pairs.clear();
    for (let index = 0; index < sorted.length; index++) {
      const count = counts[order[index] as number] as number;
      if (count > 0) pairs.add(sorted[index] as number, count);
    }
    return pairs.median(similar).sum / 2 / scale;
  };
}

function locate(sorted: Float64Array): MedianSum {
  const pairs = new PairSums(sorted.length);
  for (const value of sorted) pairs.add(value, 1);
  return pairs.median();
}

/** Beyond this, two values could add up to infinity. */
const MOST_ADDED = Number.MAX_VALUE / 2;

/** A copy of the values; halved, as `scale` says, where sums of them would be infinite. */
function addable(values: readonly number[]): { members: Float64Array; scale: number } {
  const members = new Float64Array(values);
  const largest = members.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (!Number.isFinite(largest)) throw new RangeError('a location needs finite values');
  const scale = largest <= MOST_ADDED ? 1 : 0.5;
  return { members: scale === 1 ? members : members.map((value) => value * scale), scale };
}
