/** Machines that answer much later than their own marks tell: no limit on a single batch bounds what they cost. */
import { type Batch, type Machine, MachineError } from '../hypervisors/hypervisor.ts';

/** What may pass without being told, ms; and however long that is, up to so many times of what was told. */
const MOST_UNTOLD_MS = 20_000;
const MOST_TIMES = 100;

/**
 * The same machine, whose `run` throws MachineError once too much has passed, on the tool's own clock, between questions
 * and answers that the times of its batches do not tell. For machines that run one at a time: where they wait for one
 * another nothing can be said.
 */
export function punctual(machine: Machine): Machine {
  let passedMs = 0;
  let toldMs = 0;
  const run = async (iterations: number, limitMs: number): Promise<Batch> => {
    const began = performance.now();
    const batch = await machine.run(iterations, limitMs);
    passedMs += performance.now() - began;
    toldMs += batch.wallNs / 1e6;
    const untoldMs = passedMs - toldMs;
    if (untoldMs > MOST_UNTOLD_MS && untoldMs > toldMs * MOST_TIMES)
      throw new MachineError(
        `implausible answer from the machine: its batches took ${(toldMs / 1000).toFixed(3)} s by its marks, and the host waited ${(passedMs / 1000).toFixed(0)} s for them`,
      );
    return batch;
  };
  return new Proxy(machine, {
    get(target, key) {
      if (key === 'run') return run;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
