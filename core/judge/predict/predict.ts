/**
 * What hardware assist would cost each workload on a CPU that is not there: Σ over reasons of exits per native second times
 * the cost of one. The exits were counted in one result, and native time was measured in another, or in the same one.
 */
import { isReference } from '../../model/role.ts';
import type { Interval, Isa, Measurement, Result } from '../../results/schema.ts';
import { synchronousOf } from '../exits/kinds.ts';
import { type CountedMachine, countedMachines } from '../exits/machine.ts';
import type { PricedCpu } from './cpu.ts';

/** What no prediction has in it. */
export const LEFT_OUT =
  'two-dimensional page walks, caches and TLBs that an exit leaves cold, and asynchronous exits (interrupts, HLT)';

/** A fraction of native time, or null if some exit has no price. */
export interface PredictedOverhead {
  readonly cpu: string;
  readonly overhead: number | null;
  /** Shares of it by reason. */
  readonly byReason: Readonly<Record<string, number>>;
  /** Why there is none. */
  readonly lack?: string;
}

export interface PredictedRow {
  readonly suite: string;
  readonly workload: string;
  readonly isa: Isa;
  readonly digest: string;
  /** Native time of an iteration, ns. */
  readonly nativeNs: number;
  /** Synchronous exits of an iteration by reason; those that never came are left out. */
  readonly exits: Readonly<Record<string, number>>;
  readonly exitsPerNativeSecond: number;
  /** One for each CPU. */
  readonly overheads: readonly PredictedOverhead[];
  /** Of the very guest that counted, if the native time is of the same result; else null. */
  readonly measured: Interval | null;
}

export interface Prediction {
  /** Whose exits were counted. */
  readonly counted: CountedMachine;
  readonly cpus: readonly Omit<PricedCpu, 'ns'>[];
  readonly rows: readonly PredictedRow[];
  /** Workloads without a prediction. */
  readonly absent: readonly {
    readonly suite: string;
    readonly workload: string;
    readonly isa: Isa;
    readonly reason: string;
  }[];
}

/** The first guest of a result that counted all exits; null if there is none. */
export function counterOf(counted: Result, hypervisor?: string): CountedMachine | null {
  const able = countedMachines(counted).filter(({ complete }) => complete);
  return able.find((one) => hypervisor === undefined || one.hypervisor === hypervisor) ?? null;
}

/** A row, or why there is none, for each workload that ran natively in `target`. */
export function predict(
  target: Result,
  counted: Result,
  counter: CountedMachine,
  cpus: readonly PricedCpu[],
): Prediction {
  const rows: PredictedRow[] = [];
  const absent: Prediction['absent'][number][] = [];
  for (const native of target.measurements) {
    if (!isReference(native.hypervisor) || native.nsPerIteration === null) continue;
    const { suite, workload, isa, digest } = native;
    const found = counted.measurements.find(
      (one) => one.hypervisor === counter.hypervisor && isSame(one, native),
    );
    const reason = lackOf(native, found);
    if (reason !== null || !found?.exitsPerIteration) {
      absent.push({ suite, workload, isa, reason: reason ?? 'its exits were not counted' });
      continue;
    }
    const nativeNs = native.nsPerIteration.estimate;
    const exits = synchronousOf(found.exitsPerIteration).filter(([, count]) => !isNothing(count));
    rows.push({
      ...{ suite, workload, isa, digest, nativeNs, exits: Object.fromEntries(exits) },
      exitsPerNativeSecond: (exits.reduce((sum, [, count]) => sum + count, 0) / nativeNs) * 1e9,
      overheads: cpus.map((cpu) => priced(cpu, exits, isa, nativeNs)),
      measured: target === counted ? found.overhead : null,
    });
  }
  return { counted: counter, cpus: cpus.map(({ ns, ...about }) => about), rows, absent };
}

/** What is left of sums that should cancel: fewer than one exit in a million iterations. */
const isNothing = (count: number) => Math.abs(count) < 1e-6;

const isSame = (one: Measurement, { suite, workload, isa }: Measurement) =>
  one.suite === suite && one.workload === workload && one.isa === isa;

/** Why counts are not of the same work; null if they are. */
function lackOf(native: Measurement, found: Measurement | undefined): string | null {
  if (!found) return 'its exits were not counted';
  if (found.status !== 'ok') return `where exits were counted it was ${found.status}`;
  if (!found.exitsPerIteration) return 'its exits were counted per second only';
  if (found.digest !== native.digest) return 'exits were counted of other machine code';
  if (found.argument !== native.argument)
    return `exits were counted with another working set (${found.argument} B, not ${native.argument} B)`;
  return null;
}

function priced(
  cpu: PricedCpu,
  exits: readonly (readonly [reason: string, count: number])[],
  isa: Isa,
  nativeNs: number,
): PredictedOverhead {
  const byReason: Record<string, number> = {};
  for (const [reason, count] of exits) {
    const ns = cpu.ns(reason, isa);
    if (ns === null)
      return { cpu: cpu.id, overhead: null, byReason: {}, lack: `no price of an exit: ${reason}` };
    byReason[reason] = (count * ns) / nativeNs;
  }
  return { cpu: cpu.id, overhead: Object.values(byReason).reduce((sum, one) => sum + one, 0), byReason };
}
