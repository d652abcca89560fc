import { describe, expect, it, vi } from 'vitest';
import type { Batch, Machine } from '../../../core/hypervisors/hypervisor.ts';
import {
  batchLimitMs,
  batchSizes,
  batchTarget,
  estimateIteration,
  measureEmpty,
  sizedAlike,
} from '../../../core/measure/calibrate.ts';
import { atLeastOne } from '../../at-least-one.ts';

const MS = 1e6;
const NO_COST = { wallNs: 0, cpuNs: 0 };
const MOST = 0x7fff_ffff;

/** A machine whose n-th batch (from 0) takes `cost(n, iterations)` ns; it notes how many iterations each had. */
function scripted(cost: (batch: number, iterations: number) => number) {
  const batches: number[] = [];
  const unused = () => Promise.reject(new Error('calibration asks for nothing but batches'));
  const machine: Machine = {
    pid: 0,
    startMs: 0,
    about: '',
    bootMs: null,
    milestones: { hypervisor: null, guest: null, kernel: null, userSpace: null, ready: 0 },
    identify: unused,
    prepare: unused,
    usage: unused,
    stop: unused,
    async run(iterations): Promise<Batch> {
      const wallNs = cost(batches.length, iterations);
      batches.push(iterations);
      return { iterations, wallNs, cpuNs: wallNs / 2, beganNs: 0, beganTicks: 0, ticks: 0, checksum: '0' };
    },
  };
  return { machine, batches };
}

describe('measureEmpty', () => {
  it('is the median of several batches without iterations', async () => {
    const { machine, batches } = scripted((batch) => (batch === 0 ? 90_000 : 100 + batch));
    expect(await measureEmpty(machine)).toEqual({ wallNs: 103, cpuNs: 51.5, exits: null });
    expect(batches).toEqual([0, 0, 0, 0, 0]);
  });
});

describe('batchTarget', () => {
  it('is what the profile asks for, where the surroundings are cheap', () => {
    expect(batchTarget(10, [{ wallNs: 200, cpuNs: 100 }, NO_COST])).toBe(10 * MS);
    expect(batchTarget(10, [])).toBe(10 * MS);
  });

  it('grows no further than 12 ms for surroundings as dear as those of a Linux guest', () => {
    expect(batchTarget(6, [{ wallNs: 300_000, cpuNs: 0 }])).toBe(12 * MS);
    expect(batchTarget(40, [{ wallNs: 300_000, cpuNs: 0 }])).toBe(40 * MS);
  });

  it('grows until the dearest surroundings are half a percent of it', () => {
    const target = batchTarget(10, [
      { wallNs: 200, cpuNs: 0 },
      { wallNs: 55_000, cpuNs: 0 },
    ]);
    expect(55_000 / target).toBeCloseTo(0.005, 10);
  });
});

