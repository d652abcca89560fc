import { mean, sampleStandardDeviation } from 'simple-statistics';
import { varianceInflation } from './autocorrelation.ts';
import type { Interval } from './interval.ts';
import { hodgesLehmann, type ResampledLocation, resampledHodgesLehmann } from './location.ts';
import type { Random } from './random.ts';
import { studentQuantile } from './student.ts';

export interface BootstrapOptions {
  /** How many bootstrap resamples to draw, at least 2; with 1,000 the width itself varies by about 2 %. */
  readonly resamples: number;
  readonly random: Random;
  /** The share of such intervals that cover the truth; 0.95 unless told. */
  readonly confidence?: number;
}

/** What one launch measured: one value a round. */
export interface LaunchValues {
  /** Tells launches apart. Rows that name the same launch shared a start of their machines. */
  readonly launch: number;
  readonly values: readonly number[];
}

interface Row {
  readonly estimate: number;
  readonly launches: readonly number[];
  /** One for each launch. */
  readonly locations: readonly number[];
  readonly resampled: ResampledLocation;
}

/**
 * The interval of one row's location, from its rounds in groups, one group a launch. The values are usually
 * log ratios guest/native, or log times: anything with additive noise. `null` with fewer than two launches,
 * since one launch says nothing about how launches differ, whatever its number of rounds.
 * It is {@link meanOfRows} of a single row: see there for the method.
 */
export function launchInterval(
  groups: readonly (readonly number[])[],
  options: BootstrapOptions,
): Interval | null {
  return meanOfRows([groups.map((values, launch) => ({ launch, values }))], options);
}

/**
 * The interval of the mean of several rows' locations; of log ratios, the log of their geometric mean.
 * A row is one workload, say, with the rounds of each of its launches. `null` where there is no row, or
 * where any row has fewer than two launches; a launch without values does not count. Throws RangeError on
 * a value that is not finite.
 *
 * A launch's location is the Hodges–Lehmann estimate of its rounds, a row's that of its launches: launches
 * count alike, however many rounds each has.
 *
 * The standard error comes from a hierarchical bootstrap: launches are drawn with replacement, then the
 * rounds of each without, that is, all of them (Davison & Hinkley 1997, "Bootstrap Methods and their
 * Application", section 3.8). Rounds drawn with replacement too would count their noise twice, since it
 * already makes launches differ. A launch is drawn for all rows at once, so that what its rows have in
 * common does not average out.
 *
 * Launches that follow each other resemble each other where the host drifts over minutes, which a bootstrap of launches
 * does not see: the standard error is larger by the root of {@link varianceInflation}.
 *
 * The interval is estimate ± t · standard error, with Student's t of launches − 1 degrees of freedom (of
 * the row that has fewest), because percentile intervals are too narrow for few launches (Hesterberg 2015,
 * "What Teachers Should Know About the Bootstrap", The American Statistician 69(4)).
 * test/core/stats/coverage.test.ts simulates how often it covers the truth.
 */
export function meanOfRows(
  rows: readonly (readonly LaunchValues[])[],
  options: BootstrapOptions,
): Interval | null {
  const location = locate(rows, options);
  return location && around(location.estimate, location.error, location.freedom, options.confidence);
}

/** A row's location with what its interval is made of; in the unit of its values. */
export interface Location {
  readonly estimate: number;
  /** Standard error. */
  readonly error: number;
  /** Degrees of freedom. */
  readonly freedom: number;
}

/** The location of one row, by the method of {@link meanOfRows}; `null` with fewer than two launches. */
export function locateLaunches(
  launches: readonly LaunchValues[],
  options: BootstrapOptions,
): Location | null {
  return locate([launches], options);
}

/** The interval of a location that {@link locateLaunches} found; 95 % unless told. */
export function intervalOf({ estimate, error, freedom }: Location, confidence?: number): Interval {
  return around(estimate, error, freedom, confidence);
}

/**
 * The interval of how far the location of `after` lies above that of `before`, two rows measured in
 * different runs, whose launches are independent. Of log ratios: the log of how many times the second ratio
 * is the first.
 *
 * The standard errors are those of {@link meanOfRows}; Welch's degrees of freedom let them differ (Welch
 * 1947, "The generalization of 'Student's' problem", Biometrika 34; Satterthwaite 1946).
 */
