/**
 * What a computer runs on, recognised from inside, and how instructions are executed there as far as that follows. Nothing
 * is taken from names that somebody gave it, and nothing is guessed.
 */
import type { CpuidFacts } from '../../host/cpuid.ts';
import { type CpuInfo, isUserModeLinux } from '../../host/cpuinfo.ts';
import type { Host } from '../../host/host.ts';
import { identifyOuterHypervisor } from '../../host/outer-hypervisor.ts';
import { cleanText } from '../../host/text.ts';
import { probeXen } from '../../host/xen.ts';
import { emulatorName } from '../../results/outer-hypervisor.ts';
import type { HostRecord, Mode, Technique } from '../../results/schema.ts';

type Outer = HostRecord['outerHypervisor'];

/** Who signs CPUID at 0x40000000 how. KVM comes first: it may sign as Hyper-V below that, for Windows. */
const SIGNATURES: readonly (readonly [string, string])[] = [
  ['KVMKVMKVM', 'KVM'],
  ['TCGTCGTCGTCG', 'QEMU TCG'],
  ['VMwareVMware', 'VMware'],
  ['VBoxVBoxVBox', 'VirtualBox'],
  ['XenVMMXenVMM', 'Xen'],
  ['bhyve bhyve', 'bhyve'],
  ['ACRNACRNACRN', 'ACRN'],
  ['lrpepyh  vr', 'Parallels'],
  ['QNXQVMBSQG', 'QNX'],
  ['Microsoft Hv', 'Hyper-V'],
];
/** What shows less than a signature does. */
const VAGUE: ReadonlySet<string> = new Set(['unknown hypervisor', 'QEMU']);

/** Null if nothing shows a hypervisor. */
export async function recognise(described: Host, cpu: CpuInfo, cpuid: CpuidFacts | null): Promise<Outer> {
  const names = ['/sys/class/dmi/id/sys_vendor', '/sys/class/dmi/id/product_name'];
  const dmi = (await Promise.all(names.map((path) => described.read(path)))).filter((text) => text !== null);
  const outer = identifyOuterHypervisor({
    ...{ cpu, cpuid, dmi, container: null, lscpuVendor: null },
    hypervisorType: await described.read('/sys/hypervisor/type'),
    kernel: await described.read('/proc/sys/kernel/osrelease'),
    xen: await probeXen(described),
  });
  const signed = SIGNATURES.find(([signature]) => cpuid?.signatures.includes(signature));
  if (!signed || isUserModeLinux(cpu)) return outer;
  const [signature, hypervisor] = signed;
  if (outer === null) return { hypervisor, evidence: [`CPUID: ${cleanText(signature, 64)}`] };
  return VAGUE.has(outer.hypervisor) ? { ...outer, hypervisor } : outer;
}

/** Hypervisors that do not run without hardware assist. */
const ASSISTED: ReadonlySet<string> = new Set(['Hyper-V', 'bhyve', 'ACRN']);
const ASSISTS: Readonly<Record<string, Technique>> = {
  AuthenticAMD: 'amd-v',
  HygonGenuine: 'amd-v',
  GenuineIntel: 'vt-x',
};

/**
 * How instructions are executed in what was recognised; `vendor`: the CPU's. KVM, VMware and VirtualBox do not show from
 * inside whether they have hardware assist: each runs, or has run, without.
 */
export function executionIn(
  outer: Outer,
  vendor: string,
): { readonly mode: Mode; readonly technique: Technique } {
  if (outer === null) return { mode: 'native', technique: 'bare' };
  const { hypervisor, domain, emulated } = outer;
  if (emulated === true)
    return {
      mode: 'hosted',
      technique: /bochs/i.test(emulatorName(outer)) ? 'interpretation' : 'binary-translation',
    };
  if (hypervisor === 'UML' || domain?.kind === 'PV') return { mode: 'hosted', technique: 'direct-execution' };
  if (domain?.kind === 'HVM' || domain?.kind === 'PVH' || ASSISTED.has(hypervisor))
    return { mode: 'hardware-assisted', technique: ASSISTS[vendor] ?? 'unknown' };
  return { mode: 'unknown', technique: 'unknown' };
}
