import { expect, it } from 'vitest';
import { fitToBudget, type WithCost } from '../../../suites/consolidation/fit-to-budget.ts';

const slot = (name: string, costMs: number, rest: Partial<WithCost> = {}) => ({
  ...{ name, costMs, isa: 'x86_64', machines: 8, native: name === 'native', referenceOnly: false },
  ...rest,
});
const ROUND = [slot('kvm', 10), slot('qemu', 30), slot('native', 5), slot('v86', 20, { isa: 'i386' })];
const names = (leftMs: number, round = ROUND) => fitToBudget(round, leftMs).map(({ name }) => name);

it('everything, where it fits', () => {
  expect(names(65)).toEqual(['kvm', 'qemu', 'native', 'v86']);
});

it('the cheapest first, with native beside it, which is paid for once', () => {
  expect(names(15)).toEqual(['kvm', 'native']);
  expect(names(45)).toEqual(['kvm', 'native', 'v86']);
  expect(names(14)).toEqual(['native']);
  expect(names(4)).toEqual([]);
});

it('native that is only there for others does not come without them', () => {
  const round = [slot('kvm', 10), slot('native', 5, { referenceOnly: true })];
  expect(names(15, round)).toEqual(['kvm', 'native']);
  expect(names(9, round)).toEqual([]);
});

it('native of another number of machines stands beside nobody', () => {
  expect(names(10, [slot('kvm', 10), slot('native', 5, { machines: 16 })])).toEqual(['kvm']);
});
