/** Domains of Xen as their kernels describe them. dom0's files are as read in one, under Xen 4.17.7 with Linux 6.1. */
import { expect, test } from 'vitest';
import { parseCpuInfo } from '../../../core/host/cpuinfo.ts';
import { findTroubles } from '../../../core/host/findings.ts';
import { probeKvm } from '../../../core/host/kvm.ts';
import { probeOuterHypervisor } from '../../../core/host/outer-hypervisor.ts';
import { probeXen } from '../../../core/host/xen.ts';
import { footingOf } from '../../../core/results/footing.ts';
import { hostClassOf } from '../../../core/results/host-class.ts';
import { AMD, GUEST } from './cpuinfo-texts.ts';
import { EQUIPPED, QUIET } from './example.ts';
import { fakeHost } from './folder-host.ts';

const VERSION = {
  'sys/hypervisor/type': 'xen\n',
  'sys/hypervisor/version/major': '4\n',
  'sys/hypervisor/version/minor': '17\n',
  'sys/hypervisor/version/extra': '.7\n',
};
const DOM0 = {
  ...VERSION,
  'sys/hypervisor/guest_type': 'PV\n',
  'sys/hypervisor/properties/features': '000228f0\n',
};
const DOMU = {
  ...VERSION,
  'sys/hypervisor/guest_type': 'HVM\n',
  'sys/hypervisor/properties/features': '000020f1\n',
};
const BOARD = {
  'sys/class/dmi/id/sys_vendor': 'Micro-Star International\n',
  'sys/class/dmi/id/product_name': 'MS-7C37\n',
};
const cpuid = (...signatures: string[]) => ({
  cpuid: () => ({ signatures, brand: 'AMD Ryzen 9 5950X', cpuidNs: 30, rdtscNs: 9 }),
});

test.each([
  [DOM0, { role: 'dom0', kind: 'PV' }],
  [DOMU, { role: 'domU', kind: 'HVM' }],
  [
    { ...DOM0, 'sys/hypervisor/guest_type': 'PVH\n' },
    { role: 'dom0', kind: 'PVH' },
  ],
  [
    { ...DOMU, 'sys/hypervisor/guest_type': 'PV\n' },
    { role: 'domU', kind: 'PV' },
  ],
  // What xenfs says goes before.
  [
    { ...DOMU, 'proc/xen/capabilities': 'control_d\n' },
    { role: 'dom0', kind: 'HVM' },
  ],
  [
    { ...DOM0, 'proc/xen/capabilities': '\n' },
    { role: 'domU', kind: 'PV' },
  ],
  // Kernels before 4.13 do not tell, and files may hold anything.
  [VERSION, { role: null, kind: null }],
  [
    { ...VERSION, 'sys/hypervisor/guest_type': 'x\n', 'sys/hypervisor/properties/features': 'x' },
    { role: null, kind: null },
  ],
])('%j', async (files, domain) => {
  expect(await probeXen(await fakeHost(files))).toMatchObject({ version: '4.17.7', domain });
});

test('what is no domain of Xen', async () => {
  expect(await probeXen(await fakeHost({}))).toBeNull();
  expect(await probeXen(await fakeHost({ 'sys/hypervisor/type': 's390\n' }))).toBeNull();
});

const probe = async (files: Record<string, string>, differs = {}, cpu = AMD) => {
  const host = await fakeHost(files, differs);
  return { host, outerHypervisor: await probeOuterHypervisor(parseCpuInfo(cpu), null, host) };
};

test('a paravirtual dom0 on hardware is neither hardware nor a guest, and a class of its own', async () => {
  const { outerHypervisor } = await probe({ ...DOM0, ...BOARD }, cpuid());
  expect(outerHypervisor).toEqual({
    ...{ hypervisor: 'Xen', version: '4.17.7', domain: { role: 'dom0', kind: 'PV' } },
    evidence: [
      '/sys/hypervisor/version: 4.17.7',
      '/sys/hypervisor/guest_type: PV',
      '/sys/hypervisor/properties/features: 000228f0',
      'CPUID: not intercepted, so Xen does not sign it',
      '/sys/hypervisor/type: xen',
      'DMI: Micro-Star International, MS-7C37',
    ],
  });
  expect(footingOf({ outerHypervisor })).toBe('dom0');
  const classes = [
    null,
    { hypervisor: 'Xen', evidence: [] },
    { hypervisor: 'QEMU TCG', evidence: [], emulated: true },
    outerHypervisor,
    { hypervisor: 'Xen', evidence: [], emulated: true, beneath: 'QEMU TCG' },
  ].map((outer) => hostClassOf({ ...QUIET, outerHypervisor: outer }).id);
  expect(new Set(classes).size).toBe(classes.length);
});

test('its doctor says what native is, and its KVM why it cannot be', async () => {
  const { host, outerHypervisor } = await probe({ ...DOM0, ...BOARD });
  expect(findTroubles({ ...QUIET, outerHypervisor }, EQUIPPED)).toEqual([
    {
      level: 'note',
      text: 'Native is not bare metal here: it is a paravirtual dom0 (PV) of Xen 4.17.7.',
    },
  ]);
  // Some versions of Xen leave the flag in sight.
  for (const virtualization of ['svm', null] as const) {
    const cpu = { ...QUIET.cpu, virtualization };
    const { present, reason } = await probeKvm({ cpu, outerHypervisor, container: null }, host);
    expect(present).toBe(false);
    expect(reason).toMatch(
      /^KVM cannot be used in a paravirtual dom0 \(PV\) of Xen, which keeps AMD-V .*: sudo grub-reboot 0/,
    );
  }
});

test('an HVM guest keeps the class that guests of Xen had, and Xen signs its CPUID', async () => {
  const { outerHypervisor } = await probe(DOMU, cpuid('XenVMMXenVMM'), GUEST);
  expect(outerHypervisor).toMatchObject({
    ...{ hypervisor: 'Xen', domain: { role: 'domU', kind: 'HVM' } },
    evidence: expect.arrayContaining(['CPUID: XenVMMXenVMM']),
  });
  expect(footingOf({ outerHypervisor })).toBe('nested');
  expect(hostClassOf({ ...QUIET, outerHypervisor })).toEqual(
    hostClassOf({ ...QUIET, outerHypervisor: { hypervisor: 'Xen', evidence: [] } }),
  );
});

test('what signs CPUID in a paravirtual domain is beneath Xen', async () => {
  const nested = (await probe(DOM0, cpuid('KVMKVMKVM'))).outerHypervisor;
  expect(nested).toMatchObject({ hypervisor: 'Xen', beneath: 'KVM' });
  expect(footingOf({ outerHypervisor: nested })).toBe('nested');
  const emulated = (await probe(DOM0, cpuid('TCGTCGTCGTCG'))).outerHypervisor;
  expect(emulated).toMatchObject({ hypervisor: 'Xen', beneath: 'QEMU TCG', emulated: true });
  expect(footingOf({ outerHypervisor: emulated })).toBe('emulated');
});
