import type { Host } from '../../../core/host/host.ts';
import type { VmSpec } from '../../../core/hypervisors/vm-spec.ts';
/**
 * Single operations over machines made for the purpose: what a real hypervisor cannot be made to do on demand. Real ones
 * are in test/cli/operations.test.ts and test/suites/privileged.test.ts.
 */

import { describe, expect, it } from 'vitest';
import type { GuestImages } from '../../../core/guest/build.ts';
import { localHost } from '../../../core/host/local.ts';
import {
  type Availability,
  type Hypervisor,
  type Machine,
  MachineError,
  Refusal,
} from '../../../core/hypervisors/hypervisor.ts';
import type { MeasureEvent } from '../../../core/measure/events.ts';
import { measureOperations } from '../../../core/measure/operations.ts';
import type { JournalEntry } from '../../../core/results/journal.ts';
import { makePlan } from '../../../core/run/make-plan.ts';
import type { Plan } from '../../../core/run/plan.ts';
import { select } from '../../../core/run/selection.ts';
import { suites } from '../../../suites/index.ts';
import { atLeastOne } from '../../at-least-one.ts';

const NAMES = ['cpuid', 'in', 'out', 'rdmsr'];
const CPUS = { benchCpu: 1, toolCpus: [0], cpuChosen: false };
const CACHES = { l1d: 32 * 1024, l2: 512 * 1024, llc: 32 * 1024 * 1024 };

const images: GuestImages = {
  image: (isa, runtime) => ({ isa, runtime, path: runtime, folder: '.' }),
  imageDigest: (_, runtime) => `digest of ${runtime}`,
  digest: () => '',
};

/** What a machine does in one of its lives, and what is seen of it. */
interface Behaviour {
  /** Called before each batch; throws what befalls the machine. */
  readonly onRun?: (operation: string, iterations: number, life: number) => void;
  readonly onPrepare?: (operation: string, life: number) => void;
  readonly onLaunch?: (life: number) => void;
  /** Nanoseconds of one operation; 1 ms where left out. */
  readonly ns?: number;
  /** Nanoseconds of an empty batch; 1 µs where left out. */
  readonly emptyNs?: number;
  readonly assisted?: boolean;
}

class Fake implements Hypervisor {
  readonly id: string;
  readonly runtimes = { bare: 'bare', linux: null } as const;
  readonly scratch = { mmio: 0xabc };
  readonly images: string[] = [];
  readonly prepared: string[] = [];
  readonly batches: number[] = [];
  lives = 0;
  alive = 0;
  readonly #behaviour: Behaviour;

  constructor(id: string, behaviour: Behaviour = {}) {
    this.id = id;
    this.#behaviour = behaviour;
  }

  async probe(): Promise<Availability> {
    const { id } = this;
    return {
      ...{ id, title: id, paging: null, version: null, isas: ['x86_64'], onRequest: [], available: true },
      ...{ technique: 'direct-execution', features: [], evidence: [], notes: [] },
      mode: this.#behaviour.assisted ? 'hardware-assisted' : 'hosted',
      linux: { isas: [], lacks: {} },
    };
  }

