import { expect, test } from 'vitest';
import { type EmulationFacts, emulatorOf } from '../../../core/host/emulation.ts';

/** As read in a guest of QEMU 7.2 with -accel tcg -cpu max, on an AMD EPYC. */
const TCG: EmulationFacts = {
  cpuid: {
    ...{ signatures: ['TCGTCGTCGTCG'], brand: 'QEMU TCG CPU version 2.5+' },
    ...{ cpuidNs: 13.3, rdtscNs: 259.9 },
  },
  model: 'QEMU TCG CPU version 2.5+',
  dmi: ['QEMU', 'Standard PC (i440FX + PIIX, 1996)'],
  isNamed: false,
};
/** As read on a virtual machine of KVM, on the same computer. */
const KVM: EmulationFacts = {
  cpuid: { signatures: ['KVMKVMKVM'], brand: 'AMD EPYC', cpuidNs: 4696, rdtscNs: 11 },
  ...{ model: 'AMD EPYC', dmi: [], isNamed: true },
};
const HARDWARE: EmulationFacts = {
  cpuid: { signatures: [], brand: 'AMD Ryzen 9 5950X 16-Core Processor', cpuidNs: 30, rdtscNs: 9 },
  ...{ model: 'AMD Ryzen 9 5950X 16-Core Processor', isNamed: false },
  dmi: ['Micro-Star International', 'MS-7C37'],
};

test('TCG is known by its signature, and its clock is told', () => {
  expect(emulatorOf(TCG)).toEqual({
    name: 'QEMU TCG',
    evidence: ['CPUID: TCGTCGTCGTCG', 'CPUID takes 13 ns, RDTSC 260 ns'],
  });
});

test('a CPU that TCG lends a real name gives itself away by the signature all the same', () => {
  const cpuid = { ...TCG.cpuid, signatures: ['TCGTCGTCGTCG'], brand: 'AMD EPYC Processor' };
  expect(
    emulatorOf({ ...TCG, model: 'AMD EPYC Processor', cpuid: { ...cpuid, cpuidNs: 1, rdtscNs: 1 } })?.name,
  ).toBe('QEMU TCG');
});

test('where CPUID cannot be asked, TCG’s own brand is enough', () => {
  expect(emulatorOf({ ...TCG, cpuid: null })).toEqual({
    name: 'QEMU TCG',
    evidence: ['CPU brand: QEMU TCG CPU version 2.5+'],
  });
});

test('neither KVM’s guests nor hardware are emulated', () => {
  expect(emulatorOf(KVM)).toBeNull();
  expect(emulatorOf(HARDWARE)).toBeNull();
});

test('QEMU’s names are KVM’s guests’ too: without a signature, a CPUID that is not trapped decides', () => {
  const brand = 'QEMU Virtual CPU version 2.5+';
  const unsigned = (cpuidNs: number): EmulationFacts => ({
    ...{ model: brand, dmi: ['QEMU', 'Standard PC (Q35 + ICH9, 2009)'], isNamed: false },
    cpuid: { signatures: [], brand, cpuidNs, rdtscNs: 12 },
  });
  expect(emulatorOf(unsigned(13))?.name).toBe('QEMU TCG');
  // KVM that hides (kvm=off): the exit is there.
  expect(emulatorOf(unsigned(1200))).toBeNull();
  expect(emulatorOf({ ...unsigned(13), cpuid: null })).toBeNull();
});

test('Bochs is known by its firmware, which old versions of QEMU had too, under KVM', () => {
  const bochs = (signatures: string[], cpuidNs: number): EmulationFacts => ({
    ...{ model: 'Intel(R) Core(TM) i7', dmi: ['Bochs', 'Bochs'], isNamed: false },
    cpuid: { signatures, brand: 'Intel(R) Core(TM) i7', cpuidNs, rdtscNs: 20 },
  });
  expect(emulatorOf(bochs([], 20))?.name).toBe('Bochs');
  expect(emulatorOf(bochs(['KVMKVMKVM'], 900))).toBeNull();
});
