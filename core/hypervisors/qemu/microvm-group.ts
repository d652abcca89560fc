/** Many QEMU microvms at once: a process each, with no more memory than the image takes. */

import { readFileSync } from 'node:fs';
import { parseElf } from '../../guest/elf.ts';
import type { Host } from '../../host/host.ts';
import { mappedDirtyBytes } from '../../host/memory.ts';
import { memoryHeadroom, usedBytes } from '../../host/memory-headroom.ts';
import { ResponseSummarizer } from '../response-summary.ts';
import type { Growth, GrowthStop, MemoryBudget, Request, ResponseSummary, VmGroup } from '../vm-group.ts';
import type { VmGroupSpec } from '../vm-spec.ts';
import { accelerators } from './accelerators.ts';
import { OWN, type QemuBuild } from './build.ts';
import { LeanGuest } from './lean-guest.ts';

const MIB = 2 ** 20;
/** QEMU's loader puts a page or two at the end of memory. */
const SPARE_MIB = 1;
const START_LIMIT_MS = 30_000;
const ANSWER_LIMIT_MS = 10_000;
/** What QEMU or the system says where a limit of the process or the host is reached. */
const AT_LIMIT =
  /EMFILE|ENFILE|EAGAIN|ENOMEM|Cannot allocate memory|Too many open files|Resource temporarily unavailable/;

/** No process yet. `qemu`: the path of the program; `name`: one of its accelerators. */
export function prepareMicrovmGroup(
  host: Host,
  qemu: string,
  name: string,
  { image, cpus }: Pick<VmGroupSpec, 'image' | 'cpus'>,
  build: QemuBuild = OWN,
): VmGroup {
  const accelerator = accelerators.find((candidate) => candidate.name === name);
  if (!accelerator) throw new Error(`QEMU has no accelerator ${name}`);
  const { segments } = parseElf(readFileSync(image.path));
  const end = segments.reduce((most, { address, memorySize }) => Math.max(most, address + memorySize), 0);
  const memoryMib = Math.ceil(end / MIB) + SPARE_MIB;
  const start = () => new LeanGuest(qemu, accelerator, image.path, memoryMib, cpus, build);
  return new MicrovmGroup(host, start, memoryMib, cpus);
}

class MicrovmGroup implements VmGroup {
  readonly #host: Host;
  readonly #startGuest: () => LeanGuest;
  readonly #memoryMib: number;
  readonly #cpus: readonly number[];
  readonly #guests: LeanGuest[] = [];
  /** Those that have not said hello yet. */
  readonly #starting = new Set<LeanGuest>();
  /** What the host used before the very first grow, bytes. */
  #usedBefore: number | null = null;
  /** What one machine takes of it, bytes; null until machines were looked at while none was starting. */
  #eachBytes: number | null = null;
  #stopped = false;

  constructor(host: Host, startGuest: () => LeanGuest, memoryMib: number, cpus: readonly number[]) {
    this.#host = host;
    this.#startGuest = startGuest;
    this.#memoryMib = memoryMib;
    this.#cpus = cpus;
  }

  async grow(
    to: number,
    { reserveBytes, moreBytes }: MemoryBudget,
    limitMs: number,
    live: (machines: number) => void,
  ): Promise<Growth> {
    const began = performance.now();
    const before = usedBytes(this.#host);
    this.#usedBefore ??= before;
    let stop: GrowthStop | null = null;
    /** Each ends when its machine has said hello or has failed. */
    const attempts = new Set<Promise<void>>();
    const next = (): 'start' | 'wait' | 'stop' => {
      if (stop || this.#stopped) return 'stop';
      const coming = this.#starting.size;
      if (this.#guests.length + coming >= to) return 'stop';
      if (performance.now() - began > limitMs) {
        stop = { reason: 'time', text: 'the time for starting machines ran out' };
        return 'stop';
      }
      // One is always tried: so little says nothing.
      if (this.#guests.length + coming === 0) return 'start';
      const lack = this.#lackOfMemory(usedBytes(this.#host) - before, reserveBytes, moreBytes);
      if (lack === null) return 'start';
      // What the machines that are starting have taken so far counts twice: once they have started it is known.
      if (coming > 0) return 'wait';
      stop = { reason: 'memory', text: lack };
      return 'stop';
    };
    const attempt = async () => {
      try {
        await this.#start();
        live(this.#guests.length);
      } catch (error) {
        const text = (error as Error).message;
        stop ??= { reason: AT_LIMIT.test(text) ? 'limit' : 'failed', text };
      }
    };
    const worker = async () => {
      for (let what = next(); what !== 'stop'; what = next()) {
        if (what === 'wait') await Promise.race(attempts);
        else {
          const own = attempt().finally(() => attempts.delete(own));
          attempts.add(own);
          await own;
        }
      }
    };
    await Promise.all(this.#cpus.map(worker));
    return { machines: this.#guests.length, ms: performance.now() - began, stop };
  }

  /** Why one machine more would be too much; null where it is not. `used`: since this grow began, bytes. */
  #lackOfMemory(used: number, reserveBytes: number, moreBytes: number | null): string | null {
    const coming = this.#starting.size;
    if (coming === 0)
      this.#eachBytes = Math.max(0, usedBytes(this.#host) - (this.#usedBefore ?? 0)) / this.#guests.length;
    // Until it is known what one takes, there is no telling.
    const more = this.#eachBytes === null ? Number.POSITIVE_INFINITY : this.#eachBytes * (coming + 1);
    const headroom = memoryHeadroom(this.#host);
    if (headroom.bytes - more < reserveBytes)
      return `one more would use the memory that must stay free (${headroom.name})`;
    if (moreBytes !== null && used + more > moreBytes) return 'one more would exceed its memory';
    return null;
  }

  async #start(): Promise<void> {
    const guest = this.#startGuest();
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

  async ask({ entry, seed, iterations, expect }: Request): Promise<ResponseSummary> {
    const responses = new ResponseSummarizer({ expect });
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
          responses.replied(index, reply, performance.now() - asked);
        } catch (error) {
          responses.died(index, error as Error);
        }
      }
    };
    await Promise.all(this.#cpus.map(worker));
    return responses.summary(performance.now() - began);
  }

  /** The guest's memory is the one mapping of QEMU's that is as large. */
  async touchedBytes(): Promise<number | null> {
    const own = this.#guests.map(({ pid }) => mappedDirtyBytes(pid, this.#memoryMib * MIB, this.#host));
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
