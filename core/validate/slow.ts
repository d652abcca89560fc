/** A hypervisor made slower on purpose: what the gate must find. */
import type { Batch, Hypervisor, Machine } from '../hypervisors/hypervisor.ts';
import type { Every } from '../model/every.ts';
import { createRandom, deriveSeed, type Random } from '../stats/index.ts';

/**
 * The same driver, whose machines run `fraction` more iterations in every batch and do not count them. Where
 * that is no whole number, chance decides between the two beside it, so that it is right on average.
 */
export function slowed(hypervisor: Hypervisor, fraction: number, seed: number): Hypervisor {
  // These start machines that would not be slower.
  const { vmGroups: _, commands: __, variants: ___, ...rest } = hypervisor;
  const random = createRandom(deriveSeed(seed, 'slowed', hypervisor.id));
  return {
    ...rest,
    launch: async (host, vm) => new SlowedMachine(await hypervisor.launch(host, vm), fraction, random),
  };
}

class SlowedMachine implements Every<Machine> {
  readonly #machine: Machine;
  readonly #fraction: number;
  readonly #random: Random;
  /** The latest empty batch: a second one is no part of the slow-down. */
  #empty = { wallNs: 0, cpuNs: 0 };

  constructor(machine: Machine, fraction: number, random: Random) {
    this.#machine = machine;
    this.#fraction = fraction;
    this.#random = random;
  }

  get pid() {
    return this.#machine.pid;
  }
  get startMs() {
    return this.#machine.startMs;
  }
  get about() {
    return this.#machine.about;
  }
  get bootMs() {
    return this.#machine.bootMs;
  }
  get milestones() {
    return this.#machine.milestones;
  }
  identify() {
    return this.#machine.identify();
  }
  prepare(...args: Parameters<Machine['prepare']>) {
    return this.#machine.prepare(...args);
  }
  usage() {
    return this.#machine.usage();
  }
  stop() {
    return this.#machine.stop();
  }

  async run(iterations: number, limitMs: number): Promise<Batch> {
    const batch = await this.#machine.run(iterations, limitMs);
    if (iterations === 0) {
      this.#empty = batch;
      return batch;
    }
    const wanted = iterations * this.#fraction;
    const extra = Math.floor(wanted) + (this.#random.nextFloat() < wanted % 1 ? 1 : 0);
    if (extra === 0) return batch;
    const more = await this.#machine.run(extra, limitMs);
    return {
      ...batch,
      wallNs: batch.wallNs + more.wallNs - this.#empty.wallNs,
      cpuNs: batch.cpuNs + more.cpuNs - this.#empty.cpuNs,
      ticks: batch.ticks + more.ticks,
    };
  }
}
