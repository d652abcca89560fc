/** How far predictions are off, where a guest has both: counts times its own costs, and a measured overhead. */
import type { Interval, Isa, Result } from '../../results/schema.ts';
import { median } from '../../stats/index.ts';
import { measuredCpu } from './cpu.ts';
import { counterOf, predict } from './predict.ts';

export interface CheckedRow {
  readonly suite: string;
  readonly workload: string;
  readonly isa: Isa;
  /** Fractions of native time. */
  readonly predicted: number;
  readonly measured: Interval;
  /** Whether the workload causes exits at all: else nothing was added up. */
  readonly causesExits: boolean;
  /** Predicted − measured. */
  readonly difference: number;
}

/** It tests that costs of exits add up, on the computer and with the hypervisor of the result; not any other CPU. */
export interface PredictionCheck {
  readonly hypervisor: string;
  readonly technique: string;
  readonly rows: readonly CheckedRow[];
  /** Of the absolute differences, as fractions of native time. */
  readonly medianError: number;
  readonly largest: CheckedRow;
}

/** Null if the result has not counted exits, their own costs and measured overheads of the same guest, of two rows at least. */
export function checkPrediction(result: Result): PredictionCheck | null {
  const counter = counterOf(result);
  const cpu = counter && measuredCpu(result, counter.hypervisor, 'own');
  if (!counter || !cpu) return null;
  const rows = predict(result, result, counter, [cpu]).rows.flatMap((row): CheckedRow[] => {
    const { suite, workload, isa, measured, overheads } = row;
    const predicted = overheads[0]?.overhead ?? null;
    if (measured === null || predicted === null) return [];
    const causesExits = Object.keys(row.exits).length > 0;
    const difference = predicted - measured.estimate;
    return [{ suite, workload, isa, predicted, measured, causesExits, difference }];
  });
  const [largest] = [...rows].sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference));
  if (!largest || rows.length < 2) return null;
  const { hypervisor, technique } = counter;
  const medianError = median(rows.map(({ difference }) => Math.abs(difference)));
  return { hypervisor, technique, rows, medianError, largest };
}
