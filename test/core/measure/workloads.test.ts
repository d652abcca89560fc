import { randomUUID } from 'node:crypto';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Config } from '../../../core/config/config.ts';
import type { Profile } from '../../../core/config/profiles.ts';
import { buildImages, type GuestImages } from '../../../core/guest/build.ts';
import { pickCpus } from '../../../core/host/affinity.ts';
import { TYPICAL_CACHES } from '../../../core/host/caches.ts';
import { localHost } from '../../../core/host/local.ts';
import { probeHost } from '../../../core/host/probe.ts';
import { MachineError } from '../../../core/hypervisors/hypervisor.ts';
import { hypervisors } from '../../../core/hypervisors/registry.ts';
import type { Course, RunProgress } from '../../../core/measure/course.ts';
import type { MeasureEvent } from '../../../core/measure/events.ts';
import { LaunchMachines } from '../../../core/measure/launch-machines.ts';
import { machineOrder, preparationOrder } from '../../../core/measure/schedule.ts';
import { measureWorkloads } from '../../../core/measure/workloads.ts';
import type { JournalEntry, Sample } from '../../../core/results/journal.ts';
import { makePlan } from '../../../core/run/make-plan.ts';
import type { Plan } from '../../../core/run/plan.ts';
import { select } from '../../../core/run/selection.ts';
import { slowed } from '../../../core/validate/slow.ts';
import { suites } from '../../../suites/index.ts';
import { atLeastOne } from '../../at-least-one.ts';
import { qemuIsUsable } from '../../qemu.ts';
import { requireOrSkip } from '../../require.ts';
import { ISAS, useImageCache } from '../guest/cache.ts';
import { isRunning, processesWith } from '../hypervisors/remains.ts';

const MARK = 'HVBENCH_TEST_MARK';
const IDS = ['native', 'control'];
const WORKLOADS = ['integer', 'sieve', 'tak', 'spectral-norm'];

useImageCache();
let images: GuestImages;
beforeAll(async () => {
  images = await buildImages(suites, ISAS);
});

let mark: string;
beforeEach(() => {
  mark = randomUUID();
  vi.stubEnv(MARK, mark);
});
afterEach(async () => {
  await expect.poll(() => processesWith(MARK, mark).filter(isRunning), { timeout: 20_000 }).toEqual([]);
});

/**
 * Native and control, unless told otherwise, on short batches; never precise enough, so that it ends by launches
 * or budget.
 */
async function plan(profile: Partial<Profile> = {}, seed = 11, what: Partial<Config> = {}): Promise<Plan> {
  const isas = ['x86_64' as const];
  const config = { hypervisors: IDS, isas, suites: ['cpu'], workloads: WORKLOADS, seed, ...what };
  const selection = select(config, suites, hypervisors);
  const host = await probeHost(localHost);
  const availabilities = await Promise.all(
    selection.hypervisors.map((hypervisor) => hypervisor.probe(localHost, { record: host, kernels: {} })),
  );
  const made = makePlan(selection, availabilities, images, {}, TYPICAL_CACHES, await pickCpus(localHost));
  const precision = { direct: 1e-9, translated: 1e-9 };
  const short = {
    rounds: 3,
    fullLaunches: 4,
    minLaunches: 2,
    maxLaunches: 3,
    operationLaunches: 1,
    batchMs: 0.5,
    budgetSeconds: 600,
    precision,
  };
  return { ...made, profile: { ...short, ...profile } };
}

interface Observed {
  readonly entries: readonly JournalEntry[];
  readonly events: readonly MeasureEvent[];
}

async function run(
  planned: Plan,
  {
    earlier = [],
    began = performance.now(),
    abortAt,
    aborted = false,
    course,
  }: {
    earlier?: readonly JournalEntry[];
    began?: number;
    abortAt?: (entry: JournalEntry) => boolean;
    aborted?: boolean;
    course?: Course;
  } = {},
): Promise<Observed> {
  const entries: JournalEntry[] = [];
  const events: MeasureEvent[] = [];
  const controller = new AbortController();
  if (aborted) controller.abort();
  await measureWorkloads({
    plan: planned,
    host: localHost,
    earlier,
    course,
    began,
    until: began + planned.profile.budgetSeconds * 1000,
    append: (entry) => {
      entries.push(entry);
      if (abortAt?.(entry)) controller.abort();
    },
    listen: (event) => void events.push(event),
    signal: controller.signal,
  });
  return { entries, events };
}

