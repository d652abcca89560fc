/** A result laid out as every report shows it: one group per suite and ISA, a row per workload, guests side by side. */

import { groupBy } from '../core/group-by.ts';
import type { Interval, Isa, Measurement, Result, SuiteSummary } from '../core/results/schema.ts';

export const NATIVE = 'native';
export const CONTROL = 'control';

export interface Row {
  readonly workload: string;
  readonly title: string;
  readonly exposes: string;
  readonly native: Measurement | undefined;
  /** By hypervisor; the control is one of them. */
  readonly guests: ReadonlyMap<string, Measurement>;
}

export interface Absent {
  readonly hypervisor: string;
  readonly reason: string;
}

export interface Group {
  readonly suite: string;
  readonly isa: Isa;
  /** As the scope of a claim is written: "cpu (x86_64)". */
  readonly name: string;
  /** Hypervisors with something to show here, the control first. */
  readonly guests: readonly string[];
  /** Hypervisors that could not run any of this group's workloads. */
  readonly absent: readonly Absent[];
  readonly rows: readonly Row[];
  /** Geometric means over the rows, by hypervisor. */
  readonly means: ReadonlyMap<string, SuiteSummary>;
}

/** Every hypervisor measured against native: the control first, then in the result's own order. */
export function guestOrder(result: Result): string[] {
  const listed = [...result.hypervisors.map(({ id }) => id), ...result.measurements.map((m) => m.hypervisor)];
  return [...new Set([CONTROL, ...listed])].filter(
    (id) => id !== NATIVE && result.measurements.some((m) => m.hypervisor === id),
  );
}

function groupOf(result: Result, order: readonly string[], suite: string, isa: Isa): Group {
  const members = result.measurements.filter((m) => m.suite === suite && m.isa === isa);
  const of = (id: string) => members.filter((m) => m.hypervisor === id);
  const present = order.filter((id) => of(id).length > 0);
  const isAbsent = (id: string) => of(id).every(({ status }) => status === 'unavailable');
  return {
    suite,
    isa,
    name: `${suite} (${isa})`,
    guests: present.filter((id) => !isAbsent(id)),
    absent: present.filter(isAbsent).map((hypervisor) => ({
      hypervisor,
      reason: of(hypervisor).find(({ error }) => error)?.error ?? 'no reason was recorded',
    })),
    rows: [...groupBy(members, (m) => m.workload)].map(([workload, measured]) => ({
      workload,
      title: measured[0]?.title ?? '',
      exposes: measured[0]?.exposes ?? '',
      native: measured.find((m) => m.hypervisor === NATIVE),
      guests: new Map(measured.filter((m) => m.hypervisor !== NATIVE).map((m) => [m.hypervisor, m])),
    })),
    means: new Map(
      result.suites
        .filter((summary) => summary.suite === suite && summary.isa === isa)
        .map((summary) => [summary.hypervisor, summary]),
    ),
  };
}

/** One group per suite and ISA, in the order of the measurements. */
export function groupsOf(result: Result): Group[] {
  const order = guestOrder(result);
  const keys = new Map(result.measurements.map((m) => [`${m.suite}\n${m.isa}`, m]));
  return [...keys.values()].map(({ suite, isa }) => groupOf(result, order, suite, isa));
}

/** Overheads of CPU and wall time that differ by less than this factor tell the same story. */
const NOTICEABLE = 1.02;

/** The CPU overhead where it tells another story than the time on the wall, beyond both intervals; else null. */
export function notableCpu({
  overhead,
  cpuOverhead,
}: Pick<Measurement, 'overhead' | 'cpuOverhead'>): Interval | null {
  if (!overhead || !cpuOverhead) return null;
  const apart = cpuOverhead.low > overhead.high || cpuOverhead.high < overhead.low;
  const ratio = (1 + cpuOverhead.estimate) / (1 + overhead.estimate);
  return apart && (ratio > NOTICEABLE || ratio < 1 / NOTICEABLE) ? cpuOverhead : null;
}
