/** Boots for tests of reports: every figure is made up. */
import type { Result } from '../../../../core/results/schema.ts';
import type { Booted } from '../../../../suites/boot/present/rows.ts';
import type { BootResult } from '../../../../suites/boot/schema.ts';
import { fixtureResult } from '../../../reports/fixture.ts';

const around = (estimate: number) => ({ estimate, low: estimate * 0.9, high: estimate * 1.1 });

/** Three launches that are ready at about `readyMs`. */
export function bootRow(
  hypervisor: string,
  readyMs: number,
  { milestones = {}, ...rest }: Partial<BootResult> & { milestones?: Partial<Record<string, number>> } = {},
): BootResult {
  const at = { hypervisor: null, guest: null, kernel: null, userSpace: null, ready: readyMs, ...milestones };
  const interval = (ms: number | null | undefined) => (ms == null ? null : around(ms));
  return {
    ...{ hypervisor, machineType: null, isa: 'x86_64', role: 'bare', cache: 'warm', status: 'ok' },
    ...{ launches: 3, imageBytes: 1 << 20, kernelBytes: null },
    milestonesMs: {
      hypervisor: interval(at.hypervisor),
      guest: interval(at.guest),
      kernel: interval(at.kernel),
      userSpace: interval(at.userSpace),
      ready: around(readyMs),
    },
    cpuMs: around(readyMs * 0.9),
    ...{ peakResidentBytes: 64 << 20, proportionalBytes: 32 << 20, coldFraction: 0 },
    samples: [-1, 0, 1].map((step, launch) => ({
      launch,
      milestonesMs: { ...at, ready: readyMs * (1 + step / 100) },
      cpuMs: readyMs * 0.9,
      ...{ peakResidentBytes: 64 << 20, proportionalBytes: 32 << 20, files: null },
    })),
    ...rest,
  };
}

const linux = { hypervisor: 60, guest: 200, kernel: 500, userSpace: 2000 };
const minimal = { role: 'minimal', machineType: 'pc', imageBytes: 1 << 20, kernelBytes: 8 << 20 };
const full = { ...minimal, role: 'full', imageBytes: 55 << 20 };

/** What a run of the suite alone found. */
export function booted(more: readonly BootResult[] = []): Booted {
  const cold = { cache: 'cold', coldFraction: 0.4 } as const;
  const { seed, plan } = fixtureResult();
  return {
    ...{ seed, plan },
    boots: [
      bootRow('native', 2, { milestones: { guest: 1.8 } }),
      bootRow('native', 3, { ...cold, coldFraction: 1 }),
      bootRow('kvm', 100, { milestones: { hypervisor: 60, guest: 95 } }),
      bootRow('kvm', 120, cold),
      bootRow('qemu-tcg', 2100, { ...minimal, milestones: linux }),
      bootRow('qemu-tcg', 2500, { ...minimal, ...cold }),
      bootRow('qemu-tcg', 2600, {
        ...full,
        milestones: { ...linux, userSpace: 2500 },
        proportionalBytes: 99 << 20,
      }),
      bootRow('qemu-tcg', 2900, { ...full, ...cold }),
      ...more,
    ],
  };
}

/** A run of the suite alone that found this. */
export function bootResult(more: readonly BootResult[] = [], { boots } = booted(more)): Result {
  return {
    ...fixtureResult(),
    ...{ measurements: [], suites: [], operations: [], claims: [], launches: [] },
    details: { boot: boots.map((boot) => ({ ...boot })) },
  };
}
