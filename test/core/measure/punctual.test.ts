import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Batch, type Machine, MachineError } from '../../../core/hypervisors/hypervisor.ts';
import { punctual } from '../../../core/measure/punctual.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

/** Its batches take `wallMs` by its marks, and are answered after `passedMs`. */
class Scripted {
  readonly #pid = 7;
  asked = 0;
  constructor(
    readonly wallMs: number,
    readonly passedMs: number,
  ) {}
  get pid(): number {
    return this.#pid;
  }
  async identify(): Promise<number> {
    return this.#pid;
  }
  async run(iterations: number): Promise<Batch> {
    this.asked++;
    vi.advanceTimersByTime(this.passedMs);
    const wallNs = this.wallMs * 1e6;
    return { iterations, wallNs, cpuNs: 0, beganNs: 0, beganTicks: 0, ticks: 0, checksum: '0' };
  }
}

const runs = async (machine: Machine, count: number) => {
  for (let i = 0; i < count; i++) await machine.run(1, 1000);
};

test('a machine that tells most of the time that passes is the machine that it is', async () => {
  const scripted = new Scripted(2, 4);
  const machine = punctual(scripted as unknown as Machine);
  await runs(machine, 20_000);
  expect(scripted.asked).toBe(20_000);
  expect(machine.pid).toBe(7);
  expect(await machine.identify()).toBe(7);
});

test('one whose batches are short, and asked for quickly, may be late by many times', async () => {
  await runs(punctual(new Scripted(0.0002, 1) as unknown as Machine), 15_000);
});

test('one that answers long after what its marks tell is not asked for ever', async () => {
  const scripted = new Scripted(0.001, 4000);
  const runsLong = runs(punctual(scripted as unknown as Machine), 1000);
  await expect(runsLong).rejects.toBeInstanceOf(MachineError);
  await expect(runsLong).rejects.toThrow(
    /^implausible answer from the machine: its batches took 0\.\d{3} s by its marks, and the host waited 24 s for them$/,
  );
  expect(scripted.asked).toBe(6);
});
