/** A result laid out as every report shows it: one group per suite and ISA, a row per workload, guests side by side. */

import { groupBy } from '../core/group-by.ts';
import { CONTROL, REFERENCE as NATIVE } from '../core/model/role.ts';
import type { Interval, Isa, Measurement, Result, SuiteSummary } from '../core/results/schema.ts';

export { CONTROL, NATIVE };

export interface WorkloadRow {
  readonly workload: string;
  readonly title: string;
  readonly exposes: string;
  readonly native: Measurement | undefined;
  /** By hypervisor; the control is one of them. */
  readonly guests: ReadonlyMap<string, Measurement>;
}

export interface AbsentHypervisor {
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
  readonly absent: readonly AbsentHypervisor[];
  readonly rows: readonly WorkloadRow[];
  /** Geometric means over the rows, by hypervisor. */
  readonly means: ReadonlyMap<string, SuiteSummary>;
}

/** Every hypervisor measured against native: the control first, then in the result's own order. */
export function guestOrder(result: Result): string[] {
  const measured = new Set(result.measurements.map((m) => m.hypervisor));
  const listed = [...result.hypervisors.map(({ id }) => id), ...measured];
  return [...new Set([CONTROL, ...listed])].filter((id) => id !== NATIVE && measured.has(id));
}

function groupOf(
  members: readonly Measurement[],
  order: readonly string[],
  summaries: readonly SuiteSummary[],
): Group {
  const { suite, isa } = members[0] as Measurement;
  const byHypervisor = groupBy(members, (m) => m.hypervisor);
  const of = (id: string) => byHypervisor.get(id) ?? [];
  const present = order.filter((id) => byHypervisor.has(id));
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
    means: new Map(summaries.map((summary) => [summary.hypervisor, summary])),
  };
}

/** One group per suite and ISA, in the order of the measurements. */
export function groupsOf(result: Result): Group[] {
  const order = guestOrder(result);
  const keyOf = ({ suite, isa }: Pick<Group, 'suite' | 'isa'>) => `${suite}\n${isa}`;
  const summaries = groupBy(result.suites, keyOf);
  return [...groupBy(result.measurements, keyOf)].map(([key, members]) =>
    groupOf(members, order, summaries.get(key) ?? []),
  );
}

/** The measurements without those of hypervisors that could do nothing of their group, of which there is only the reason. */
export function runnable(result: Result): Measurement[] {
  const absent = new Set(
    groupsOf(result).flatMap(({ suite, isa, absent }) =>
      absent.map(({ hypervisor }) => JSON.stringify([suite, isa, hypervisor])),
    ),
  );
  return result.measurements.filter(
    ({ suite, isa, hypervisor }) => !absent.has(JSON.stringify([suite, isa, hypervisor])),
  );
}

/** Overheads of CPU and wall time that differ by less than this factor tell the same story. */
const NOTICEABLE = 1.02;

/** The CPU overhead if it tells another story than the wall-clock overhead, beyond both intervals; else null. */
export function notableCpu({
  overhead,
  cpuOverhead,
}: Pick<Measurement, 'overhead' | 'cpuOverhead'>): Interval | null {
  if (!overhead || !cpuOverhead) return null;
  const apart = cpuOverhead.low > overhead.high || cpuOverhead.high < overhead.low;
  const ratio = (1 + cpuOverhead.estimate) / (1 + overhead.estimate);
  return apart && (ratio > NOTICEABLE || ratio < 1 / NOTICEABLE) ? cpuOverhead : null;
}
