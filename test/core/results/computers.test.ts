import { expect, it } from 'vitest';
import { cpuDifferences } from '../../../core/results/computers.ts';
import type { ComputerRecord, HypervisorInfo } from '../../../core/results/schema.ts';
import { QUIET } from '../host/example.ts';

const { cpu, memoryBytes, kernel, os } = QUIET;
const computer = (differs: Partial<ComputerRecord['cpu']>, sameAsHost = false): ComputerRecord => ({
  cpu: { ...cpu, ...differs },
  ...{ memoryBytes, kernel, os, outerHypervisor: null, clockSource: 'tsc', stealFraction: 0, sameAsHost },
});
const native = (own?: ComputerRecord) => ({
  host: QUIET,
  hypervisors: [{ id: 'native', ...(own && { computer: own }) } as unknown as HypervisorInfo],
});
const differences = (there?: ComputerRecord, reference?: ComputerRecord) =>
  cpuDifferences(native(reference), there ? { computer: there } : {});

it('like CPUs do not differ, and neither does what one of them does not tell', () => {
  expect(differences(computer({}))).toEqual([]);
  expect(differences(computer({ microcode: null, governor: null, cpus: 1 }))).toEqual([]);
});

it('each difference is told with both sides', () => {
  const caches = { ...cpu.caches, llc: 1 };
  expect(differences(computer({ model: 'Another', caches, microcode: '0x1' }))).toEqual([
    'CPU AuthenticAMD Another there, AuthenticAMD Example CPU for native',
    'caches (bytes) 32768, 524288, 1 there, 32768, 524288, 33554432 for native',
    'microcode 0x1 there, 0xa20120e for native',
  ]);
});

it('this computer is like itself, whatever it says the second time', () => {
  expect(differences(computer({ model: 'Another' }, true))).toEqual([]);
  expect(differences(undefined, computer({ model: 'Another' }, true))).toEqual([]);
});

it('what is compared is what native is on', () => {
  const metal = computer({ model: 'Another' });
  expect(differences(computer({ model: 'Another' }), metal)).toEqual([]);
  const told = ['CPU AuthenticAMD Example CPU there, AuthenticAMD Another for native'];
  expect(differences(undefined, metal)).toEqual(told);
  expect(differences(computer({}), metal)).toEqual(told);
});
