/** Hand-made entries of the suite density: every figure in it is chosen for the tests. */

import type { DensityEntry, DensityStep } from '../../../suites/density/schema.ts';

const MIB = 2 ** 20;

export const name = (hypervisor: string) => ({ suite: 'density', isa: 'x86_64' as const, hypervisor });

/** Each machine takes `mib` of the host, a quarter of it in processes, and its guest has touched 8 KiB. */
export function step(machines: number, mib: number, rest: Partial<DensityStep> = {}): DensityStep {
  return {
    ...{ machines, startMs: 500 + machines * 2, answerMs: machines * 0.2, medianMs: 0.2, slowestMs: 3 },
    ...{ right: machines, wrong: 0, dead: 0, errors: [] },
    ...{ availableBytes: machines * mib * MIB, usedBytes: machines * mib * MIB },
    ...{ pssBytes: (machines * mib * MIB) / 4, touchedBytes: machines * 8192 },
    ...rest,
  };
}

export function begin(hypervisor: string, budgetBytes: number | null = null): DensityEntry {
  return {
    type: 'density-start',
    ...name(hypervisor),
    goal: 10_000,
    request: { workload: 'cpu/integer', iterations: 100, digest: 'd'.repeat(64) },
    reserveBytes: 256 * MIB,
    budgetBytes,
    ceilingBytes: hypervisor === 'kvm' ? MIB : null,
  };
}

export function limits(hypervisor: string, most: number, binds: string | null = null): DensityEntry {
  return {
    type: 'density-limits',
    ...name(hypervisor),
    ...{ most, binds },
    limits: [
      { name: 'memory', room: 20_000 * MIB, perMachine: MIB, fits: 20_000 },
      { name: 'address space', room: null, perMachine: MIB, fits: null },
    ],
  };
}

/** Ours reaches its goal, QEMU the end of the same memory, and TCG is not here. */
export const journal: readonly DensityEntry[] = [
  begin('kvm'),
  limits('kvm', 10_000),
  { type: 'density-step', ...name('kvm'), ...step(1, 40) },
  { type: 'density-step', ...name('kvm'), ...step(10_000, 0.5) },
  { type: 'density-end', ...name('kvm'), reason: 'goal', text: '10000 machines were requested' },
  begin('qemu-kvm', 5000 * MIB),
  limits('qemu-kvm', 250, 'memory'),
  { type: 'density-step', ...name('qemu-kvm'), ...step(1, 0, { usedBytes: -MIB, pssBytes: 30 * MIB }) },
  { type: 'density-step', ...name('qemu-kvm'), ...step(250, 20) },
  { type: 'density-end', ...name('qemu-kvm'), reason: 'memory', text: 'one more would be too many' },
  { type: 'density-unavailable', ...name('qemu-tcg'), error: 'no such accelerator' },
];