describe('estimateIteration', () => {
  it('finds the time of an iteration, the surroundings taken off', async () => {
    const { machine } = scripted((_, iterations) => 50_000 + 123 * iterations);
    const empty = { wallNs: 50_000, cpuNs: 0 };
    expect(await estimateIteration(machine, empty, 10 * MS, MOST)).toBeCloseTo(123, 6);
  });

  it.each([0.3, 20, 3_000, 2 * MS, 300 * MS])(
    'ends with batches of a fair size at %d ns an iteration',
    async (ns) => {
      const { machine, batches } = scripted((_, iterations) => ns * iterations);
      expect(await estimateIteration(machine, NO_COST, 10 * MS, MOST)).toBeCloseTo(ns, 6);
      const last = batches.at(-1) as number;
      expect(last * ns).toBeGreaterThanOrEqual(2.5 * MS);
      // No batch on the way took much longer than it should, unless a single iteration does.
      for (const iterations of atLeastOne(batches))
        expect(iterations * ns).toBeLessThanOrEqual(Math.max(10 * MS, ns));
      expect(batches.length).toBeLessThan(20);
    },
  );

  it('is not misled by a first batch that is dear', async () => {
    const { machine } = scripted((batch, iterations) => (batch === 0 ? 80 * MS : 0) + 1_000 * iterations);
    expect(await estimateIteration(machine, NO_COST, 10 * MS, MOST)).toBeCloseTo(1_000, 6);
  });

  // Wherever a translator finishes its work, the batch that follows must not be a hundredth of what it should be.
  it.each([1, 2, 3])('sees a translator get 100 times faster after %d batches', async (cold) => {
    const { machine } = scripted((batch, iterations) => (batch < cold ? 100_000 : 1_000) * iterations);
    const ns = await estimateIteration(machine, NO_COST, 10 * MS, MOST);
    const sizes = batchSizes(new Map([['v86', ns]]), 'v86', 10 * MS, MOST);
    expect((sizes.get('v86') as number) * 1_000).toBeGreaterThan(5 * MS);
  });

  it('sees one get faster bit by bit', async () => {
    const speed = (batch: number) => 1_000 * (1 + 99 * 0.5 ** batch);
    const { machine } = scripted((batch, iterations) => speed(batch) * iterations);
    expect(await estimateIteration(machine, NO_COST, 10 * MS, MOST)).toBeLessThan(1_300);
  });

  it('does not exceed what the working set allows', async () => {
    const { machine, batches } = scripted((_, iterations) => 10 * iterations);
    expect(await estimateIteration(machine, NO_COST, 10 * MS, 1000)).toBeCloseTo(10, 6);
    expect(Math.max(...batches)).toBe(1000);
  });

  it('ends on a machine that never agrees with itself', async () => {
    const wild = scripted((batch, iterations) => (batch % 2 ? 5_000 : 20_000) * iterations);
    expect(await estimateIteration(wild.machine, NO_COST, 10 * MS, MOST)).toBeGreaterThan(0);
    expect(wild.batches.length).toBeLessThan(200);
  });

  it.each([0, 300 * MS])(
    'does not believe one that takes no time at all (warm-up: %d ns)',
    async (warmUpNs) => {
      const timeless = scripted(() => 0);
      const estimate = estimateIteration(
        timeless.machine,
        { wallNs: 100, cpuNs: 0 },
        10 * MS,
        MOST,
        warmUpNs,
      );
      await expect(estimate).rejects.toThrow(
        /^implausible answer from the machine: \d+ iterations took no longer than none$/,
      );
      expect(timeless.batches.length).toBeLessThan(50);
    },
  );

  // It has few iterations, and so tells nothing by their number; summing up its times would never come to an end.
  it('ends on one that takes no time over as much as the working set allows', async () => {
    const timeless = scripted(() => 0);
    const ns = await estimateIteration(timeless.machine, NO_COST, 10 * MS, 1000, 300 * MS);
    expect(ns).toBeGreaterThan(0);
    expect(timeless.batches.length).toBeLessThan(3000);
  });

  it('ends on one that answers much later than it says', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    try {
      const slow = scripted(() => {
        vi.advanceTimersByTime(5_000);
        return 1_000;
      });
      expect(await estimateIteration(slow.machine, NO_COST, 10 * MS, 1000, 300 * MS)).toBeGreaterThan(0);
      expect(slow.batches.length).toBeLessThan(10);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('sizedAlike', () => {
  const alike = (sizes: Record<string, number>, ...compared: string[]) =>
    Object.fromEntries(sizedAlike(new Map(Object.entries(sizes)), compared));

  it('gives both the larger size, and others theirs', () => {
    expect(alike({ native: 400, old: 100, new: 50, v86: 50 }, 'old', 'new')).toEqual({
      ...{ native: 400, old: 100, new: 100, v86: 50 },
    });
    expect(alike({ native: 400, old: 25, new: 100 }, 'old', 'new')).toEqual({
      native: 400,
      old: 100,
      new: 100,
    });
  });

  it('leaves machines that are far apart theirs', () => {
    expect(alike({ native: 400, old: 200, new: 25 }, 'old', 'new')).toEqual({
      native: 400,
      old: 200,
      new: 25,
    });
  });

  it('changes nothing where one of them, or nobody, is to be compared', () => {
    expect(alike({ native: 400, old: 100 }, 'old', 'new')).toEqual({ native: 400, old: 100 });
    expect(alike({ native: 400, old: 100 })).toEqual({ native: 400, old: 100 });
  });
});

describe('batchSizes', () => {
  const sizes = (ns: Record<string, number>, target = 10 * MS, most = MOST) =>
    Object.fromEntries(batchSizes(new Map(Object.entries(ns)), 'native', target, most));

  it('lets machines within a factor of two of native do the very same work', () => {
    expect(sizes({ native: 100, control: 101, kvm: 199, fast: 40 })).toEqual({
      native: 100_000,
      control: 100_000,
      kvm: 100_000,
      fast: 100_000,
    });
  });

  it('halves it for each factor of two that a machine is slower', () => {
    expect(sizes({ native: 100, two: 200, three: 399, four: 400, hundred: 10_000 })).toEqual({
      native: 100_000,
      two: 50_000,
      three: 50_000,
      four: 25_000,
      hundred: Math.round(100_000 / 64),
    });
  });

  it('holds at least one iteration, and no more than the working set allows', () => {
    expect(sizes({ native: 60 * MS, slow: 6000 * MS })).toEqual({ native: 1, slow: 1 });
    expect(sizes({ native: 1, slow: 4 }, 10 * MS, 16_384)).toEqual({ native: 16_384, slow: 4096 });
  });
});

describe('batchLimitMs', () => {
  it('leaves a batch many times what it should take, and time to be slow', () => {
    expect(batchLimitMs(10 * MS)).toBeGreaterThanOrEqual(1_000);
    expect(batchLimitMs(1e9)).toBeGreaterThanOrEqual(10_000);
  });
});
