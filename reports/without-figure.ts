/** Batches that took no more time than an empty one: what has no figure for it, in words. */

import { count, NO_INTERVAL } from '../core/present/format.ts';
import type { Clock } from '../core/results/rows.ts';
import type { Measurement, OperationResult, Result } from '../core/results/schema.ts';

type Counted = Pick<Measurement, 'hypervisor' | 'rounds' | 'roundsWithoutFigure'>;

const CLOCKS: Readonly<Record<Clock, { readonly overhead: string; readonly time: string }>> = {
  wall: { overhead: 'wall-clock overhead', time: 'time' },
  cpu: { overhead: 'CPU overhead', time: 'CPU time' },
};

/** Why a row that was measured has no interval by the wall clock. */
export function noFigure(measurement: Counted | undefined, native: Counted | undefined): string {
  const lacking = [measurement, native].find((one) => one && one.roundsWithoutFigure.wall > 0);
  if (!lacking) return NO_INTERVAL;
  const { hypervisor, rounds, roundsWithoutFigure } = lacking;
  return `in ${hypervisor}, ${roundsWithoutFigure.wall} of ${count(rounds, 'round')} took no more time than an empty batch`;
}

/** Why an operation that was measured has no interval. */
export function noOperationFigure({ samples }: Pick<OperationResult, 'samples'>): string {
  const batches = samples.flatMap(({ nsPerOperation }) => nsPerOperation);
  const lacking = batches.filter((ns) => ns === null).length;
  return lacking === 0
    ? NO_INTERVAL
    : `${lacking} of ${count(batches.length, 'batch', 'batches')} took no more time than an empty one`;
}

/** One caveat for each hypervisor and clock by which rows have no figure. */
export function withoutFigureRemarks({ measurements }: Pick<Result, 'measurements'>): string[] {
  const lines = new Map<string, string[]>();
  for (const { suite, workload, isa, hypervisor, rounds, roundsWithoutFigure } of measurements)
    for (const clock of ['wall', 'cpu'] as const)
      if (roundsWithoutFigure[clock] > 0) {
        const { overhead, time } = CLOCKS[clock];
        const key = `no more ${time} than an empty batch in ${hypervisor}, so these rows have no ${overhead}`;
        const row = `${suite}/${workload} (${isa}: ${roundsWithoutFigure[clock]} of ${count(rounds, 'round')})`;
        lines.set(key, [...(lines.get(key) ?? []), row]);
      }
  return [...lines].map(([key, rows]) => `Some batches took ${key}: ${rows.join(', ')}.`);
}
