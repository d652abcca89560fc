/** Overheads of a suite's workloads, as rows to judge. */
import { isReference } from '../../model/role.ts';
import type { Measurement, SuiteSummary } from '../../results/schema.ts';
import { NEVER_MEASURED } from '../../results/state.ts';
import { type Band, changeOfIntervals, type Interval } from '../../stats/index.ts';
import type { Claim } from './claim.ts';
import type { ClaimRow } from './rows.ts';

type Clocked = Pick<Measurement, 'overhead' | 'cpuOverhead'>;

/** By the clock that the claim is about. */
export function overheadOf({ figure }: Pick<Claim, 'figure'>, of: Clocked): Interval | null {
  return figure === 'wall-time' ? of.overhead : of.cpuOverhead;
}

/** An overhead, or a band of them, as guest time ÷ native time. */
export function ratioOf<T extends Interval | Band>(overhead: T): T {
  const entries = Object.entries(overhead).map(([name, value]) => [name, value === null ? null : 1 + value]);
  return Object.fromEntries(entries) as T;
}

/** One row for each workload of the suite, on its ISA and in its hypervisor. */
export function rowsOf(claim: Claim, suite: SuiteSummary, measurements: readonly Measurement[]): ClaimRow[] {
  return measurements.filter(belongsTo(suite)).map((row) => {
    const overhead = overheadOf(claim, row);
    return {
      name: row.workload,
      figure: overhead && ratioOf({ estimate: overhead.estimate, low: overhead.low, high: overhead.high }),
      launches: row.launches,
      lack: overhead ? null : lackOf(claim, row),
      impossible: cannotRun(row, measurements),
    };
  });
}

/**
 * One row for each workload that both took part in: time in the suite's hypervisor ÷ time in the other. Both stand against
 * the same native launches, so taking them for independent makes the interval rather too wide.
 */
export function versusRows(
  claim: Claim,
  suite: SuiteSummary,
  other: string,
  { measurements }: { readonly measurements: readonly Measurement[] },
): ClaimRow[] {
  const others = rowsOf(claim, { ...suite, hypervisor: other }, measurements);
  return rowsOf(claim, suite, measurements).flatMap((row): ClaimRow[] => {
    const beside = others.find(({ name }) => name === row.name);
    const change = row.figure && beside?.figure && changeOfIntervals(beside.figure, row.figure);
    if (!change) return [];
    return [{ ...row, figure: ratioOf(change), launches: Math.min(row.launches, beside.launches) }];
  });
}

const belongsTo =
  ({ suite, isa, hypervisor }: SuiteSummary) =>
  (one: Measurement) =>
    one.suite === suite && one.isa === isa && one.hypervisor === hypervisor;

/** A row that was asked of nobody here, or of native and never of the hypervisor: one of them cannot run it. */
function cannotRun(row: Measurement, measurements: readonly Measurement[]): boolean {
  return (
    isUnable(row) &&
    measurements.some((one) => isNativeOf(row, one) && (one.status === 'ok' || isUnable(one)))
  );
}

const isUnable = ({ status, error }: Measurement): boolean =>
  status === 'unavailable' && error !== NEVER_MEASURED;

const isNativeOf = ({ suite, workload, isa }: Measurement, one: Measurement): boolean =>
  isReference(one.hypervisor) && one.suite === suite && one.workload === workload && one.isa === isa;

/** Why a row has no such overhead, in a few words. */
function lackOf({ figure }: Claim, { status, error, roundsWithoutFigure }: Measurement): string {
  if (status !== 'ok') return status === 'failed' ? 'failed' : (error ?? 'unavailable');
  const [rounds, what] =
    figure === 'wall-time' ? [roundsWithoutFigure.wall, 'time'] : [roundsWithoutFigure.cpu, 'CPU time'];
  return rounds > 0 ? `has batches without ${what}` : 'was measured too briefly';
}
