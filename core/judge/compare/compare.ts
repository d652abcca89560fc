import type { Interval, Result } from '../../results/schema.ts';
import { rowsBesideWorkloads } from '../../results/workload-rows.ts';
import { classify, createRandom, deriveSeed, differenceInterval, toOverhead } from '../../stats/index.ts';
import { type ExitChange, exitChanges } from './exits.ts';
import { type HostDifference, hostDifferences } from './hosts.ts';
import { identityOf, logRatiosOf, matchRows, type RowIdentity, type UnmatchedRow } from './match.ts';
import { compareMetrics, type MetricComparison } from './metrics.ts';
import type { ChangeVerdict } from './verdict.ts';

const RESAMPLES = 2000;
/** Any number serves: it makes the same results give the same intervals. */
const SEED = 1;

export interface Change extends Interval {
  readonly verdict: ChangeVerdict;
}

export interface ComparedRow extends RowIdentity {
  readonly digest: string;
  /** Overhead in each result. */
  readonly overheads: readonly Interval[];
  /**
   * Against the first result, one for each of the others: (guest ÷ native there) ÷ (guest ÷ native here) − 1,
   * a fraction of guest time; above 0 the guest became slower.
   */
  readonly changes: readonly Change[];
}

export interface Comparison extends MetricComparison {
  /** Changes within ± this fraction count as none. */
  readonly margin: number;
  readonly hosts: readonly HostDifference[];
  readonly rows: readonly ComparedRow[];
  readonly unmatched: readonly UnmatchedRow[];
  /** Exits that came more or less often for the same work. */
  readonly exits: readonly ExitChange[];
}

export interface ComparisonOptions {
  readonly margin: number;
  /** Of workloads; 0.95 unless told; a gate over many rows asks for more. */
  readonly confidence?: number;
}

/** Compares two results or more with the first of them. */
export function compare(results: readonly Result[], { margin, confidence }: ComparisonOptions): Comparison {
  const { matched, unmatched } = matchRows(results);
  const rows = matched.map(({ measurements, ...identity }): ComparedRow => {
    const ratios = measurements.map((measurement, index) =>
      logRatiosOf(results[index] as Result, measurement, 'wall'),
    );
    const [before, ...others] = ratios;
    return {
      ...identity,
      digest: measurements[0]?.digest ?? '',
      overheads: measurements.flatMap(({ overhead }) => overhead ?? []),
      changes: others.flatMap((after, index) => {
        const random = createRandom(deriveSeed(SEED, 'change', identityOf(identity), index));
        const options = { resamples: RESAMPLES, random, ...(confidence !== undefined && { confidence }) };
        const logs = differenceInterval(before ?? [], after, options);
        return logs ? [judgeChange(toOverhead(logs), margin)] : [];
      }),
    };
  });
  return {
    ...{ margin, hosts: hostDifferences(results), rows, unmatched },
    exits: exitChanges(results),
    ...compareMetrics(results.map(rowsBesideWorkloads), margin),
  };
}

/** Better and worse only if the whole interval lies beyond the margin; the same only if all of it lies within. */
export function judgeChange(interval: Interval, margin: number): Change {
  const position = classify(interval, { low: -margin, high: margin });
  const verdict = ({ above: 'worse', below: 'better', inside: 'same', undecided: 'undecided' } as const)[
    position
  ];
  return { ...interval, verdict };
}
