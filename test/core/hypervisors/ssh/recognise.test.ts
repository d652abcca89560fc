import { describe, expect, it } from 'vitest';
import type { CpuidFacts } from '../../../../core/host/cpuid.ts';
import { parseCpuInfo } from '../../../../core/host/cpuinfo.ts';
import { describedHost } from '../../../../core/host/described.ts';
import { executionIn, recognise } from '../../../../core/hypervisors/ssh/recognise.ts';

const GUEST = 'vendor_id : AuthenticAMD\nmodel name : AMD EPYC\nflags : fpu hypervisor\n';
const METAL = GUEST.replace(' hypervisor', '');
const UML = 'vendor_id : User Mode Linux\nmodel name : UML\n';

const cpuid = (...signatures: string[]): CpuidFacts => ({
  ...{ signatures, brand: 'AMD EPYC', cpuidNs: 30_000, rdtscNs: 20 },
});
const dmi = (vendor: string, product: string) => ({
  '/sys/class/dmi/id/sys_vendor': vendor,
  '/sys/class/dmi/id/product_name': product,
});
const xen = (type: string, features: string) => ({
  '/sys/hypervisor/type': 'xen',
  '/sys/hypervisor/version/major': '4',
  '/sys/hypervisor/version/minor': '17',
  '/sys/hypervisor/guest_type': type,
  '/sys/hypervisor/properties/features': features,
});

async function seen(info: string, facts: CpuidFacts | null, files: Record<string, string> = {}) {
  const cpu = parseCpuInfo(info);
  const outer = await recognise(describedHost(new Map(Object.entries(files))), cpu, facts);
  return { outer, ...executionIn(outer, cpu.vendor) };
}

describe('what a computer runs on', () => {
  it.each([
    ['KVMKVMKVM', 'KVM', 'unknown'],
    ['VMwareVMware', 'VMware', 'unknown'],
    ['VBoxVBoxVBox', 'VirtualBox', 'unknown'],
    ['Microsoft Hv', 'Hyper-V', 'hardware-assisted'],
    ['bhyve bhyve', 'bhyve', 'hardware-assisted'],
    ['ACRNACRNACRN', 'ACRN', 'hardware-assisted'],
  ])('shows by the signature %s: %s, %s', async (signature, hypervisor, mode) => {
    const { outer, ...how } = await seen(GUEST, cpuid(signature));
    expect(outer).toMatchObject({ hypervisor });
    expect(outer?.evidence).toContain(`CPUID: ${signature}`);
    expect(how).toEqual({ mode, technique: mode === 'unknown' ? 'unknown' : 'amd-v' });
  });

  it('is KVM where that signs as Hyper-V as well, for Windows', async () => {
    const { outer, mode } = await seen(GUEST, cpuid('Microsoft Hv', 'KVMKVMKVM'));
    expect(outer).toMatchObject({ hypervisor: 'KVM' });
    expect(mode).toBe('unknown');
  });

  it('is told by DMI before CPUID, which VirtualBox fills with the name of KVM', async () => {
    const { outer } = await seen(GUEST, cpuid('KVMKVMKVM'), dmi('innotek GmbH', 'VirtualBox'));
    expect(outer).toMatchObject({ hypervisor: 'VirtualBox' });
  });

  it('is TCG, which translates', async () => {
    const { outer, ...how } = await seen(GUEST, cpuid('TCGTCGTCGTCG'));
    expect(outer).toMatchObject({ hypervisor: 'QEMU TCG', emulated: true });
    expect(how).toEqual({ mode: 'hosted', technique: 'binary-translation' });
  });

  it('is User Mode Linux, whatever its CPUID says, which is that of the computer beneath', async () => {
    const { outer, ...how } = await seen(UML, cpuid('KVMKVMKVM'));
    expect(outer).toMatchObject({ hypervisor: 'UML' });
    expect(how).toEqual({ mode: 'hosted', technique: 'direct-execution' });
  });

  it.each([
    ['PV', 'hosted', 'direct-execution'],
    ['PVH', 'hardware-assisted', 'amd-v'],
    ['HVM', 'hardware-assisted', 'amd-v'],
  ])('is a domain of Xen: %s', async (kind, mode, technique) => {
    const { outer, ...how } = await seen(GUEST, cpuid('XenVMMXenVMM'), xen(kind, '0'));
    expect(outer).toMatchObject({ hypervisor: 'Xen', version: '4.17', domain: { role: 'domU', kind } });
    expect(how).toEqual({ mode, technique });
  });

  it('is what carries out the instructions, where Xen itself is emulated', async () => {
    const { outer, ...how } = await seen(GUEST, cpuid('TCGTCGTCGTCG'), xen('PV', '800'));
    expect(outer).toMatchObject({ domain: { role: 'dom0' }, beneath: 'QEMU TCG', emulated: true });
    expect(how).toEqual({ mode: 'hosted', technique: 'binary-translation' });
  });

  it('is nothing where nothing shows', async () => {
    expect(await seen(METAL, cpuid())).toEqual({ outer: null, mode: 'native', technique: 'bare' });
  });

  it('is not guessed where something shows that nobody knows', async () => {
    const { outer, ...how } = await seen(GUEST, null);
    expect(outer).toMatchObject({ hypervisor: 'unknown hypervisor' });
    expect(how).toEqual({ mode: 'unknown', technique: 'unknown' });
  });
});
