/**
 * The median of the n(n+1)/2 sums of two members of a sample (or of one with itself), in O(n log n) time and O(n) memory:
 * none but the last few sums is ever formed. Each pass counts in O(n) how many sums lie up to a pivot, since in the
 * sorted sample they ascend along rows and columns, and leaves those on one side of it.
 *
 * Johnson & Mizoguchi 1978, "Selecting the Kth Element in X + Y and X1 + X2 + ... + Xm", SIAM Journal on Computing 7(2);
 * Monahan 1984, "Algorithm 616: Fast Computation of the Hodges-Lehmann Location Estimator", ACM Transactions on
 * Mathematical Software 10(3), whose pivot, the middle of a random row, is taken wherever interpolation does not halve
 * what is left. What is found is exact, whatever the pivots were.
 */

/** A median of sums, and what shortens the search for that of a similar sample. */
export interface MedianSum {
  readonly sum: number;
  /** By how much, around the median, one sum differs from the next in the mean; 0 if that is not known. */
  readonly spacing: number;
}

/** So many sums are sorted at once, or a quarter as many as there are values. */
const FEWEST_SORTED = 64;

/** A sample with room for a number of different values; each has a weight, how often it occurs. */
export class PairSums {
  readonly #values: Float64Array;
  /** The weight of all values before each; one more than there are values. */
  readonly #before: Float64Array;
  readonly #sorted: Float64Array;
  #length = 0;
  #random = 1;

  // Of the last pass: how many sums are at most the pivot, the greatest of them, and the least of the others.
  #count = 0;
  #greatest = 0;
  #least = 0;

  constructor(capacity: number) {
    this.#values = new Float64Array(capacity);
    this.#before = new Float64Array(capacity + 1);
    this.#sorted = new Float64Array(Math.max(FEWEST_SORTED, capacity >> 2));
  }

  clear(): void {
    this.#length = 0;
  }

  /** Values come in ascending order, finite, and so that no sum of two is infinite; weights are whole numbers above 0. */
  add(value: number, weight: number): void {
    this.#values[this.#length] = value;
    this.#before[this.#length + 1] = (this.#before[this.#length] as number) + weight;
    this.#length++;
  }

  /** Throws RangeError if nothing was added. `similar`: what was found for a sample that differs little. */
  median(similar: MedianSum | null = null): MedianSum {
    if (this.#length === 0) throw new RangeError('a location needs at least one value');
    const members = this.#before[this.#length] as number;
    const sums = (members * (members + 1)) / 2;
    const rank = Math.ceil(sums / 2);
    const { sum, spacing } = this.#select(rank, sums, similar);
    if (sums % 2 === 1) return { sum, spacing };
    // Of an even number, the median lies halfway between the two in the middle.
    this.#pass(sum);
    const next = this.#count > rank ? sum : this.#least;
    return { sum: sum / 2 + next / 2, spacing };
  }

  /** The sum of this rank, from 1, among so many. */
  #select(rank: number, sums: number, similar: MedianSum | null): MedianSum {
    const values = this.#values;
    // Both are sums, and the wanted one is not outside them: `below` are less than `low`, `upTo` at most `high`.
    let low = 2 * (values[0] as number);
    let high = 2 * (values[this.#length - 1] as number);
    let [below, upTo, spacing] = [0, sums, 0];
    let guess = similar;
    let pivot = guess ? guess.sum : 2 * (values[this.#length >> 1] as number);
    while (low < high) {
      const left = upTo - below;
      if (left <= this.#sorted.length) return { sum: this.#sort(low, high, rank - below), spacing };
      this.#pass(inside(pivot, low, high));
      if (this.#count >= rank) [high, upTo] = [this.#greatest, this.#count];
      else [low, below] = [this.#least, this.#count];
      const rest = upTo - below;
      if (spacing === 0 && rest < sums / 4) spacing = (high - low) / rest;
      if (guess) {
        // A little beyond where the wanted one should be, so that it is enclosed from now on.
        const beyond = 1 + 3 / Math.sqrt(this.#length);
        pivot = guess.sum + (rank - this.#count) * guess.spacing * beyond;
        guess = null;
      } else if (rest > left / 2) pivot = this.#middleOfRandomRow(low, high);
      else {
        const share = (rank - below) / rest;
        const beyond = (share < 0.5 ? 1 : -1) / Math.sqrt(rest);
        pivot = low + (high - low) * (share + beyond);
      }
    }
    return { sum: low, spacing };
  }

  #pass(pivot: number): void {
    const [values, before, length] = [this.#values, this.#before, this.#length];
    let [count, greatest, least] = [0, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    // Of each row from the diagonal on, the last sum that is at most the pivot: it moves to the left, row by row.
    let last = length - 1;
    for (let row = 0; row < length; row++) {
      const value = values[row] as number;
      while (last >= row && value + (values[last] as number) > pivot) last--;
      if (last + 1 < length) least = Math.min(least, value + (values[last + 1] as number));
      if (last < row) break;
      greatest = Math.max(greatest, value + (values[last] as number));
      const end = before[row + 1] as number;
      const weight = end - (before[row] as number);
      count += weight * ((before[last + 1] as number) - end) + (weight * (weight + 1)) / 2;
    }
    this.#count = count;
    this.#greatest = greatest;
    this.#least = least;
  }

  /** Calls with each row that has sums from `low` to `high`, and the first and the last value that make one with it. */
  #rows(low: number, high: number, visit: (row: number, first: number, last: number) => void): void {
    const [values, length] = [this.#values, this.#length];
    let [first, last] = [length, length - 1];
    for (let row = 0; row < length; row++) {
      const value = values[row] as number;
      while (last >= row && value + (values[last] as number) > high) last--;
      if (last < row) break;
      while (first > 0 && value + (values[first - 1] as number) >= low) first--;
      const from = Math.max(first, row);
      if (from <= last) visit(row, from, last);
    }
  }

  /** The sum of this rank, from 1, among those from `low` to `high`, which have room to be sorted. */
  #sort(low: number, high: number, rank: number): number {
    const [values, before, sorted] = [this.#values, this.#before, this.#sorted];
    const weightOf = (index: number) => (before[index + 1] as number) - (before[index] as number);
    let length = 0;
    this.#rows(low, high, (row, first, last) => {
      const weight = weightOf(row);
      for (let other = first; other <= last; other++) {
        // A value that occurs w times makes w(w+1)/2 sums with itself.
        const times = other === row ? (weight * (weight + 1)) / 2 : weight * weightOf(other);
        sorted.fill((values[row] as number) + (values[other] as number), length, length + times);
        length += times;
      }
    });
    return sorted.subarray(0, length).sort()[rank - 1] as number;
  }

  /** Rows are drawn by how many sums from `low` to `high` they have. */
  #middleOfRandomRow(low: number, high: number): number {
    let [seen, middle] = [0, low];
    this.#rows(low, high, (row, first, last) => {
      const sums = last - first + 1;
      seen += sums;
      if (this.#nextRandom() * seen < sums)
        middle = (this.#values[row] as number) + (this.#values[(first + last) >> 1] as number);
    });
    return middle;
  }

  /** From 0 to 1: Marsaglia 2003, "Xorshift RNGs". Results do not depend on it, only how soon they are there. */
  #nextRandom(): number {
    let state = this.#random;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#random = state;
    return (state >>> 0) / 2 ** 32;
  }
}

/** The pivot where that parts what is left, else a value between that does. */
function inside(pivot: number, low: number, high: number): number {
  if (!(pivot >= low)) return low;
  if (pivot < high) return pivot;
  const half = low + (high - low) / 2;
  return half < high ? half : low;
}