const samples = (entries: readonly JournalEntry[]): Sample[] =>
  entries.filter((entry) => entry.type === 'sample');
const rounds = (entries: readonly JournalEntry[]) =>
  samples(entries)
    .filter(({ phase }) => phase === 'round')
    .map(({ launch, workload, round, hypervisor }) => ({ launch, workload, round, hypervisor }));
const endOf = (entries: readonly JournalEntry[]) => entries.filter(({ type }) => type === 'end');

describe('a session', () => {
  it.skipIf(requireOrSkip('qemu', qemuIsUsable))(
    'warms machines up by how they run code',
    async () => {
      const hypervisors = ['native', 'qemu-tcg', 'v86'];
      const what = { hypervisors, isas: ['i386' as const], workloads: ['integer', 'sha256'] };
      const { entries } = await run(await plan({ maxLaunches: 2 }, 11, what));
      // The first launch's first batch is none that finds a cold machine: it was calibrated.
      const batches = (hypervisor: string, launch: number, workload: string) =>
        samples(entries).filter(
          (one) =>
            one.hypervisor === hypervisor &&
            one.launch === launch &&
            one.workload === workload &&
            one.phase !== 'round',
        ).length;
      for (const launch of [0, 1]) {
        for (const workload of ['integer', 'sha256']) {
          expect(batches('native', launch, workload)).toBe(2);
          expect(batches('qemu-tcg', launch, workload)).toBe(6);
          expect(batches('v86', launch, workload)).toBeGreaterThanOrEqual(16);
        }
      }
    },
    60_000,
  );

  it('measures each machine once in each round of each workload, in the order of its seed', async () => {
    const { entries, events } = await run(await plan());
    const visited = rounds(entries);
    expect(visited).toHaveLength(3 * WORKLOADS.length * 3 * IDS.length);
    let previous: string | undefined;
    for (let i = 0; i < visited.length; i += IDS.length) {
      const { launch, workload, round } = visited[i] as (typeof visited)[number];
      const name = `cpu/${workload}`;
      const prepared = preparationOrder(IDS, 11, launch, 'x86_64', name);
      if (round === 0) previous = prepared.at(-1);
      const order = machineOrder(prepared, 11, launch, 'x86_64', name, round, previous);
      expect(order[0]).not.toBe(previous);
      previous = order.at(-1);
      expect(visited.slice(i, i + IDS.length)).toEqual(
        order.map((hypervisor) => ({ launch, workload, round, hypervisor })),
      );
    }
    expect(endOf(entries)).toEqual([{ type: 'end', reason: 'launches', elapsedSeconds: expect.any(Number) }]);
    expect(entries.at(-1)?.type).toBe('end');

    // Every launch starts fresh machines and is recorded, with what was seen of the clocks.
    const launches = entries.filter((entry) => entry.type === 'launch');
    expect(launches.map(({ index }) => index)).toEqual([0, 1, 2]);
    for (const { startMs, peakResidentBytes } of atLeastOne(launches)) {
      expect(Object.keys(startMs).sort()).toEqual([...IDS].sort());
      expect(Object.keys(peakResidentBytes).sort()).toEqual([...IDS].sort());
    }
    expect(events.filter(({ type }) => type === 'workload')).toHaveLength(3 * WORKLOADS.length);
    expect(events.filter(({ type }) => type === 'failure')).toEqual([]);
  });

  it('visits the same order with the same seed, and another with another', async () => {
    const short = { maxLaunches: 2, rounds: 2 };
    const first = rounds((await run(await plan(short))).entries);
    expect(rounds((await run(await plan(short))).entries)).toEqual(first);
    expect(rounds((await run(await plan(short, 12))).entries)).not.toEqual(first);
  });

  it('gives native and control the very same work', async () => {
    const { entries } = await run(await plan({ maxLaunches: 2 }));
    for (const workload of WORKLOADS) {
      const own = samples(entries).filter((sample) => sample.workload === workload);
      expect(new Set(own.map(({ iterations }) => iterations)).size).toBe(1);
    }
    for (const { wallNs, cpuNs, emptyWallNs, ticks } of atLeastOne(samples(entries))) {
      expect(wallNs).toBeGreaterThan(emptyWallNs);
      expect(cpuNs).toBeGreaterThan(0);
      expect(ticks).toBeGreaterThan(0);
    }
  });

  it('marks the first batch after a launch as cold, but not the first of all, which calibration has warmed', async () => {
    const { entries } = await run(await plan({ maxLaunches: 2 }));
    const cold = samples(entries).filter(({ phase }) => phase === 'cold');
    expect(cold.every(({ launch }) => launch === 1)).toBe(true);
    expect(cold).toHaveLength(WORKLOADS.length * IDS.length);
  });

  it('stops when it is precise enough, but not before the fewest launches', async () => {
    const generous = { precision: { direct: 1e9, translated: 1e9 }, minLaunches: 2, maxLaunches: 9 };
    const { entries } = await run(await plan(generous));
    expect(endOf(entries)).toMatchObject([{ reason: 'precision' }]);
    expect(new Set(rounds(entries).map(({ launch }) => launch))).toEqual(new Set([0, 1]));
  });

  it('measures no more of what a course calls settled, and ends when that is all', async () => {
    const seen: RunProgress[] = [];
    const course: Course = {
      compared: [],
      settled: (progress) => {
        seen.push(progress);
        const { launches, workloads } = progress;
        return launches === 0 ? [] : workloads.filter(({ workload }) => launches > 1 || workload !== 'tak');
      },
    };
    const { entries } = await run(await plan({ maxLaunches: 9, minLaunches: 9 }), { course });
    const measured = [0, 1].map((launch) => [
      ...new Set(rounds(entries).flatMap((one) => (one.launch === launch ? [one.workload] : []))),
    ]);
    expect(measured.map((names) => names.sort())).toEqual([[...WORKLOADS].sort(), ['tak']]);
    expect(endOf(entries)).toMatchObject([{ reason: 'precision' }]);
    expect(seen.map(({ launches }) => launches)).toEqual([0, 1, 2]);
    expect(seen.map(({ spent }) => spent)).toEqual(seen.map(({ spent }) => spent).sort((a, b) => a - b));
    expect(seen[0]?.workloads.map(({ workload }) => workload).sort()).toEqual([...WORKLOADS].sort());
    const tak = { isa: 'x86_64', suite: 'cpu', workload: 'tak', hypervisor: 'control' } as const;
    expect(seen[2]?.logTimes(tak, 'cpu').map(({ launch }) => launch)).toEqual([0, 1]);
  });

  it.each([
    [[], false],
    [['native', 'control'], true],
  ])('gives machines that a course compares (%j) batches of one size', async (compared, areEqual) => {
    const made = await plan({ maxLaunches: 1, fullLaunches: 1, minLaunches: 1 });
    const slow = made.experiments.map((experiment) => ({
      ...experiment,
      machines: experiment.machines.map((machine) =>
        machine.hypervisor.id === 'control'
          ? { ...machine, hypervisor: slowed(machine.hypervisor, 1.7, 1) }
          : machine,
      ),
    }));
    const course: Course = { compared, settled: () => [] };
    const { entries } = await run({ ...made, experiments: slow }, { course });
    const sizes = (hypervisor: string) =>
      samples(entries)
        .filter((one) => one.hypervisor === hypervisor && one.phase === 'round')
        .map(({ workload, iterations }) => `${workload} ${iterations}`);
    expect(new Set(sizes('control')).size).toBe(WORKLOADS.length);
    const own = new Set(sizes('native'));
    expect(sizes('control').every((size) => own.has(size))).toBe(areEqual);
  });

  it('stops when its budget is spent, but not before two launches, since one has no interval', async () => {
    const { entries } = await run(await plan({ budgetSeconds: 1e-6, maxLaunches: 9 }));
    expect(endOf(entries)).toMatchObject([{ reason: 'budget' }]);
    expect(new Set(rounds(entries).map(({ launch }) => launch))).toEqual(new Set([0, 1]));
  });

  it('counts its budget from when measuring began, which may be before it', async () => {
    const began = performance.now() - 601_000;
    const { entries } = await run(await plan({ maxLaunches: 9 }), { began });
    const [end] = entries.filter((entry) => entry.type === 'end');
    expect(end?.reason).toBe('budget');
    expect(end?.elapsedSeconds).toBeGreaterThan(601);
    expect(new Set(rounds(entries).map(({ launch }) => launch))).toEqual(new Set([0, 1]));
  });

  it('has nothing to do where no workload is planned, and says that it made its launches', async () => {
    const planned = await plan({}, 11, { suites: ['privileged'], workloads: ['cpuid'] });
    expect(planned.experiments.map(({ operations }) => operations.length)).toEqual([1]);
    const { entries, events } = await run(planned);
    expect(entries).toMatchObject([{ type: 'end', reason: 'launches' }]);
    expect(events).toEqual([]);
  });

  // What was measured before it, single operations, may have been interrupted.
  it.each<[string, Partial<Config>]>([
    ['workloads', {}],
    ['operations only', { suites: ['privileged'], workloads: ['cpuid'] }],
  ])('starts nothing where it was interrupted before it began: %s', async (_, what) => {
    const { entries, events } = await run(await plan({}, 11, what), { aborted: true });
    expect(entries).toMatchObject([{ type: 'end', reason: 'interrupted' }]);
    expect(events).toEqual([]);
  });

  // Of these two, the precision asked for makes either precise at once and the other never.
  it.skipIf(ISAS.length < 2).each([
    { precise: 'control', open: 'v86', precision: { direct: 1e300, translated: 1e-9 } },
    { precise: 'v86', open: 'control', precision: { direct: 1e-9, translated: 1e300 } },
  ])(
    'leaves out $precise once it is precise and the full launches are made, and goes on with $open',
    async ({ open, precision }) => {
      const ids = [...IDS, 'v86'];
      const what = { hypervisors: ids, isas: ['i386' as const], workloads: ['integer'] };
      const { entries } = await run(
        // Long enough that no batch is shorter than what surrounds it, on a busy computer too.
        await plan({ precision, batchMs: 6, fullLaunches: 3, maxLaunches: 5 }, 11, what),
      );
      const all = [...ids].sort();
      const rest = ['native', open].sort();
      const measured = (index: number) =>
        rounds(entries)
          .filter(({ launch }) => launch === index)
          .map(({ hypervisor }) => hypervisor);
      for (const index of [0, 1, 2]) expect([...new Set(measured(index))].sort()).toEqual(all);
      for (const index of [3, 4]) {
        expect([...new Set(measured(index))].sort()).toEqual(rest);
        expect(measured(index)).toHaveLength(3 * rest.length);
      }
      // The machine of a row that is precise is not even started.
      const launches = entries.filter((entry) => entry.type === 'launch');
      const started = launches.map(({ startMs }) => Object.keys(startMs).sort());
      expect(started).toEqual([all, all, all, rest, rest]);
      expect(endOf(entries)).toMatchObject([{ reason: 'launches' }]);
    },
  );

  it('ends as failed where native cannot start, since there is nothing to compare with', async () => {
    const whole = await plan();
    const experiments = whole.experiments.map((experiment) => ({
      ...experiment,
      machines: experiment.machines.map((machine) =>
        machine.hypervisor.id === 'native'
          ? { ...machine, image: { ...machine.image, path: '/no/such/image' } }
          : machine,
      ),
    }));
    const { entries, events } = await run({ ...whole, experiments });
    expect(endOf(entries)).toMatchObject([{ reason: 'failed' }]);
    expect(samples(entries)).toEqual([]);
    const failures = entries.filter(({ type }) => type === 'failure');
    expect(failures).toMatchObject([
      { hypervisor: 'native', workload: null, error: expect.stringContaining('/no/such/image') },
    ]);
    expect(events.filter(({ type }) => type === 'failure')).toHaveLength(1);
    expect(entries.filter(({ type }) => type === 'launch')).toHaveLength(1);
  });

  it.each([1, 9, 40])(
    'keeps what it has measured when it is interrupted after %d samples, and starts nothing more',
    async (count) => {
      let seen = 0;
      const { entries } = await run(await plan(), {
        abortAt: (entry) => entry.type === 'sample' && ++seen === count,
      });
      expect(samples(entries).length).toBeGreaterThanOrEqual(count);
      expect(samples(entries).length).toBeLessThanOrEqual(count + 1);
      expect(entries.filter(({ type }) => type === 'failure')).toEqual([]);
      expect(endOf(entries)).toMatchObject([{ reason: 'interrupted' }]);
      expect(processesWith(MARK, mark).filter(isRunning)).toEqual([]);
    },
  );

  it('goes on where an earlier run ended, with batches of the same size', async () => {
    const first = (await run(await plan({ maxLaunches: 2 }))).entries;
    const { entries } = await run(await plan({ maxLaunches: 3 }), { earlier: first });
    expect(new Set(rounds(entries).map(({ launch }) => launch))).toEqual(new Set([2]));
    const sizes = (all: readonly JournalEntry[]) =>
      new Map(samples(all).map(({ workload, iterations }) => [workload, iterations]));
    expect(new Map([...sizes(entries)].sort())).toEqual(new Map([...sizes(first)].sort()));
  });

  it('does not try again what failed in an earlier run', async () => {
    const failed: JournalEntry = {
      type: 'failure',
      launch: 0,
      isa: 'x86_64',
      platform: 'bare',
      hypervisor: 'control',
      suite: 'cpu',
      workload: 'tak',
      error: 'it died',
    };
    const { entries } = await run(await plan({ maxLaunches: 1 }), { earlier: [failed] });
    const of = (workload: string) =>
      new Set(
        rounds(entries)
          .filter((each) => each.workload === workload)
          .map(({ hypervisor }) => hypervisor),
      );
    expect(of('integer')).toEqual(new Set(IDS));
    expect([...of('tak')]).not.toContain('control');
  });
});

