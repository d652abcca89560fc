/** Whether the CPU itself is emulated, instruction by instruction, and by what. */
import type { CpuidFacts } from './cpuid.ts';

export interface EmulationFacts {
  readonly cpuid: CpuidFacts | null;
  /** "model name" of /proc/cpuinfo. */
  readonly model: string;
  readonly dmi: readonly string[];
  /** Whether something names a hypervisor that runs guests on the CPU: lscpu, sysfs. */
  readonly isNamed: boolean;
}

export interface Emulator {
  readonly name: string;
  readonly evidence: readonly string[];
}

/**
 * A CPU that offers a hypervisor's guest an exit for CPUID, as every AMD-V and VT-x does, needs more for it than this: the
 * fastest known take 1000 cycles, a quarter of a microsecond.
 */
const LEAST_TRAPPED_NS = 200;

/**
 * TCG gives its name by CPUID, unless it was told not to, and its default CPU carries it as brand. Where neither is
 * there, names alone prove nothing, since KVM's guests may have the same ("QEMU Virtual CPU", DMI of QEMU or Bochs):
 * there must be no other hypervisor's signature, and CPUID must be as cheap as no guest's is whose CPU is real.
 */
export function emulatorOf({ cpuid, model, dmi, isNamed }: EmulationFacts): Emulator | null {
  const signatures = cpuid?.signatures ?? [];
  const found = (name: string, evidence: string) => ({ name, evidence: [evidence, ...timeOf(cpuid)] });
  if (signatures.includes('TCGTCGTCGTCG')) return found('QEMU TCG', 'CPUID: TCGTCGTCGTCG');
  const brand = [cpuid?.brand ?? '', model].find((text) => /^QEMU TCG CPU/i.test(text));
  if (brand !== undefined) return found('QEMU TCG', `CPU brand: ${brand}`);
  if (isNamed || cpuid === null || signatures.length > 0 || cpuid.cpuidNs >= LEAST_TRAPPED_NS) return null;
  const untrapped = 'CPUID is not trapped, and no hypervisor has signed it';
  if (dmi.some((text) => /^bochs$/i.test(text.trim()))) return found('Bochs', untrapped);
  const isQemu = /^QEMU Virtual CPU/i.test(cpuid.brand) || dmi.some((text) => /^qemu$/i.test(text.trim()));
  return isQemu ? found('QEMU TCG', untrapped) : null;
}

/** How the emulator's clock shows, for people: a real CPU reads its TSC in some 10 ns. */
function timeOf(cpuid: CpuidFacts | null): string[] {
  if (cpuid === null) return [];
  return [`CPUID takes ${Math.round(cpuid.cpuidNs)} ns, RDTSC ${Math.round(cpuid.rdtscNs)} ns`];
}
