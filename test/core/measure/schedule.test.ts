import { describe, expect, it } from 'vitest';
import { machineOrder, workloadOrder } from '../../../core/measure/schedule.ts';
import { atLeastOne } from '../../at-least-one.ts';

const MACHINES = ['native', 'control', 'kvm', 'v86'];
const WORKLOADS = ['integer', 'sha256', 'sieve', 'tak', 'spectral-norm'].map((name) => ({
  suite: 'cpu',
  workload: { name },
}));

/** How often each item stood at each place: `counts[item][place]`. */
function places<T>(items: readonly T[], orders: readonly (readonly T[])[]): number[][] {
  return items.map((item) => items.map((_, place) => orders.filter((order) => order[place] === item).length));
}

/** Pearson's statistic of a uniform distribution; its mean is the number of cells less one, in each row. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, n) => sum + n, 0) / counts.length;
  return counts.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
}

describe('machineOrder', () => {
  const order = (seed: number, launch: number, isa: string, workload: string, round: number) =>
    machineOrder(MACHINES, seed, launch, isa, workload, round);

  it('visits each machine exactly once', () => {
    for (let round = 0; round < 200; round++) {
      expect([...order(1, 0, 'x86_64', 'cpu/integer', round)].sort()).toEqual([...MACHINES].sort());
    }
  });

  it('is the same for the same seed and names, whatever was asked in between', () => {
    const first = Array.from({ length: 20 }, (_, round) => order(42, 3, 'i386', 'cpu/tak', round));
    order(42, 3, 'i386', 'memory/first-touch', 0);
    expect(Array.from({ length: 20 }, (_, round) => order(42, 3, 'i386', 'cpu/tak', round))).toEqual(first);
  });

  it('differs with the seed, the launch, the ISA, the workload and the round', () => {
    const rounds = (make: (round: number) => string[]) =>
      Array.from({ length: 20 }, (_, round) => make(round).join()).join(';');
    const variants = [
      rounds((round) => order(1, 0, 'x86_64', 'cpu/integer', round)),
      rounds((round) => order(2, 0, 'x86_64', 'cpu/integer', round)),
      rounds((round) => order(1, 1, 'x86_64', 'cpu/integer', round)),
      rounds((round) => order(1, 0, 'i386', 'cpu/integer', round)),
      rounds((round) => order(1, 0, 'x86_64', 'cpu/tak', round)),
      rounds(() => order(1, 0, 'x86_64', 'cpu/integer', 0)),
    ];
    expect(new Set(variants).size).toBe(variants.length);
  });

  it('lets no machine follow itself, and favours none for it', () => {
    const orders: string[][] = [];
    for (let round = 0; round < 2400; round++) {
      const previous = orders.at(-1)?.at(-1);
      orders.push(machineOrder(MACHINES, 7, 0, 'x86_64', 'cpu/integer', round, previous));
      expect(orders.at(-1)?.[0]).not.toBe(previous);
    }
    for (const counts of atLeastOne(places(MACHINES, orders))) expect(chiSquare(counts)).toBeLessThan(16.3);
    expect(machineOrder(['native'], 7, 0, 'x86_64', 'cpu/integer', 1, 'native')).toEqual(['native']);
  });

  it('puts each machine at each place equally often', () => {
    const orders = Array.from({ length: 2400 }, (_, round) => order(7, 0, 'x86_64', 'cpu/integer', round));
    // 3 degrees of freedom: 16.3 is exceeded once in a thousand.
    for (const counts of atLeastOne(places(MACHINES, orders))) expect(chiSquare(counts)).toBeLessThan(16.3);
  });
});

describe('workloadOrder', () => {
  it('visits each workload exactly once, in the same order for the same seed', () => {
    for (let launch = 0; launch < 50; launch++) {
      const order = workloadOrder(WORKLOADS, 9, launch, 'x86_64');
      expect(new Set(order)).toEqual(new Set(WORKLOADS));
      expect(order).toHaveLength(WORKLOADS.length);
      expect(workloadOrder(WORKLOADS, 9, launch, 'x86_64')).toEqual(order);
    }
  });

  it('differs with the seed, the launch and the ISA', () => {
    const name = (seed: number, launch: number, isa: string) =>
      workloadOrder(WORKLOADS, seed, launch, isa)
        .map(({ workload }) => workload.name)
        .join();
    const launches = (seed: number, isa: string) =>
      Array.from({ length: 10 }, (_, launch) => name(seed, launch, isa)).join(';');
    expect(new Set([launches(1, 'x86_64'), launches(2, 'x86_64'), launches(1, 'i386')]).size).toBe(3);
    expect(
      new Set(Array.from({ length: 10 }, (_, launch) => name(1, launch, 'x86_64'))).size,
    ).toBeGreaterThan(5);
  });

  it('leaves its argument as it was', () => {
    const before = [...WORKLOADS];
    workloadOrder(WORKLOADS, 1, 0, 'x86_64');
    expect(WORKLOADS).toEqual(before);
  });

  it('puts each workload at each place equally often', () => {
    const orders = Array.from({ length: 2000 }, (_, launch) => workloadOrder(WORKLOADS, 5, launch, 'x86_64'));
    // 4 degrees of freedom: 18.5 is exceeded once in a thousand.
    for (const counts of atLeastOne(places(WORKLOADS, orders))) expect(chiSquare(counts)).toBeLessThan(18.5);
  });
});
