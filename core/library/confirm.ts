/** How a gate measures its suspects again: a run of its own, of these rows alone, gone on with at each look. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { lockCpu } from '../host/cpu-lock.ts';
import { logRatiosOf, type RowIdentity, rowName } from '../judge/compare/match.ts';
import { GATE_CLOCK } from '../judge/gate/gate.ts';
import type { Confirm } from '../judge/gate/judge.ts';
import { suspectsWithinBudget } from '../judge/gate/within-budget.ts';
import { isReference } from '../model/role.ts';
import { bench } from '../parts.ts';
import type { Result } from '../results/schema.ts';
import type { RunEvent } from '../run/options.ts';
import type { Parts } from '../run/parts.ts';
import type { LaunchValues } from '../stats/index.ts';

/** Less time than this is not worth starting machines for. */
const LEAST_SECONDS = 3;

/** Whoever watches a measurement, and may end it. */
export interface Watch {
  readonly listen: (event: RunEvent) => void;
  readonly signal: AbortSignal;
  /** Waits without limit for another hvbench that measures on the same CPU. */
  readonly wait: boolean;
}

export interface ConfirmOptions extends Watch {
  /** What is confirmed: its rounds and batches are taken over. */
  readonly result: Result;
  /** What it was measured with. */
  readonly parts: Parts;
  /** The CPU that a user chose for measuring. */
  readonly cpu: number | undefined;
  /** The folder to make the confirmation's own in. */
  readonly folder: string;
  /** Whether the measuring CPU is locked already. */
  readonly hasCpu: boolean;
  readonly secondsLeft: () => number;
  /** Told of each run that was made, failures included. */
  readonly onResult: (result: Result) => void;
}

/** Locks the measuring CPU for more than one run; returns how to give it back. Throws what {@link lockCpu} throws. */
export async function takeCpu(benchCpu: number, { listen, signal, wait }: Watch): Promise<() => void> {
  const note = (text: string) => listen({ type: 'note', text });
  return await lockCpu(benchCpu, { wait, note, signal });
}

/** Measures rows of a result again, in a run of their own that is gone on with at each call. */
interface Repeat {
  /** How many of these, from the first on, can have so many fresh launches in the time left. */
  withinBudget(rows: readonly RowIdentity[], launches: number): number;
  /** Until each row has so many launches in all; null if no time is left. Throws what {@link bench} throws. */
  measure(rows: readonly RowIdentity[], launches: number): Promise<Result | null>;
}

function repeatBy(options: ConfirmOptions): Repeat {
  const { result, parts, cpu, folder, hasCpu, secondsLeft, listen, signal, wait, onResult } = options;
  let started: { readonly out: string; readonly suspects: readonly RowIdentity[] } | null = null;
  const secondsEach = secondsPerWorkload(result);
  return {
    withinBudget: (rows, launches) => suspectsWithinBudget(rows, launches, secondsEach, secondsLeft()),
    async measure(open, launches) {
      const budgetSeconds = secondsLeft();
      if (budgetSeconds < LEAST_SECONDS || signal.aborted) return null;
      const resume = started?.out;
      started ??= { out: freeFolder(folder), suspects: open };
      const { rounds, batchMs } = result.plan;
      // As many launches as asked for, of every row alike: no row is left out for being precise.
      const counts = { fullLaunches: launches, minLaunches: launches, maxLaunches: launches };
      const precision = { direct: Number.MIN_VALUE, translated: Number.MIN_VALUE };
      const measured = await bench(
        { ...selectionOf(started.suspects, started.out), ...(cpu !== undefined && { cpu }) },
        {
          ...(resume !== undefined && { resume }),
          only: open,
          asked: {},
          hasCpu,
          wait,
          profile: { rounds, batchMs, ...counts, precision, budgetSeconds },
          reports: [],
          listen,
          signal,
        },
        parts,
      );
      onResult(measured.result);
      return measured.result;
    },
  };
}

export function confirmBy(options: ConfirmOptions): Confirm {
  const repeat = repeatBy(options);
  return {
    withinBudget: (suspects, launches) => repeat.withinBudget(suspects, launches),
    async measure(open, launches) {
      const result = await repeat.measure(open, launches);
      if (!result) return null;
      return new Map(
        result.measurements.map((row): [string, LaunchValues[]] => [
          rowName(row),
          logRatiosOf(result, row, GATE_CLOCK),
        ]),
      );
    },
  };
}

/** What a launch of one workload took on average, starting the machines included. */
function secondsPerWorkload({ measurements, stopped }: Result): number {
  const measured = measurements
    .filter(({ hypervisor }) => isReference(hypervisor))
    .reduce((sum, { launches }) => sum + launches, 0);
  return stopped.elapsedSeconds / Math.max(1, measured);
}

function selectionOf(rows: readonly RowIdentity[], out: string) {
  const all = <K extends keyof RowIdentity>(key: K) => [...new Set(rows.map((row) => row[key]))];
  return {
    suites: all('suite'),
    workloads: all('workload'),
    hypervisors: all('hypervisor'),
    isas: all('isa'),
    out,
  };
}

/** The same result may be judged more than once; each time its confirmation is kept. */
function freeFolder(folder: string): string {
  for (let number = 1; ; number++) {
    const path = join(folder, number === 1 ? 'confirmation' : `confirmation-${number}`);
    if (!existsSync(path)) return path;
  }
}
