/** One figure of one class of hosts: who is in its mean, and the mean. */
import { roleOf } from '../../model/role.ts';
import type { FigureReason, FleetFigure, Reading } from '../../results/fleet/schema.ts';
import { expectedDeviation, meanOfGroups, toRatio } from '../../stats/index.ts';
import { otherIdentity } from '../compare/match-metrics.ts';
import { CPU_TIME } from './control.ts';
import type { FigureTable, HostReading, RowTable } from './table.ts';

/** Why a host's figure is not in the mean. */
export interface Refusal {
  readonly host: number;
  readonly why: FigureReason;
  readonly reason: string;
}

export interface MergedFigure {
  readonly figure: FleetFigure;
  readonly refused: readonly Refusal[];
}

/** `hosts`: all of the class that have a result. */
export function mergeFigure(row: RowTable, table: FigureTable, hosts: readonly number[]): MergedFigure {
  const { suite, target, dimensions, workloads } = row;
  const { metric, title, unit, better, readings } = table;
  const majority = majorityOf(readings);
  const refusals = new Map(
    readings.flatMap((reading) => {
      const refusal = refusalOf(reading, row, table, majority);
      return refusal ? [[reading.host, { host: reading.host, ...refusal }] as const] : [];
    }),
  );
  const counted = readings.filter(({ host }) => !refusals.has(host));
  const has = new Set(readings.map(({ host }) => host));
  const absent = hosts.filter((host) => !has.has(host)).map((host) => ({ host, ...absenceOf(row, host) }));
  return {
    figure: {
      ...{ suite, target, dimensions, workloads, metric, title, unit, better },
      ...{ hosts: counted.length, leftOut: hosts.length - counted.length },
      ...meanOf(counted),
      readings: counted.map(tupleOf),
      apart: readings.filter(({ host }) => refusals.has(host)).map(tupleOf),
    },
    refused: [...refusals.values(), ...absent],
  };
}

type Mean = Pick<FleetFigure, 'ratio' | 'interval' | 'range' | 'sd' | 'expectedSd'>;

const NO_MEAN: Mean = { ratio: null, interval: null, range: null, sd: null, expectedSd: null };

/** Each host counts alike, however precise it is: what the mean is of is hosts, and they differ by more than their noise. */
function meanOf(readings: readonly HostReading[]): Mean {
  if (readings.length === 0) return NO_MEAN;
  const logs = readings.map(({ log }) => log);
  const { mean, sd, interval } = meanOfGroups(logs);
  const errors = readings.flatMap(({ error }) => error ?? []);
  const extreme = (choose: (a: number, b: number) => number) => Math.exp(logs.reduce((a, b) => choose(a, b)));
  return {
    ratio: Math.exp(mean),
    interval: interval && finite(toRatio(interval)),
    range: { low: extreme(Math.min), high: extreme(Math.max) },
    sd,
    expectedSd: errors.length === readings.length && sd !== null ? expectedDeviation(errors) : null,
  };
}

/** Two hosts that differ by dozens of magnitudes have an interval whose ends are no numbers any more. */
function finite(interval: NonNullable<FleetFigure['interval']>): FleetFigure['interval'] {
  return interval.low > 0 && interval.high < 1e300 ? interval : null;
}

/** The identity of more than half of the hosts; null if none has as many. */
function majorityOf(readings: readonly HostReading[]): string | null {
  const counts = new Map<string, number>();
  for (const { identity } of readings) counts.set(identity, (counts.get(identity) ?? 0) + 1);
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return most && most[1] > readings.length / 2 ? most[0] : null;
}

function refusalOf(
  { identity, otherCpu, quiet }: HostReading,
  { target }: RowTable,
  { metric, readings }: FigureTable,
  majority: string | null,
): Omit<Refusal, 'host'> | null {
  if (otherCpu !== null)
    return { why: 'other-cpu', reason: `it compares computers, not hypervisors: ${otherCpu}` };
  if (majority === null) {
    const kinds = new Set(readings.map((one) => one.identity)).size;
    return {
      why: 'no-majority',
      reason: `not the same thing was measured on these hosts (${kinds} kinds), and no kind is on more than half of them`,
    };
  }
  if (identity !== majority) {
    const difference = otherIdentity(JSON.parse(majority), JSON.parse(identity));
    return { why: 'other-code', reason: `${difference ?? 'not the same'}, unlike most hosts` };
  }
  // The control's own mean would be made better by those that it would leave out.
  if (quiet !== 'busy' || roleOf(target.hypervisor) === 'control') return null;
  const clock = metric === CPU_TIME ? 'CPU time' : 'wall-clock time';
  return { why: 'busy', reason: `its control's interval leaves out 0 (${clock})` };
}

function absenceOf({ measured, absent }: RowTable, host: number): Omit<Refusal, 'host'> {
  const known = absent.get(host);
  if (known) return { why: 'not-measured', reason: known.reason };
  return measured.has(host)
    ? { why: 'no-figure', reason: 'no ratio to native: too few launches, or a round without a figure' }
    : { why: 'not-measured', reason: 'its result has no such row' };
}

/** Six digits say more than any interval. */
const rounded = (log: number) => Number(Math.exp(log).toPrecision(6));

function tupleOf({ host, log, low, high }: HostReading): Reading {
  return [host, rounded(log), low === null ? null : rounded(low), high === null ? null : rounded(high)];
}