export function differenceOf(before: Location, after: Location, confidence?: number): Interval {
  const [varianceA, varianceB] = [before.error ** 2, after.error ** 2];
  const sum = varianceA + varianceB;
  // Two rows without any spread have no degrees of freedom to share: any number gives the same interval.
  const freedom =
    sum === 0 ? 1 : sum ** 2 / (varianceA ** 2 / before.freedom + varianceB ** 2 / after.freedom);
  return around(after.estimate - before.estimate, Math.sqrt(sum), freedom, confidence);
}

/** {@link differenceOf} of two rows' launches; `null` where either has fewer than two. */
export function differenceInterval(
  before: readonly LaunchValues[],
  after: readonly LaunchValues[],
  options: BootstrapOptions,
): Interval | null {
  const [a, b] = [locate([before], options), locate([after], options)];
  return a && b && differenceOf(a, b, options.confidence);
}

function locate(
  rows: readonly (readonly LaunchValues[])[],
  { resamples, random }: BootstrapOptions,
): Location | null {
  const prepared = rows.map(prepareRow);
  const fewest = prepared.reduce(
    (least, row) => Math.min(least, row.launches.length),
    Number.POSITIVE_INFINITY,
  );
  if (prepared.length === 0 || fewest < 2) return null;
  return {
    estimate: mean(prepared.map((row) => row.estimate)),
    error:
      sampleStandardDeviation(resampledMeans(prepared, resamples, random)) *
      narrowness(fewest) *
      Math.sqrt(varianceInflation(driftOf(prepared))),
    freedom: fewest - 1,
  };
}

function around(estimate: number, error: number, freedom: number, confidence = 0.95): Interval {
  const margin = error * studentQuantile((1 + confidence) / 2, freedom);
  return { estimate, low: estimate - margin, high: estimate + margin };
}

function prepareRow(row: readonly LaunchValues[]): Row {
  const measured = row.filter(({ values }) => values.length > 0);
  if (!measured.every(({ values }) => values.every(Number.isFinite))) {
    throw new RangeError('an interval needs finite values');
  }
  const locations = measured.map(({ values }) => hodgesLehmann(values));
  return {
    estimate: locations.length > 0 ? hodgesLehmann(locations) : Number.NaN,
    launches: measured.map(({ launch }) => launch),
    locations,
    resampled: resampledHodgesLehmann(locations),
  };
}

/** How far launch after launch lay from the estimates, in the mean of the rows that it had. */
function driftOf(rows: readonly Row[]): number[] {
  const byLaunch = new Map<number, number[]>();
  for (const { estimate, launches, locations } of rows)
    for (const [index, launch] of launches.entries()) {
      const deviations = byLaunch.get(launch) ?? [];
      byLaunch.set(launch, deviations);
      deviations.push((locations[index] as number) - estimate);
    }
  return [...byLaunch].sort(([a], [b]) => a - b).map(([, deviations]) => mean(deviations));
}

/**
 * A bootstrap's standard error of a mean of n values is too small by √((n−1)/n) (Hesterberg 2015). That of
 * a Hodges–Lehmann estimate errs the other way by about as much once it differs from a mean: simulation
 * shows the two to cancel from four values on.
 */
function narrowness(launches: number): number {
  return launches < 4 ? Math.sqrt(launches / (launches - 1)) : 1;
}

function resampledMeans(rows: readonly Row[], resamples: number, random: Random): number[] {
  const launches = [...new Set(rows.flatMap((row) => row.launches))];
  const position = new Map(launches.map((launch, index) => [launch, index]));
  const places = rows.map((row) =>
    Uint32Array.from(row.launches, (launch) => position.get(launch) as number),
  );
  const drawn = new Uint32Array(launches.length);
  const counts = rows.map((row) => new Uint32Array(row.launches.length));

  return Array.from({ length: resamples }, () => {
    drawn.fill(0);
    for (let draw = 0; draw < launches.length; draw++) {
      const launch = random.nextInt(launches.length);
      drawn[launch] = (drawn[launch] as number) + 1;
    }
    let sum = 0;
    for (let index = 0; index < rows.length; index++) {
      const row = rows[index] as Row;
      const count = counts[index] as Uint32Array;
      const place = places[index] as Uint32Array;
      let total = 0;
      for (let launch = 0; launch < count.length; launch++) {
        const times = drawn[place[launch] as number] as number;
        count[launch] = times;
        total += times;
      }
      // Rows with few launches of many can be missed by a draw; one launch of theirs keeps them in it.
      if (total === 0) count[random.nextInt(count.length)] = 1;
      sum += row.resampled(count);
    }
    return sum / rows.length;
  });
}