describe('the machines of a launch', () => {
  it('starts machines when they are needed, replaces one that was dropped, and stops them all', async () => {
    const [planned] = (await plan()).experiments;
    if (!planned) throw new Error('nothing was planned');
    const launched = new LaunchMachines(planned, localHost, await pickCpus(localHost));
    expect(processesWith(MARK, mark)).toEqual([]);
    const native = await launched.get('native');
    expect(await launched.get('native')).toBe(native);
    const control = await launched.get('control');
    expect(control.pid).not.toBe(native.pid);

    await launched.drop('native');
    expect(isRunning(native.pid)).toBe(false);
    const fresh = await launched.get('native');
    expect(fresh.pid).not.toBe(native.pid);
    const { peakResidentBytes, largePageBytes } = await launched.memory();
    for (const id of IDS) expect(peakResidentBytes[id]).toBeGreaterThan(4096);
    // Native's memory is in small pages, whatever else the host would give.
    expect(largePageBytes).toEqual(Object.fromEntries(IDS.map((id) => [id, 0])));

    await launched.stop();
    expect([fresh.pid, control.pid].filter(isRunning)).toEqual([]);
    // What was seen of a machine stays known after its end.
    expect(await launched.memory()).toEqual({ peakResidentBytes, largePageBytes: {} });
    await expect(fresh.run(1, 1_000)).rejects.toBeInstanceOf(MachineError);
    await expect(launched.get('native')).rejects.toThrow('the launch is over');
    await expect(launched.get('v86')).rejects.toThrow('v86');
  });
});
