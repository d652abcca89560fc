/** Where a series of figures moved to another level and stayed there. */
import { createRandom, deriveSeed, type Random, shuffle } from './random.ts';

export interface ChangePointOptions {
  /** Any number; the same seed gives the same change points. */
  readonly seed: number;
  /** The chance of finding any change point in a series that has none; 0.01 unless told. */
  readonly significance?: number;
  /** The fewest points between two change points, at least 2; 3 unless told, so that two odd ones make no level. */
  readonly minSegment?: number;
  /** How many orders each test draws at most; 999 unless told: a p-value is then known to 0.001. */
  readonly permutations?: number;
}

export interface ChangePoint {
  /** Index of the first point of the new level. */
  readonly index: number;
  /** The share of random orders of the points in which a split stands out as much as this one. */
  readonly pValue: number;
}

export const CHANGE_POINT_DEFAULTS = { significance: 0.01, minSegment: 3, permutations: 999 } as const;

/** Sums of distances in another order differ in their last bits: as much as this, relatively, is equal. */
const ROUNDING = 1e-9;

/**
 * The change points of a series of values in the order of time, in rising order; none if there are too few
 * values (see {@link fewestPoints}). Throws RangeError on a value that is not finite, or options out of range.
 *
 * This is E-Divisive (Matteson & James 2014, "A Nonparametric Approach for Multiple Change Point Analysis of
 * Multivariate Data", Journal of the American Statistical Association 109(505)), which MongoDB uses for
 * series of benchmarks (Daly et al. 2020, "The Use of Change Point Detection to Identify Software Performance
 * Regressions in a Continuous Integration System", ICPE). It splits the series where the two sides differ
 * most, tests the split, and goes on within the parts until a test fails.
 *
 * The test compares with random orders of the same values. So it holds its level whatever the noise looks
 * like: a few outliers stand out as much in any order. A method with a penalty per change point (PELT: Killick,
 * Fearnhead & Eckley 2012, JASA 107(500)) has to know the noise's variance, and with a squared-error cost cuts
 * out single outliers. What the test supposes is that without a change any order is as likely as any other.
 */
export function changePoints(values: readonly number[], options: ChangePointOptions): ChangePoint[] {
  const { seed, significance, minSegment, permutations } = { ...CHANGE_POINT_DEFAULTS, ...options };
  if (!values.every(Number.isFinite)) throw new RangeError('change points need finite values');
  if (!(Number.isInteger(minSegment) && minSegment >= 2)) {
    throw new RangeError(
      `the fewest points between changes must be an integer of at least 2, not ${minSegment}`,
    );
  }
  if (!(significance > 0 && significance < 1)) {
    throw new RangeError(`a significance lies between 0 and 1, not at ${significance}`);
  }
  // With fewer, a p-value below the level would only be luck in the orders drawn.
  if (values.length < fewestPoints(significance)) return [];
  const random = createRandom(deriveSeed(seed, 'change points'));
  const found: ChangePoint[] = [];
  for (;;) {
    const bounds = [0, ...found.map(({ index }) => index).sort((a, b) => a - b), values.length];
    const segments = bounds.slice(1).map((end, index) => values.slice(bounds[index], end));
    const split = strongestSplit(segments, minSegment);
    if (!split) break;
    const pValue = permutationTest(segments, split.strength, {
      significance,
      minSegment,
      permutations,
      random,
    });
    if (pValue === null) break;
    found.push({ index: (bounds[split.segment] as number) + split.index, pValue });
  }
  return found.sort((a, b) => a.index - b.index);
}

/**
 * The fewest points in which a change can be significant at all: of n points, the most telling split has one of
 * C(n, n/2) equally likely arrangements, or its mirror image, and no test by order can tell more than that.
 */
export function fewestPoints(significance: number = CHANGE_POINT_DEFAULTS.significance): number {
  let arrangements = 1;
  for (let points = 1; ; points++) {
    // C(n, ⌊n/2⌋) from that of n − 1: from an even n − 1 to the next, or doubled.
    arrangements *= points % 2 === 0 ? 2 : points / ((points + 1) / 2);
    if (2 / arrangements <= significance) return points;
  }
}

interface TestOptions {
  readonly significance: number;
  readonly minSegment: number;
  readonly permutations: number;
  readonly random: Random;
}

/**
 * The share of orders, drawn within each segment, whose strongest split is at least this strong; the observed
 * order counts as one of them (Matteson & James 2014, section 2.4). `null` as soon as so many are that the share
 * cannot be significant any more.
 */
function permutationTest(
  segments: readonly (readonly number[])[],
  strength: number,
  { significance, minSegment, permutations, random }: TestOptions,
): number | null {
  const most = significance * (permutations + 1);
  let asStrong = 1;
  for (let drawn = 0; drawn < permutations; drawn++) {
    const shuffled = segments.map((segment) => shuffle(segment, random));
    const other = strongestSplit(shuffled, minSegment)?.strength ?? 0;
    if (other >= strength - ROUNDING * Math.abs(strength)) asStrong++;
    if (asStrong > most) return null;
  }
  return asStrong / (permutations + 1);
}

interface Split {
  /** Index of the first value of its right side, in its segment. */
  readonly index: number;
  /** How much the two sides differ: the statistic of {@link splitOf}. */
  readonly strength: number;
}

function strongestSplit(
  segments: readonly (readonly number[])[],
  least: number,
): (Split & { readonly segment: number }) | null {
  const splits = segments.flatMap((values, segment) => {
    const split = splitOf(values, least);
    return split ? [{ ...split, segment }] : [];
  });
  return splits.reduce<(typeof splits)[number] | null>(
    (best, split) => (best && best.strength >= split.strength ? best : split),
    null,
  );
}

/**
 * Where to split a segment: between the first m values X and the n values Y that follow, such that
 *
 *   m·n/(m+n) · (2·mean|X−Y| − mean|X−X′| − mean|Y−Y′|)
 *
 * is greatest, the means being over all pairs of two values (Matteson & James 2014, sections 2.1 and 2.2, with
 * α = 1). Y may end before the segment does: without that, a change that was taken back later is hardly ever
 * found (simulated: 30 points, six of them 5 standard deviations higher: 0 % instead of 99 %). All sums of
 * distances grow with the end of Y, so that this takes O(n²). `null` where the segment is too short.
 */
function splitOf(values: readonly number[], least: number): Split | null {
  if (values.length < 2 * least) return null;
  /** Sum of distances among the values from each index to the end of Y. */
  const from = new Float64Array(values.length);
  /** Sum of distances among the values before each index. */
  const before = new Float64Array(values.length + 1);
  let best = { index: 0, strength: Number.NEGATIVE_INFINITY };
  for (let end = 1; end <= values.length; end++) {
    const newest = values[end - 1] as number;
    let distances = 0;
    for (let index = end - 2; index >= 0; index--) {
      distances += Math.abs(newest - (values[index] as number));
      from[index] = (from[index] as number) + distances;
    }
    const all = from[0] as number;
    before[end] = all;
    for (let m = least; m <= end - least; m++) {
      const n = end - m;
      const left = before[m] as number;
      const right = from[m] as number;
      const between = all - left - right;
      const energy = (2 * between) / (m * n) - (2 * left) / (m * (m - 1)) - (2 * right) / (n * (n - 1));
      const strength = ((m * n) / (m + n)) * energy;
      if (strength > best.strength) best = { index: m, strength };
    }
  }
  return best;
}
