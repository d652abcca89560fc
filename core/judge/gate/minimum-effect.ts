/** How large a change of a row has to be before it counts. */

import { keyOfRow, type Metric } from '../../model/row.ts';
import {
  hodgesLehmann,
  launchInterval,
  predictionMargin,
  relativeHalfWidth,
  toRatio,
} from '../../stats/index.ts';
import { createRandom, deriveSeed } from '../../stats/random.ts';
import { type RowIdentity, rowName } from '../compare/match.ts';
import type { NamedRow } from '../compare/match-metrics.ts';
import { type NamedFigure, namedFigure, OVERHEAD } from '../metric-figure.ts';
import type { BaselineRow } from './baseline-row.ts';
import type { MinimumEffect } from './gate.ts';

const RESAMPLES = 2000;
const SEED = 1;
/** From this number of runs on, what they differ by tells more than the launches within them. */
export const ENOUGH_RUNS = 3;
const ONE_OF_TWENTY = 0.95;

/** Of the configuration: the rows that it names, and their minimum effect, a fraction. */
export interface Override extends Partial<RowIdentity> {
  /** Of what is no workload: the metric's name, as results have it. */
  readonly metric?: string | undefined;
  readonly minEffect: number;
}

/** The last that fits; what it does not name fits all. */
export function overrideOf(figure: NamedFigure, overrides: readonly Override[] = []): Override | undefined {
  return overrides.findLast(
    ({ suite, workload, isa, hypervisor, metric }) =>
      (suite ?? figure.suite) === figure.suite &&
      (workload === undefined || figure.workloads.includes(workload)) &&
      (isa ?? figure.isa) === figure.isa &&
      (hypervisor ?? figure.hypervisor) === figure.hypervisor &&
      (metric ?? figure.metric) === figure.metric,
  );
}

/**
 * The configuration's for this row (the last that fits), else `minEffect`, else the row's own noise where that
 * is higher.
 */
export function minimumEffectOf(
  row: BaselineRow,
  minEffect: number,
  overrides: readonly Override[] = [],
): MinimumEffect {
  const override = overrideOf({ ...row, workloads: [row.workload], metric: OVERHEAD }, overrides);
  if (override) return { fraction: override.minEffect, source: 'config' };
  const noise = noiseOf(row);
  return noise > minEffect
    ? { fraction: noise, source: 'noise' }
    : { fraction: minEffect, source: 'default' };
}

/**
 * The noise floor of a row, a fraction of the guest's CPU time: half the 95 % interval of its ratio in the baseline or,
 * where that has at least three runs, how far above their mean a further run lies in one of twenty cases, if that is
 * more. Launches of one run have a minute and a neighbourhood in common, so that no number of
 * them within one run shows what the next run will bring.
 */
export function noiseOf(row: BaselineRow): number {
  return noiseOfRuns(rowName(row), row.logRatios);
}

/** The same of any figure by that name: logarithms, one a launch, one list a run. */
export function noiseOfRuns(name: string, logs: readonly (readonly number[])[]): number {
  const random = createRandom(deriveSeed(SEED, 'noise', name));
  const interval = launchInterval(
    logs.flat().map((value) => [value]),
    { resamples: RESAMPLES, random },
  );
  const within = interval ? relativeHalfWidth(toRatio(interval)) : 0;
  const runs = logs.filter((run) => run.length > 0).map(hodgesLehmann);
  if (runs.length < ENOUGH_RUNS) return within;
  return Math.max(within, Math.expm1(predictionMargin(runs, ONE_OF_TWENTY)));
}

/** A metric of this result, and its logarithms in the baseline: none of it, if the runs themselves are what it is judged by. */
export interface MetricInQuestion {
  readonly row: NamedRow;
  readonly metric: string;
  readonly runs: readonly (readonly number[])[];
  readonly found: Metric;
}

/**
 * The configuration's for this metric, else the largest of what is asked for, what the metric itself calls the least that
 * counts, and its noise in the baseline.
 */
export function metricEffectOf(
  { row, metric, runs, found }: MetricInQuestion,
  {
    minEffect,
    overrides,
  }: { readonly minEffect: number; readonly overrides?: readonly Override[] | undefined },
): { readonly minimumEffect: MinimumEffect; readonly effectReason: string | null } {
  const override = overrideOf(namedFigure(row, metric), overrides);
  const of = (fraction: number, source: MinimumEffect['source'], effectReason: string | null = null) => ({
    ...{ minimumEffect: { fraction, source }, effectReason },
  });
  if (override) return of(override.minEffect, 'config');
  const noise = noiseOfRuns(`${keyOfRow(row)} ${metric}`, runs);
  const own = found.minimumEffect;
  if (noise > Math.max(minEffect, own.fraction)) return of(noise, 'noise');
  return own.fraction > minEffect ? of(own.fraction, 'metric', own.reason) : of(minEffect, 'default');
}
