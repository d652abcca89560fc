/** What this host itself runs under. Every text here was chosen by firmware or a hypervisor: it is cleaned, and only ever evidence. */
import { CONTAINER_ONLY } from '../results/footing.ts';
import type { HostRecord } from '../results/schema.ts';
import type { CpuidFacts } from './cpuid.ts';
import { type CpuInfo, isUserModeLinux } from './cpuinfo.ts';
import { emulatorOf } from './emulation.ts';
import type { Host } from './host.ts';
import { cleanText } from './text.ts';
import { probeXen, type XenFacts } from './xen.ts';

export interface OuterHypervisorFacts {
  readonly cpu: CpuInfo;
  /** "Hypervisor vendor" of lscpu, which asks CPUID leaf 0x40000000. */
  readonly lscpuVendor: string | null;
  /** /sys/hypervisor/type */
  readonly hypervisorType: string | null;
  /** DMI strings: sys_vendor, product_name. */
  readonly dmi: readonly string[];
  readonly kernel: string | null;
  readonly container: string | null;
  /** Null where it cannot be asked. */
  readonly cpuid: CpuidFacts | null;
  /** Null where this is no domain of Xen. */
  readonly xen: XenFacts | null;
}

/** DMI names that only this hypervisor's guests carry. They go before CPUID, which VirtualBox and others fill with KVM's name. */
const SPECIFIC_DMI: readonly (readonly [RegExp, string])[] = [
  [/virtualbox|innotek/i, 'VirtualBox'],
  [/vmware/i, 'VMware'],
  [/parallels/i, 'Parallels'],
  [/bhyve/i, 'bhyve'],
  [/^virtual machine$/i, 'Hyper-V'],
  [/hvm domu|^xen$/i, 'Xen'],
];

const XEN = 'Xen';
const XEN_SIGNATURE = 'XenVMMXenVMM';

/** Names from lscpu, sysfs and CPUID, made one. */
const VENDORS: readonly (readonly [RegExp, string])[] = [
  [/kvm/i, 'KVM'],
  [/microsoft|windows/i, 'Hyper-V'],
  [/vmware/i, 'VMware'],
  [/xen/i, 'Xen'],
  [/innotek|oracle|virtualbox/i, 'VirtualBox'],
  [/user-mode linux/i, 'UML'],
];

/** What the host runs under and what shows it; null where nothing tells of a hypervisor or a container. */
export function identifyOuterHypervisor(facts: OuterHypervisorFacts): HostRecord['outerHypervisor'] {
  const evidence = collectEvidence(facts);
  const { cpu, cpuid, dmi, lscpuVendor, hypervisorType, xen } = facts;
  const emulator = isUserModeLinux(cpu)
    ? null
    : emulatorOf({ cpuid, model: cpu.model, dmi, isNamed: Boolean(lscpuVendor || hypervisorType) });
  const shown = [...evidence, ...(emulator?.evidence.map((text) => cleanText(text, 128)) ?? [])];
  const hypervisor = nameHypervisor(facts);
  if (xen !== null && hypervisor === XEN) return domainOf(xen, facts, emulator?.name, shown);
  if (emulator) return { hypervisor: emulator.name, evidence: shown, emulated: true };
  const signed = (cpuid?.signatures ?? []).map((text) => `CPUID: ${cleanText(text, 64)}`);
  if (hypervisor !== null) return { hypervisor, evidence: [...evidence, ...signed] };
  return facts.container === null ? null : { hypervisor: CONTAINER_ONLY, evidence };
}