  async launch(_host: Host, { image }: VmSpec): Promise<Machine> {
    const life = ++this.lives;
    this.images.push(image.path);
    this.#behaviour.onLaunch?.(life);
    this.alive++;
    let operation = '';
    let stopped = false;
    return {
      pid: 1,
      startMs: 1,
      about: '',
      bootMs: null,
      milestones: { hypervisor: null, guest: null, kernel: null, userSpace: null, ready: 0 },
      identify: async () => ({ vendor: '', hypervisorBit: true, signatures: [] }),
      usage: async () => ({ cpuNs: 0, peakResidentBytes: 0, largePageBytes: null }),
      prepare: async ({ name }) => {
        operation = name.replace('privileged/', '');
        this.prepared.push(`${operation} ${life}`);
        this.#behaviour.onPrepare?.(operation, life);
      },
      run: async (iterations) => {
        if (stopped) throw new MachineError('it was stopped');
        this.#behaviour.onRun?.(operation, iterations, life);
        this.batches.push(iterations);
        const wallNs = (this.#behaviour.emptyNs ?? 1000) + iterations * (this.#behaviour.ns ?? 1e6);
        return {
          iterations,
          wallNs,
          cpuNs: wallNs,
          beganNs: 0,
          beganTicks: 0,
          ticks: 2 * wallNs,
          checksum: '0',
        };
      },
      stop: async () => {
        if (!stopped) this.alive--;
        stopped = true;
      },
    };
  }

  async verify(): Promise<string[]> {
    return ['seen'];
  }
}

async function planFor(machines: readonly Fake[], workloads = NAMES, seed = 7): Promise<Plan> {
  const all = [new Fake('native'), ...machines];
  const selection = select(
    { suites: ['privileged'], workloads, isas: ['x86_64'], seed, profile: 'quick' },
    suites,
    all,
  );
  const availabilities = await Promise.all(all.map((one) => one.probe()));
  return makePlan(selection, availabilities, images, {}, CACHES, CPUS);
}

interface Options {
  readonly earlier?: readonly JournalEntry[];
  readonly until?: number;
  readonly emulated?: boolean;
  readonly abortAt?: (entry: JournalEntry) => boolean;
}

async function measure(
  plan: Plan,
  { earlier = [], until = Infinity, emulated = false, abortAt }: Options = {},
) {
  const entries: JournalEntry[] = [];
  const events: MeasureEvent[] = [];
  const controller = new AbortController();
  await measureOperations({
    emulated,
    plan,
    host: localHost,
    earlier,
    until,
    append: (entry) => {
      entries.push(entry);
      if (abortAt?.(entry)) controller.abort();
    },
    listen: (event) => void events.push(event),
    signal: controller.signal,
  });
  const of = (id: string) =>
    entries.flatMap((entry) =>
      entry.type === 'operation' && entry.hypervisor === id ? [`${entry.operation} ${entry.launch}`] : [],
    );
  const given = entries.filter((entry) => entry.type === 'no-operation');
  return { entries, events, of, given };
}

const everything = [0, 1, 2].flatMap((launch) => NAMES.map((name) => `${name} ${launch}`)).sort();

describe('measureOperations', () => {
  it('measures each operation in each launch, in an image for operations, in an order of its seed', async () => {
    const guest = new Fake('guest');
    const { of, entries, events } = await measure(await planFor([guest]));
    expect(of('guest').toSorted()).toEqual(everything);
    // A process may do one of the four.
    expect(of('native')).toEqual(['cpuid 0', 'cpuid 1', 'cpuid 2']);
    expect(guest.images).toEqual(['kernel', 'kernel', 'kernel']);
    expect(guest.alive).toBe(0);
    expect(entries.filter(({ type }) => type === 'evidence')).toHaveLength(2);
    expect(events.filter(({ type }) => type === 'operations')).toHaveLength(6);

    const again = await measure(await planFor([new Fake('guest')]));
    expect(again.of('guest')).toEqual(of('guest'));
    const other = await measure(await planFor([new Fake('guest')], NAMES, 8));
    expect(other.of('guest')).not.toEqual(of('guest'));
  });

  it('lets a batch grow until it lasts 8 ms, and repeats it five times', async () => {
    const guest = new Fake('guest', { ns: 100 });
    const { entries } = await measure(await planFor([guest], ['cpuid']));
    const [sample] = entries.filter((entry) => entry.type === 'operation' && entry.hypervisor === 'guest');
    if (sample?.type !== 'operation') throw new Error('there is no sample');
    expect(sample.iterations * 100).toBeGreaterThanOrEqual(8e6);
    expect(sample.iterations * 100).toBeLessThan(2 * 16e6);
    expect(Math.log2(sample.iterations) % 1).toBe(0);
    expect(sample.wallNs).toEqual(Array(5).fill(1000 + sample.iterations * 100));
    expect(sample.emptyWallNs).toBe(1000);
    // No batch is more than sixteen times the one before: a hang is told from a long batch by that.
    const life = guest.batches.slice(3, guest.batches.indexOf(sample.iterations) + 1);
    for (const [index, size] of atLeastOne(life.entries()))
      expect(size / (life[index - 1] ?? size)).toBeLessThanOrEqual(16);
  });

  it('does not let a batch grow without end, nor beyond what fits', async () => {
    const endless = new Fake('guest', { ns: 0.002 });
    await measure(await planFor([endless], ['cpuid']));
    expect(Math.max(...endless.batches)).toBe(2 ** 30);
    const bounded = new Fake('guest', { ns: 0 });
    await measure(await planFor([bounded], ['fresh-page']));
    expect(Math.max(...bounded.batches)).toBe(16384);
  });

  it('believes no machine whose operations take no time at all', async () => {
    const timeless = new Fake('guest', { ns: 0 });
    const { entries } = await measure(await planFor([timeless], ['cpuid']));
    expect(entries.filter((one) => one.type === 'operation' && one.hypervisor === 'guest')).toEqual([]);
    expect(entries.find(({ type }) => type === 'no-operation')).toMatchObject({
      status: 'unavailable',
      error: expect.stringMatching(
        /^implausible answer from the machine: \d+ iterations took no longer than none$/,
      ),
    });
  });

  it('loses with a machine that dies the one operation: the rest goes on in a fresh one', async () => {
    const guest = new Fake('guest', {
      onRun: (operation, iterations) => {
        if (operation === 'in' && iterations > 0) throw new MachineError('it triple-faulted');
      },
    });
    const { of, given, entries } = await measure(await planFor([guest]));
    expect(of('guest').toSorted()).toEqual(everything.filter((name) => !name.startsWith('in ')));
    expect(given).toMatchObject([
      { hypervisor: 'guest', operation: 'in', launch: 0, status: 'unavailable', error: 'it triple-faulted' },
    ]);
    // Once for each launch, and once more for the death.
    expect(guest.lives).toBeLessThanOrEqual(4);
    expect(guest.alive).toBe(0);
    expect(entries.filter(({ type }) => type === 'failure')).toEqual([]);
  });

  it('has batches outlast an empty one that is long, since that may be all noise', async () => {
    const slow = new Fake('guest', { ns: 1e6, emptyNs: 20e6 });
    const { entries } = await measure(await planFor([slow], ['cpuid']));
    const iterations = entries.flatMap((one) =>
      one.type === 'operation' && one.hypervisor === 'guest' ? [one.iterations] : [],
    );
    // 80 ms of it in steps of powers of two, where 8 would do beside an empty batch of no time.
    expect(new Set(iterations)).toEqual(new Set([128]));
  });

  it.each([
    [true, true, 'unavailable', /^no answer; QEMU’s emulation of AMD-V may let the interrupt in/],
    [true, false, 'failed', /^no answer$/],
    [false, true, 'failed', /^no answer$/],
  ] as const)(
    'takes what an emulator may spoil for its fault, if there is one (%j) with hardware assist (%j): %s',
    async (emulated, assisted, status, error) => {
      const guest = new Fake('guest', {
        assisted,
        onRun: (_, iterations, life) => {
          if (life > 1 && iterations > 0) throw new MachineError('no answer');
        },
      });
      const { given } = await measure(await planFor([guest], ['hlt']), { emulated });
      expect(given).toMatchObject([{ launch: 1, status, error: expect.stringMatching(error) }]);
    },
  );

  it('keeps a machine that refuses, and does not ask it again', async () => {
    const guest = new Fake('guest', {
      onPrepare: (operation) => {
        if (operation === 'out') throw new Refusal('it has none');
      },
    });
    const { given, of } = await measure(await planFor([guest]));
    expect(given).toMatchObject([{ operation: 'out', status: 'unavailable', error: 'it has none' }]);
    expect(guest.prepared.filter((name) => name.startsWith('out '))).toHaveLength(1);
    expect(guest.lives).toBe(3);
    expect(of('guest')).toHaveLength(9);
  });

  it('calls failed what was measured before', async () => {
    const guest = new Fake('guest', {
      onRun: (operation, _, life) => {
        if (operation === 'rdmsr' && life === 2) throw new MachineError('it hung');
      },
    });
    const { given, of } = await measure(await planFor([guest]));
    expect(given).toMatchObject([{ operation: 'rdmsr', launch: 1, status: 'failed', error: 'it hung' }]);
    expect(of('guest').filter((name) => name.startsWith('rdmsr'))).toEqual(['rdmsr 0']);
  });

  it('reports a machine that cannot start, and measures the others', async () => {
    const broken = new Fake('broken', {
      onLaunch: () => {
        throw new MachineError('no such device');
      },
    });
    const { entries, events, of } = await measure(await planFor([broken, new Fake('guest')]));
    const failures = entries.filter(({ type }) => type === 'failure');
    expect(failures).toMatchObject([{ hypervisor: 'broken', workload: null, error: 'no such device' }]);
    expect(events.filter(({ type }) => type === 'failure')).toHaveLength(1);
    expect(broken.lives).toBe(1);
    expect(of('guest')).toHaveLength(12);
  });

  it('makes two launches however little time there is', async () => {
    const { of } = await measure(await planFor([new Fake('guest')]), { until: 0 });
    expect(of('guest').toSorted()).toEqual(everything.filter((name) => !name.endsWith('2')));
  });

  it('goes on where it was interrupted, and leaves no machine', async () => {
    const first = new Fake('guest');
    let seen = 0;
    const cut = await measure(await planFor([first]), {
      abortAt: ({ type }) => type === 'operation' && ++seen === 5,
    });
    expect(first.alive).toBe(0);
    expect([...cut.of('guest'), ...cut.of('native')]).toHaveLength(5);
    const rest = await measure(await planFor([new Fake('guest')]), { earlier: cut.entries });
    expect([...cut.of('guest'), ...rest.of('guest')].toSorted()).toEqual(everything);
    expect([...cut.of('native'), ...rest.of('native')]).toHaveLength(3);
  });

  it('remembers what could not be done', async () => {
    const behaviour: Behaviour = {
      onPrepare: (operation) => {
        if (operation === 'out') throw new Refusal('it has none');
      },
    };
    const { entries } = await measure(await planFor([new Fake('guest', behaviour)]));
    const again = new Fake('guest', behaviour);
    const second = await measure(await planFor([again]), { earlier: entries });
    expect(second.entries).toEqual([]);
    expect(again.lives).toBe(0);
  });
});
