/** What real A/As leave: launches in which both machines were the same, by row, and what a launch took. */
import { CLOCKS, type ClockLogs, workloadLogs } from '../../judge/ab/match.ts';
import { type WorkloadName, workloadKey } from '../../results/rows.ts';
import type { Result } from '../../results/schema.ts';
import { startKey, workloadKey as timeKey } from '../cost.ts';

/** What is measured beside the hypervisor of a run. */
export const CANDIDATE = 'candidate';

/** What is measured side by side: one hypervisor, the workloads of one suite. */
export interface AbKind {
  readonly hypervisor: string;
  readonly suite: string;
}

export interface AbRun extends AbKind {
  /** Of the candidate, a fraction; 0 of an A/A. */
  readonly slowdown: number;
  readonly result: Pick<Result, 'measurements'>;
  /** What a launch took, seconds, by keys of `../cost.ts`. */
  readonly seconds: Readonly<Record<string, number>>;
}

/** Log ratios candidate ÷ base of one launch, by clock, one a round. */
export type LaunchRounds = Readonly<Record<keyof ClockLogs, readonly number[]>>;

export interface PooledRow extends WorkloadName {
  readonly launches: readonly LaunchRounds[];
  /** What it takes in one launch. */
  readonly seconds: number;
}

export interface AbPool extends AbKind {
  readonly rows: readonly PooledRow[];
  /** What starting the machines takes, by ISA. */
  readonly startSeconds: Readonly<Record<string, number>>;
}

/** The pool of one kind, from its runs; rows that some run lacks, or that have fewer than two launches, are left out. */
export function poolOf(kind: AbKind, runs: readonly AbRun[]): AbPool {
  const all = runs.map(({ result, hypervisor }) =>
    workloadLogs(result, { base: hypervisor, candidate: CANDIDATE }),
  );
  const named = new Map(
    runs.flatMap(({ result }) => result.measurements.map((one) => [workloadKey(one), one] as const)),
  );
  const secondsOf = (key: string) => {
    const found = runs.flatMap(({ seconds }) => seconds[key] ?? []);
    return found.reduce((sum, one) => sum + one, 0) / Math.max(1, found.length);
  };
  const rows = [...named].flatMap(([key, { isa, suite, workload }]): PooledRow[] => {
    const launches = all.flatMap((logs) => launchesOf(logs.get(key)));
    if (launches.length < 2 || !all.every((logs) => logs.has(key))) return [];
    return [{ isa, suite, workload, launches, seconds: secondsOf(timeKey({ isa, suite, workload })) }];
  });
  const isas = [...new Set(rows.map(({ isa }) => isa))];
  const startSeconds = Object.fromEntries(isas.map((isa) => [isa, secondsOf(startKey(isa))]));
  return { ...kind, rows, startSeconds };
}

/** Those in which both clocks have figures. */
function launchesOf(logs: ClockLogs | undefined): LaunchRounds[] {
  if (!logs) return [];
  return logs.time.flatMap(({ launch, values }): LaunchRounds[] => {
    const other = logs.cpuTime.find((one) => one.launch === launch);
    return other ? [{ time: values, cpuTime: other.values }] : [];
  });
}

/** What is known of a row in both clocks, in the order of `CLOCKS`. */
export function byClock<T>(each: (clock: keyof ClockLogs) => T): Record<keyof ClockLogs, T> {
  return Object.fromEntries(CLOCKS.map((clock) => [clock, each(clock)])) as Record<keyof ClockLogs, T>;
}
