import { expect, test } from 'vitest';
import { parseCpuInfo } from '../../../core/host/cpuinfo.ts';
import {
  identifyOuterHypervisor,
  type OuterHypervisorFacts,
  parseLscpuVendor,
  probeOuterHypervisor,
} from '../../../core/host/outer-hypervisor.ts';
import { CONTAINER_ONLY } from '../../../core/results/footing.ts';
import { AMD, GUEST, UML } from './cpuinfo-texts.ts';
import { fakeHost } from './folder-host.ts';

const HARDWARE: OuterHypervisorFacts = {
  cpu: parseCpuInfo(AMD),
  lscpuVendor: null,
  hypervisorType: null,
  dmi: ['Micro-Star International', 'MS-7C37'],
  kernel: '6.1.0-18-amd64',
  container: null,
  cpuid: null,
  xen: null,
};
const guest = (facts: Partial<OuterHypervisorFacts>) =>
  identifyOuterHypervisor({ ...HARDWARE, cpu: parseCpuInfo(GUEST), dmi: [], ...facts });

test('hardware is under nothing', () => {
  expect(identifyOuterHypervisor(HARDWARE)).toBeNull();
  expect(
    identifyOuterHypervisor({ ...HARDWARE, dmi: ['Microsoft Corporation', 'Surface Laptop'] }),
  ).toBeNull();
});

test.each<[string, Partial<OuterHypervisorFacts>]>([
  ['KVM', { lscpuVendor: 'KVM', dmi: ['QEMU', 'Standard PC (Q35 + ICH9, 2009)'] }],
  ['QEMU', { dmi: ['QEMU', 'Standard PC (i440FX + PIIX, 1996)'] }],
  ['Hyper-V', { lscpuVendor: 'Microsoft', dmi: ['Microsoft Corporation', 'Virtual Machine'] }],
  ['VMware', { dmi: ['VMware, Inc.', 'VMware7,1'] }],
  ['Xen', { hypervisorType: 'xen' }],
  ['unknown hypervisor', {}],
  ['ACRN', { lscpuVendor: 'ACRN' }],
])('names %s', (name, facts) => {
  expect(guest(facts)?.hypervisor).toBe(name);
});

test('VirtualBox is not taken for the KVM whose interface it offers', () => {
  const outerHypervisor = guest({ lscpuVendor: 'KVM', dmi: ['innotek GmbH', 'VirtualBox'] });
  expect(outerHypervisor?.hypervisor).toBe('VirtualBox');
  expect(outerHypervisor?.evidence).toContain('lscpu: hypervisor vendor KVM');
});

test('User-Mode Linux goes before everything else', () => {
  expect(guest({ cpu: parseCpuInfo(UML), lscpuVendor: 'KVM' })?.hypervisor).toBe('UML');
});

test('a container alone is not a hypervisor, but is told', () => {
  expect(identifyOuterHypervisor({ ...HARDWARE, container: 'docker (/.dockerenv)' })).toEqual({
    hypervisor: CONTAINER_ONLY,
    evidence: ['DMI: Micro-Star International, MS-7C37', 'container: docker (/.dockerenv)'],
  });
});

test('evidence from an outer hypervisor is cleaned and bounded', () => {
  const outerHypervisor = guest({ lscpuVendor: '\u001b[2JEvil\u202e', dmi: ['A'.repeat(5000)] });
  expect(outerHypervisor?.hypervisor).toBe('[2JEvil');
  expect(outerHypervisor?.evidence.join('')).not.toMatch(/\p{C}/u);
  expect(Math.max(...(outerHypervisor?.evidence ?? []).map((text) => text.length))).toBeLessThan(200);
});

test.each([
  ['Vendor ID: X\nHypervisor vendor:                       KVM\nVirtualization type: full', 'KVM'],
  ['Hypervisor vendor: none', null],
  ['Vendor ID: GenuineIntel', null],
  ['', null],
])('lscpu %j', (output, vendor) => {
  expect(parseLscpuVendor(output)).toBe(vendor);
});

test('reads DMI and sysfs below the root', async () => {
  const host = await fakeHost({
    'sys/class/dmi/id/sys_vendor': 'Xen\n',
    'sys/class/dmi/id/product_name': 'HVM domU\n',
    'sys/hypervisor/type': 'xen\n',
  });
  expect(await probeOuterHypervisor(parseCpuInfo(GUEST), null, host)).toEqual({
    hypervisor: 'Xen',
    domain: { role: 'domU', kind: 'HVM' },
    evidence: ['CPU flag "hypervisor"', '/sys/hypervisor/type: xen', 'DMI: Xen, HVM domU'],
  });
});
