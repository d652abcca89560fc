import { expect, test } from 'vitest';
import { hostDifferences } from '../../../../core/judge/compare/hosts.ts';
import type { HostRecord, Result } from '../../../../core/results/schema.ts';
import { smallResult } from './example.ts';

const result = smallResult();
const on = (host: Partial<HostRecord>, rest: Partial<Result> = {}): Result => ({
  ...result,
  ...rest,
  host: { ...result.host, ...host },
});

test('equal hosts differ in nothing, whatever their load was', () => {
  expect(hostDifferences([result, on({ load: 7, stealFraction: 0.5 })])).toEqual([]);
});

test('tells what differs, and nothing else', () => {
  const { cpu, kvm } = result.host;
  const other = on(
    {
      cpu: {
        ...cpu,
        model: 'Other 1',
        microcode: null,
        mitigations: { spectre_v2: 'synthetic', mds: 'none' },
      },
      kernel: '6.2.0',
      outerHypervisor: null,
      kvm: { ...kvm, backing: 'kvm_amd', nestedPaging: true },
    },
    {
      profile: 'quick',
      hypervisors: result.hypervisors.map((one) => (one.id === 'kvm' ? { ...one, version: '2.0' } : one)),
    },
  );
  expect(hostDifferences([result, other])).toEqual([
    { what: 'CPU', values: ['Synthetic CPU 9000', 'Other 1'] },
    { what: 'microcode', values: ['0x1', 'unknown'] },
    { what: 'kernel', values: ['6.1.0', '6.2.0'] },
    { what: 'runs under', values: ['KVM', 'nothing that shows'] },
    { what: 'KVM is backed by', values: ['kvm_pvm', 'kvm_amd'] },
    { what: 'nested paging', values: ['unknown', 'true'] },
    { what: 'profile', values: ['standard', 'quick'] },
    { what: 'mitigation of mds', values: ['unknown', 'none'] },
    { what: 'version of kvm', values: ['1.0', '2.0'] },
  ]);
});

test('of three hosts, one that differs is enough', () => {
  expect(hostDifferences([result, result, on({ memoryBytes: 2 ** 30 })])).toEqual([
    { what: 'memory', values: ['24.0 GiB', '24.0 GiB', '1.0 GiB'] },
  ]);
});
