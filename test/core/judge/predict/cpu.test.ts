import { describe, expect, it } from 'vitest';
import { clockOf, measuredCpu, published } from '../../../../core/judge/predict/cpu.ts';
import { CPU_COSTS, type CpuCosts } from '../../../../core/judge/predict/unit-costs.ts';
import { stored } from '../exits/example.ts';

const cost = (cycles: number) => ({ cycles, what: 'a round trip', source: 'somebody' });
const costs: CpuCosts = {
  ...{ id: 'x', cpu: 'X', year: 2006, ghz: { value: 2, source: 'a box' }, any: cost(1000) },
  byReason: { io: cost(5000) },
};

describe('published', () => {
  it("turns cycles into time by the CPU's own clock, or by another", () => {
    const own = published(costs, 4, 'own');
    expect([own.ns('io', 'i386'), own.ns('mmio', 'x86_64')]).toEqual([2500, 500]);
    expect(published(costs, 4, 'host').ns('mmio', 'x86_64')).toBe(250);
  });

  it("takes this computer's clock where the source names no CPU, and has no price without any", () => {
    const unknown: CpuCosts = { ...costs, ghz: null };
    expect(published(unknown, 4, 'own').ns('io', 'x86_64')).toBe(1250);
    expect(published(unknown, null, 'own').ns('io', 'x86_64')).toBeNull();
  });

  it('has a price for other reasons only if the source has one', () => {
    const { any: _, ...some } = costs;
    expect(published(some, null, 'own').ns('mmio', 'x86_64')).toBeNull();
    expect(published(some, null, 'own').ns('constructor', 'x86_64')).toBeNull();
  });
});

describe('CPU_COSTS', () => {
  it('has names of their own, years, positive costs, and a source for each', () => {
    expect(new Set(CPU_COSTS.map(({ id }) => id)).size).toBe(CPU_COSTS.length);
    const all = CPU_COSTS.flatMap(({ any, byReason }) => [
      ...(any ? [any] : []),
      ...Object.values(byReason ?? {}),
    ]);
    expect(all.filter(({ cycles, source, what }) => !(cycles > 0) || source === '' || what === '')).toEqual(
      [],
    );
    expect(CPU_COSTS.filter(({ any, byReason }) => !any && !byReason)).toEqual([]);
    expect(CPU_COSTS.filter(({ year }) => year < 2005 || year > 2026)).toEqual([]);
  });

  it('knows hardware of the first generation, before nested paging', () => {
    const first = CPU_COSTS.filter(({ firstGeneration }) => firstGeneration);
    expect(first.length).toBeGreaterThan(0);
    expect(first.every(({ year }) => year <= 2006)).toBe(true);
  });
});

describe('measuredCpu', () => {
  it('takes what operations cost where they were measured, less the loop, and of a page fault the native one', () => {
    const result = stored('measured');
    const ns = (operation: string, hypervisor: string) =>
      result.operations.find((one) => one.operation === operation && one.hypervisor === hypervisor)
        ?.nsPerOperation?.estimate ?? Number.NaN;
    const net = (operation: string, hypervisor: string) => ns(operation, hypervisor) - ns('loop', hypervisor);
    const cpu = measuredCpu(result, 'kvm', 'here');
    expect(cpu?.ns('page-fault', 'x86_64')).toBeCloseTo(
      net('fresh-page', 'kvm') - net('fresh-page', 'native'),
      6,
    );
    expect(cpu?.ns('io', 'x86_64')).toBeCloseTo(net('out', 'kvm'), 6);
    expect(cpu?.ns('other', 'x86_64')).toBeCloseTo(net('cpuid', 'kvm'), 6);
    expect(cpu?.ns('mmio', 'x86_64')).toBeNull();
    expect(cpu?.ns('other', 'i386')).toBeNull();
  });

  it('takes no time of an emulated CPU, and none of a guest without operations', () => {
    expect(measuredCpu(stored('shadow'), 'kvm', 'there')).toBeNull();
    expect(measuredCpu(stored('measured'), 'qemu-tcg', 'here')).toBeNull();
  });
});

it('the clock is that of native batches', () => {
  expect(clockOf(stored('measured'))).toBeCloseTo(2.596, 3);
  expect(clockOf({ launches: [] })).toBeNull();
});
