/** How large a change of a row has to be before it counts. */

import {
  hodgesLehmann,
  launchInterval,
  predictionMargin,
  relativeHalfWidth,
  toRatio,
} from '../../stats/index.ts';
import { createRandom, deriveSeed } from '../../stats/random.ts';
import { type RowIdentity, rowName } from '../compare/match.ts';
import { type BaselineRow, launchesOf } from './baseline.ts';
import type { MinimumEffect } from './gate.ts';

const RESAMPLES = 2000;
const SEED = 1;
/** From this number of runs on, what they differ by tells more than the launches within them. */
const ENOUGH_RUNS = 3;
const ONE_OF_TWENTY = 0.95;

/** Of the configuration: the rows that it names, and their minimum effect, a fraction. */
export interface Override extends Partial<RowIdentity> {
  readonly minEffect: number;
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
  const override = overrides.findLast(
    ({ suite, workload, isa, hypervisor }) =>
      (suite ?? row.suite) === row.suite &&
      (workload ?? row.workload) === row.workload &&
      (isa ?? row.isa) === row.isa &&
      (hypervisor ?? row.hypervisor) === row.hypervisor,
  );
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
  const random = createRandom(deriveSeed(SEED, 'noise', rowName(row)));
  const interval = launchInterval(
    launchesOf(row).map(({ values }) => values),
    { resamples: RESAMPLES, random },
  );
  const within = interval ? relativeHalfWidth(toRatio(interval)) : 0;
  const runs = row.logRatios.filter((run) => run.length > 0).map(hodgesLehmann);
  if (runs.length < ENOUGH_RUNS) return within;
  return Math.max(within, Math.expm1(predictionMargin(runs, ONE_OF_TWENTY)));
}
