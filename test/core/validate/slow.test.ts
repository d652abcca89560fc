import { describe, expect, test } from 'vitest';
import type { Batch, Hypervisor, Machine } from '../../../core/hypervisors/hypervisor.ts';
import { slowed } from '../../../core/validate/slow.ts';

const NS = 100;
const EMPTY = 700;

/** A machine whose every iteration takes 100 ns beside 700 ns for the batch itself. */
function driver(asked: number[]): Hypervisor {
  const machine: Partial<Machine> = {
    pid: 42,
    startMs: 3,
    run: async (iterations: number): Promise<Batch> => {
      asked.push(iterations);
      const wallNs = EMPTY + NS * iterations;
      return {
        iterations,
        wallNs,
        cpuNs: 2 * wallNs,
        beganNs: 5,
        beganTicks: 6,
        ticks: 3 * wallNs,
        checksum: `${iterations}`,
      };
    },
    prepare: async (_, limitMs) => {
      asked.push(limitMs ?? 0);
    },
    stop: async () => {
      asked.push(-1);
    },
  };
  return { id: 'fake', launch: async () => machine as Machine } as Partial<Hypervisor> as Hypervisor;
}

const launch = async (fraction: number, seed = 1) => {
  const asked: number[] = [];
  const machine = await slowed(driver(asked), fraction, seed).launch({} as never, {} as never);
  return { asked, machine };
};

describe('a slowed machine', () => {
  test('runs more iterations, counts only those asked for, and takes one empty batch', async () => {
    const { asked, machine } = await launch(0.05);
    await machine.run(0, 1000);
    const batch = await machine.run(1000, 1000);
    expect(asked).toEqual([0, 1000, 50]);
    expect(batch).toMatchObject({ iterations: 1000, checksum: '1000', beganNs: 5, beganTicks: 6 });
    expect(batch.wallNs).toBe(EMPTY + NS * 1050);
    expect(batch.cpuNs).toBe(2 * (EMPTY + NS * 1050));
    // What is left once the empty batch is subtracted is exactly 5 % more.
    expect((batch.wallNs - EMPTY) / (1000 * NS)).toBeCloseTo(1.05, 12);
  });

  test('an empty batch stays empty', async () => {
    const { asked, machine } = await launch(0.5);
    expect((await machine.run(0, 1000)).wallNs).toBe(EMPTY);
    expect(asked).toEqual([0]);
  });

  test.each([
    [7, 0.05],
    [33, 0.03],
    [1, 0.1],
    [15, 0.1],
  ])('of %i iterations, %f more on average', async (iterations, fraction) => {
    const { machine } = await launch(fraction);
    await machine.run(0, 1000);
    const batches = 4000;
    let sum = 0;
    for (let index = 0; index < batches; index++) sum += (await machine.run(iterations, 1000)).wallNs - EMPTY;
    const extra = sum / NS / batches - iterations;
    // Six standard deviations of a coin that decides between two neighbours.
    expect(Math.abs(extra - iterations * fraction)).toBeLessThan(6 * Math.sqrt(0.25 / batches));
  });

  test('chance is seeded', async () => {
    const asked = async (seed: number) => {
      const { asked, machine } = await launch(0.05, seed);
      for (let index = 0; index < 50; index++) await machine.run(10, 1000);
      return asked;
    };
    expect(await asked(1)).toEqual(await asked(1));
    expect(await asked(1)).not.toEqual(await asked(2));
  });

  test('never becomes faster: an extra batch shorter than the empty one adds nothing', async () => {
    const asked: number[] = [];
    const real = driver(asked);
    const machine = await slowed(real, 0.05, 1).launch({} as never, {} as never);
    await machine.run(0, 1000);
    for (let index = 0; index < 20; index++)
      expect((await machine.run(3, 1000)).wallNs).toBeGreaterThanOrEqual(EMPTY + 3 * NS);
  });

  test('everything else is the machine’s own', async () => {
    const { asked, machine } = await launch(0.05);
    expect([machine.pid, machine.startMs]).toEqual([42, 3]);
    await machine.prepare({ name: 'x/y', seed: 1, argument: 0 }, 5000);
    await machine.stop();
    expect(asked).toEqual([5000, -1]);
  });

  test('so is the driver, but for what starts machines another way', () => {
    const whole = { ...driver([]), ...{ offers: {}, scratch: { mmio: 1 }, elsewhere: {}, ownKernel: true } };
    const ways = { vmGroups: {}, commands: {}, variants: {} };
    const { launch: _, ...rest } = whole;
    const made = slowed({ ...whole, ...ways } as unknown as Hypervisor, 0.05, 1);
    expect(made).toEqual({ ...rest, launch: expect.any(Function) });
  });
});
