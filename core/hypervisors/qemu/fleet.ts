/** Many QEMU microvms at once: a process each, with no more memory than the image takes. */
import { readFileSync } from 'node:fs';
import { parseElf } from '../../guest/elf.ts';
import { mappedDirtyBytes } from '../../host/memory.ts';
import { memoryRoom, usedBytes } from '../../host/memory-room.ts';
import type { Allowance, Answers, Growth, Population, Request, Stop } from '../population.ts';
import { Tally } from '../tally.ts';
import { type Accelerator, accelerators } from './accelerators.ts';
import { LeanGuest } from './lean-guest.ts';

const MIB = 2 ** 20;
/** QEMU's loader puts a page or two at the end of memory. */
const SPARE_MIB = 1;
const START_LIMIT_MS = 30_000;
const ANSWER_LIMIT_MS = 10_000;
/** What QEMU or the system says where a limit of the process or the host is reached. */
const AT_LIMIT =
  /EMFILE|ENFILE|EAGAIN|ENOMEM|Cannot allocate memory|Too many open files|Resource temporarily unavailable/;

/** No process yet. `name`: an accelerator of QEMU. `cpus`: on as many at once machines start and answer. */
export function prepareFleet(name: string, image: string, cpus: readonly number[]): Population {
  const accelerator = accelerators.find((candidate) => candidate.name === name);
  if (!accelerator) throw new Error(`QEMU has no accelerator ${name}`);
  const { segments } = parseElf(readFileSync(image));
  const end = segments.reduce((most, { address, memorySize }) => Math.max(most, address + memorySize), 0);
  return new Fleet(accelerator, image, Math.ceil(end / MIB) + SPARE_MIB, cpus);
}

class Fleet implements Population {
  readonly #accelerator: Accelerator;
  readonly #image: string;
  readonly #memoryMib: number;
  readonly #cpus: readonly number[];
  readonly #guests: LeanGuest[] = [];
  /** Those that have not said hello yet. */
  readonly #starting = new Set<LeanGuest>();
  #stopped = false;

  constructor(accelerator: Accelerator, image: string, memoryMib: number, cpus: readonly number[]) {
    this.#accelerator = accelerator;
    this.#image = image;
    this.#memoryMib = memoryMib;
    this.#cpus = cpus;
  }

  async grow(
    to: number,
    { reserveBytes, moreBytes }: Allowance,
    limitMs: number,
    live: (machines: number) => void,
  ): Promise<Growth> {
    const began = performance.now();
    const before = usedBytes();
    const had = this.#guests.length;
    let stop: Stop | null = null;
    const more = () => {
      if (stop || this.#stopped) return false;
      const coming = this.#starting.size;
      if (this.#guests.length + coming >= to) return false;
      if (performance.now() - began > limitMs) {
        stop = { reason: 'time', text: 'the time for starting machines is up' };
        return false;
      }
      // One is always tried: so little says nothing.
      if (this.#guests.length + coming === 0) return true;
      const used = usedBytes() - before;
      const started = this.#guests.length - had;
      const next = started > 0 ? (Math.max(0, used) / started) * (coming + 1) : 0;
      const room = memoryRoom();
      if (room.bytes - next < reserveBytes)
        stop = { reason: 'memory', text: `one more would not leave what is to stay free (${room.name})` };
      else if (moreBytes !== null && used + next > moreBytes)
        stop = { reason: 'memory', text: 'one more would take more memory than it was to take' };
      if (stop) return false;
      return true;
    };
    const worker = async () => {
      while (more()) {
        try {
          await this.#start();
          live(this.#guests.length);
        } catch (error) {
          const text = (error as Error).message;
          stop ??= { reason: AT_LIMIT.test(text) ? 'limit' : 'failed', text };
        }
      }
    };
    await Promise.all(this.#cpus.map(worker));
    return { machines: this.#guests.length, ms: performance.now() - began, stop };
  }

  async #start(): Promise<void> {
    const guest = new LeanGuest(this.#accelerator, this.#image, this.#memoryMib, this.#cpus);
    this.#starting.add(guest);
    try {
      await guest.hello(START_LIMIT_MS);
      this.#guests.push(guest);
    } catch (error) {
      await guest.stop();
      throw error;
    } finally {
      this.#starting.delete(guest);
    }
  }

  async ask({ entry, seed, iterations, expect }: Request): Promise<Answers> {
    const tally = new Tally({ expect });
    const began = performance.now();
    let next = 0;
    const worker = async () => {
      for (let index = next++; index < this.#guests.length; index = next++) {
        const guest = this.#guests[index] as LeanGuest;
        const asked = performance.now();
        try {
          const prepared = await guest.ask({ operation: 'prepare', name: entry, seed }, ANSWER_LIMIT_MS);
          const reply =
            prepared.status === 'ok'
              ? await guest.ask({ operation: 'run', iterations }, ANSWER_LIMIT_MS)
              : prepared;
          tally.replied(index, reply, performance.now() - asked);
        } catch (error) {
          tally.died(index, error as Error);
        }
      }
    };
    await Promise.all(this.#cpus.map(worker));
    return tally.total(performance.now() - began);
  }

  /** The guest's memory is the one mapping of QEMU's that is as large. */
  async touchedBytes(): Promise<number | null> {
    const own = this.#guests.map(({ pid }) => mappedDirtyBytes(pid, this.#memoryMib * MIB));
    return own.reduce<number | null>(
      (sum, bytes) => (sum === null || bytes === null ? null : sum + bytes),
      0,
    );
  }

  pids(): readonly number[] {
    return this.#guests.map(({ pid }) => pid);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#starting, ...this.#guests].map((guest) => guest.stop()));
  }
}
