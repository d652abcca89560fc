/** Hand-made entries: every figure in it is chosen for the tests. */

import type {
  ConsolidationEntry,
  Demand,
  Ended,
  GuestRecord,
  LevelEntry,
  LoadProfile,
  LoadProfileEntry,
  StepEntry,
} from '../../../suites/consolidation/schema.ts';

const SUITE = { suite: 'consolidation', isa: 'x86_64' as const };

const work = (workload: string, ns: number) => ({ workload, argument: 0, iterations: 100, ns });

/** Four tasks of 8 ms, requests of 1 ms. */
export const LOAD_PROFILE: LoadProfile = {
  tasks: ['cpu/sha256', 'cpu/sieve', 'cpu/lz77', 'memory/chase'].map((name) => work(name, 8e6)),
  request: work('cpu/integer', 1e6),
  ...{ share: 0.1, requestsPerSecond: 20, tasksPerSecond: 10, ceilingMs: 100, leastDone: 0.95, cpus: [0, 1] },
};

export const loadProfileEntry = (isa: 'x86_64' | 'i386' = 'x86_64'): LoadProfileEntry => ({
  type: 'consolidation-mix',
  ...{ ...SUITE, isa },
  ...LOAD_PROFILE,
  checksums: ['1', '2', '3', '4', '5'],
});

export function guest(given: Partial<GuestRecord> = {}): GuestRecord {
  return {
    turns: [1, 1, 1],
    tasks: { asked: 12, done: 12 },
    requests: { asked: 3, done: 3 },
    latenciesMs: [1, 2, 3],
    ...given,
  };
}

export function level(given: Partial<LevelEntry> = {}): LevelEntry {
  return {
    type: 'consolidation-level',
    ...SUITE,
    ...{ hypervisor: 'native', machines: 1, demand: 'set', windowSeconds: 0.5 },
    ...{ cpuNs: 100e6, toolCpuNs: 15e6, toolLagMs: 1.5, guests: [guest()] },
    ...given,
  };
}

export function step(given: Partial<StepEntry> = {}): StepEntry {
  return {
    type: 'consolidation-step',
    ...SUITE,
    ...{ hypervisor: 'native', machines: 1, stormMs: 10, startMs: [8], pssBytes: [1 << 20] },
    ...given,
  };
}

export function ended(
  hypervisor: string,
  kind: Ended['kind'],
  machines = 0,
  reason = `ended by ${kind}`,
): ConsolidationEntry {
  return { type: 'consolidation-end', ...SUITE, hypervisor, kind, machines, reason };
}

/** All levels of one hypervisor: `turns` of each machine in each window, by number of machines. */
export function levelsOf(
  hypervisor: string,
  turns: Readonly<Record<number, number>>,
  { missedFrom = Number.POSITIVE_INFINITY, mib = 1, cpu = 1, isa = 'x86_64' as 'x86_64' | 'i386' } = {},
): ConsolidationEntry[] {
  return Object.entries(turns).flatMap(([count, each]): ConsolidationEntry[] => {
    const machines = Number(count);
    const name = { hypervisor, machines, isa };
    const of = (demand: Demand, factor: number) =>
      level({
        ...{ ...name, demand },
        cpuNs: machines * 100e6 * cpu,
        guests: Array.from({ length: machines }, () =>
          guest({
            turns: [each * factor, each * factor, each * factor],
            latenciesMs: machines >= missedFrom ? [150, 160, 170] : [1, 2, 3],
          }),
        ),
      });
    return [
      of('set', 0.1),
      of('flat-out', 1),
      step({
        ...name,
        stormMs: 10 * machines * mib,
        startMs: Array.from({ length: machines }, () => 8 * mib),
        pssBytes: Array.from({ length: machines }, () => mib * 2 ** 20),
      }),
    ];
  });
}
