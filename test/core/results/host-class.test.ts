import { expect, test } from 'vitest';
import { classDifference, elsewhereOf, hostClassOf } from '../../../core/results/host-class.ts';
import type { ComputerRecord, HypervisorInfo } from '../../../core/results/schema.ts';
import { QUIET } from '../host/example.ts';

const withCore = (core: 'performance' | 'efficiency' | null) => ({ ...QUIET, cpu: { ...QUIET.cpu, core } });

test('where all cores are alike the class is what it was before cores had kinds', () => {
  const { id, facts } = hostClassOf(withCore(null));
  expect(facts.map(([name]) => name)).not.toContain('core');
  // What the code before that made of this host: no history is cut.
  expect(id).toBe('676d18a21780');
});

test('the kinds of core of a hybrid CPU are classes of their own', () => {
  const [performance, efficiency] = [
    hostClassOf(withCore('performance')),
    hostClassOf(withCore('efficiency')),
  ];
  expect(classDifference(performance, efficiency)).toEqual(['core performance, not efficiency']);
  expect(new Set([hostClassOf(QUIET).id, performance.id, efficiency.id]).size).toBe(3);
});

test('other computers are told by CPU and by what they run under, and never by a name', () => {
  const { cpu, memoryBytes, kernel, os } = QUIET;
  const computer: ComputerRecord = {
    ...{ cpu, memoryBytes, kernel, os, clockSource: 'tsc', stealFraction: 0, sameAsHost: false },
    outerHypervisor: { hypervisor: 'QEMU TCG', evidence: ['an address'], emulated: true },
  };
  const hypervisors = (own?: ComputerRecord, reference?: ComputerRecord) =>
    [
      { id: 'native', ...(reference && { computer: reference }) },
      { id: 'vm1', ...(own && { computer: own }) },
    ] as HypervisorInfo[];
  const facts =
    'AuthenticAMD Example CPU, family, model, stepping 25, 33, 2, caches 32768, 524288, 33554432, runs under QEMU TCG, instructions emulated';
  expect(elsewhereOf(hypervisors(computer), 'vm1')).toBe(`the machine on ${facts}`);
  expect(elsewhereOf(hypervisors(undefined, computer), 'vm1')).toBe(`native on ${facts}`);
  expect(elsewhereOf(hypervisors(computer, computer), 'vm1')).toBe(
    `the machine on ${facts}; native on ${facts}`,
  );
  expect(elsewhereOf(hypervisors(), 'vm1')).toBeUndefined();
  expect(elsewhereOf(hypervisors({ ...computer, sameAsHost: true }), 'vm1')).toBeUndefined();
});
