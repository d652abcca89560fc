import { expect, test } from 'vitest';
import type { LaunchRecord } from '../../core/results/schema.ts';
import { largePageRemarks } from '../../reports/large-pages.ts';
import { atLeastOne } from '../at-least-one.ts';
import { fixtureResult } from './fixture.ts';

const MIB = 2 ** 20;
const [launch] = atLeastOne(fixtureResult({ hostile: false }).launches) as [LaunchRecord];
const told = (...sizes: readonly LaunchRecord['largePageBytes'][]) =>
  largePageRemarks({ launches: sizes.map((largePageBytes) => ({ ...launch, largePageBytes })) });

test('names machines whose memory the host gave in larger pages than native', () => {
  const sizes = { native: 0, control: 0, 'qemu-kvm': 64 * MIB, 'qemu-tcg': 15 * MIB };
  expect(told({ ...sizes, 'qemu-kvm': 2 * MIB }, sizes)).toEqual([
    'The host gave qemu-kvm (64 MiB) memory in pages of 2 MiB, as their programs ask for, and native hardly any: there, work on much memory can be faster than native.',
  ]);
});

test('says nothing if native has as much, nobody knows, or an earlier version measured', () => {
  expect(told({ native: 60 * MIB, 'qemu-kvm': 64 * MIB })).toEqual([]);
  expect(told({ 'qemu-kvm': 64 * MIB }, {}, undefined)).toEqual([]);
});
