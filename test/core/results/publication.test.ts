import { expect, test } from 'vitest';
import { publicationNote, publicationOf, publicationOfResult } from '../../../core/results/publication.ts';

const result = (host: Parameters<typeof publicationOf>[0]) =>
  ({ host, hypervisors: [] }) as unknown as Parameters<typeof publicationOfResult>[0];
const under = (hypervisor: string, ...evidence: string[]) => ({ outerHypervisor: { hypervisor, evidence } });

test.each([
  ['its CPUID signature', 'CPUID: VMwareVMware'],
  ['what lscpu reads there', 'lscpu: hypervisor vendor VMware'],
  ['its DMI', 'DMI: VMware, Inc., VMware7,1'],
])('VMware is known by %s, whatever the record calls it', (_, evidence) => {
  expect(publicationOf(under('something', 'CPU flag "hypervisor"', evidence))?.source).toMatch(
    /section 1\.4/,
  );
});

test.each([
  [null],
  [under('VMware').outerHypervisor],
  [under('KVM', 'lscpu: hypervisor vendor KVM', 'CPUID: KVMKVMKVM').outerHypervisor],
  [under('VirtualBox', 'DMI: innotek GmbH, VirtualBox').outerHypervisor],
  [under('KVM', 'container: a VMware, Inc. lookalike').outerHypervisor],
])('nothing else is restricted, and a name alone proves nothing: %j', (outerHypervisor) => {
  expect(publicationOf({ outerHypervisor })).toBeNull();
  expect(publicationNote(result({ outerHypervisor }))).toBeNull();
});

test('what a record says itself counts', () => {
  const publication = { restriction: 'Ask first.', source: 'a contract' };
  expect(publicationNote(result({ outerHypervisor: null, publication }))).toBe(
    'Before you publish this: Ask first. Source: a contract.',
  );
});

test('a computer that was reached by SSH is under the same licences', () => {
  const computer = under('VMware', 'CPUID: VMwareVMware');
  const of = (available: boolean) =>
    ({ host: { outerHypervisor: null }, hypervisors: [{ available, computer }] }) as unknown as Parameters<
      typeof publicationOfResult
    >[0];
  expect(publicationOfResult(of(true))?.source).toMatch(/section 1\.4/);
  expect(publicationOfResult(of(false))).toBeNull();
});
