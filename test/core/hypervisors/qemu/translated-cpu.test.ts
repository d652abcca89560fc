import { expect, it } from 'vitest';
import { localHost } from '../../../../core/host/local.ts';
import { splitArguments } from '../../../../core/hypervisors/qemu/build.ts';
import { holding, holdsRegisters } from '../../../../core/hypervisors/qemu/translated-cpu.ts';

const hostWith = (...signatures: string[]) => ({
  ...localHost,
  cpuid: () => ({ signatures, brand: '', cpuidNs: 5000, rdtscNs: 20 }),
});
const TCG = 'TCGTCGTCGTCG';

it('holds registers of KVM guests where the CPU says that it is TCG, and nowhere else', async () => {
  expect(await holdsRegisters(hostWith(TCG), 'kvm', {})).toBe(true);
  expect(await holdsRegisters(hostWith(TCG), 'tcg', {})).toBe(false);
  expect(await holdsRegisters(hostWith('KVMKVMKVM'), 'kvm', {})).toBe(false);
  expect(await holdsRegisters(hostWith(), 'kvm', {})).toBe(false);
  const { cpuid: _, ...silent } = localHost;
  expect(await holdsRegisters(silent, 'kvm', {})).toBe(false);
});

it('leaves a machine type that somebody chose as it is', async () => {
  expect(await holdsRegisters(hostWith(TCG), 'kvm', { machineType: 'pc' })).toBe(false);
});

it('adds to what a variant is told', () => {
  const { machineType, build } = holding({ program: 'qemu', args: ['-no-hpet'] });
  expect(machineType).toBe('pc,smm=off');
  expect(build.program).toBe('qemu');
  expect(splitArguments(build.args ?? [], { name: 'kvm' }).others).toEqual([
    '-no-hpet',
    '-global',
    'apic-common.vapic=off',
  ]);
});