/** A domain of Xen. In a paravirtual one CPUID is not intercepted, and whoever signs it there is beneath Xen. */
function domainOf(
  { version, domain: { role, kind }, evidence }: XenFacts,
  { dmi, cpuid }: OuterHypervisorFacts,
  emulator: string | undefined,
  shown: readonly string[],
): HostRecord['outerHypervisor'] {
  const isHvm = dmi.some((text) => /hvm domu/i.test(text));
  const domain = { role: role ?? (isHvm ? 'domU' : null), kind: kind ?? (isHvm ? 'HVM' : null) };
  const signatures = cpuid?.signatures ?? [];
  const isSigned = signatures.includes(XEN_SIGNATURE);
  const foreign = domain.kind === 'PV' ? signatures.find((text) => text !== XEN_SIGNATURE) : undefined;
  const beneath = emulator ?? (foreign && (lookUp(VENDORS, foreign) ?? cleanText(foreign, 64)));
  const unsigned = domain.kind === 'PV' ? ['CPUID: not intercepted, so Xen does not sign it'] : [];
  const signed = [
    ...(cpuid === null ? [] : isSigned ? [`CPUID: ${XEN_SIGNATURE}`] : unsigned),
    ...(foreign !== undefined && emulator === undefined ? [`CPUID: ${cleanText(foreign, 64)}`] : []),
  ];
  return {
    hypervisor: XEN,
    ...(version !== null && { version }),
    domain,
    ...(beneath !== undefined && { beneath }),
    evidence: [...evidence, ...signed, ...shown],
    ...(emulator !== undefined && { emulated: true }),
  };
}

function nameHypervisor({ cpu, lscpuVendor, hypervisorType, dmi }: OuterHypervisorFacts): string | null {
  if (isUserModeLinux(cpu)) return 'UML';
  const vendor = lscpuVendor || hypervisorType;
  return (
    dmi.map((text) => lookUp(SPECIFIC_DMI, text)).find((name) => name !== null) ??
    (vendor ? (lookUp(VENDORS, vendor) ?? cleanText(vendor, 64)) : null) ??
    (dmi.some((text) => /qemu|bochs/i.test(text)) ? 'QEMU' : null) ??
    (cpu.flags.has('hypervisor') ? 'unknown hypervisor' : null)
  );
}

function lookUp(table: readonly (readonly [RegExp, string])[], text: string): string | null {
  return table.find(([pattern]) => pattern.test(text.trim()))?.[1] ?? null;
}

function collectEvidence({
  cpu,
  lscpuVendor,
  hypervisorType,
  dmi,
  kernel,
  container,
}: OuterHypervisorFacts): string[] {
  const evidence: string[] = [];
  if (isUserModeLinux(cpu)) evidence.push('cpuinfo names User Mode Linux');
  if (cpu.flags.has('hypervisor')) evidence.push('CPU flag "hypervisor"');
  if (lscpuVendor) evidence.push(`lscpu: hypervisor vendor ${cleanText(lscpuVendor, 64)}`);
  if (hypervisorType) evidence.push(`/sys/hypervisor/type: ${cleanText(hypervisorType, 64)}`);
  const names = dmi.map((text) => cleanText(text, 64)).filter((text) => text !== '');
  if (names.length > 0) evidence.push(`DMI: ${names.join(', ')}`);
  if (kernel !== null && /microsoft/i.test(kernel)) evidence.push(`kernel: ${cleanText(kernel, 64)}`);
  if (container !== null) evidence.push(`container: ${cleanText(container, 64)}`);
  return evidence;
}

/** The value of "Hypervisor vendor:" in lscpu's output, or null. */
export function parseLscpuVendor(output: string): string | null {
  const vendor = cleanText(/^Hypervisor vendor:(.*)$/m.exec(output)?.[1] ?? '', 64);
  return vendor === '' || vendor === 'none' ? null : vendor;
}

/** Collects the facts and identifies. `container` is what probeContainer found. */
export async function probeOuterHypervisor(
  cpu: CpuInfo,
  container: string | null,
  host: Host,
): Promise<HostRecord['outerHypervisor']> {
  const lscpu = host.platform === 'linux' ? await host.capture('lscpu', []) : null;
  const dmi = await Promise.all(
    ['sys_vendor', 'product_name'].map((file) => host.read(`/sys/class/dmi/id/${file}`)),
  );
  return identifyOuterHypervisor({
    cpu,
    lscpuVendor: parseLscpuVendor(lscpu ?? ''),
    hypervisorType: await host.read('/sys/hypervisor/type'),
    dmi: dmi.filter((text) => text !== null),
    kernel: await host.read('/proc/sys/kernel/osrelease'),
    container,
    cpuid: host.cpuid?.() ?? null,
    xen: await probeXen(host),
  });
}
