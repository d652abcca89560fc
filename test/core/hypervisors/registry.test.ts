import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildImages, type GuestImages } from '../../../core/guest/build.ts';
import { pickCpus } from '../../../core/host/affinity.ts';
import { localHost } from '../../../core/host/local.ts';
import { installCommand } from '../../../core/host/packages.ts';
import { probeHost } from '../../../core/host/probe.ts';
import {
  type Availability,
  type Machine,
  MachineError,
  type Surroundings,
} from '../../../core/hypervisors/hypervisor.ts';
import { hypervisors } from '../../../core/hypervisors/registry.ts';
import { type HostRecord, hypervisorSchema, type Isa, type Platform } from '../../../core/results/schema.ts';
import { suites } from '../../../suites/index.ts';
import { atLeastOne } from '../../at-least-one.ts';
import { kvmIsUsable } from '../../kvm.ts';
import { kernels, seabiosIsHere, umlIsUsable } from '../../linux.ts';
import { qemuIsUsable } from '../../qemu.ts';
import { requireOrSkip } from '../../require.ts';
import { ISAS, useImageCache } from '../guest/cache.ts';
import { QUIET } from '../host/example.ts';
import { isRunning } from './remains.ts';

const driver = (id: string) => {
  const found = hypervisors.find((hypervisor) => hypervisor.id === id);
  if (!found) throw new Error(`no driver ${id}`);
  return found;
};

/** A computer whose KVM is like this. */
const withKvm = (kvm: Partial<HostRecord['kvm']>): Surroundings => ({
  record: { ...QUIET, kvm: { ...QUIET.kvm, ...kvm } },
  kernels: {},
});

it('names every driver once, native first', () => {
  const ids = hypervisors.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids[0]).toBe('native');
  expect(ids).toEqual(
    expect.arrayContaining(['control', 'container', 'kvm', 'qemu-tcg', 'qemu-kvm', 'uml', 'v86']),
  );
});

describe('probe', () => {
  afterEach(() => void vi.unstubAllEnvs());

  it.each(hypervisors.map(({ id }) => id))('of %s fits the schema of results', async (id) => {
    const { onRequest, features, linux, machineLacks, ...info } = await driver(id).probe(localHost, {
      record: QUIET,
      kernels: {},
    });
    expect(hypervisorSchema.parse(info)).toEqual(info);
    expect(info.id).toBe(id);
    expect(onRequest.filter((isa) => info.isas.includes(isa))).toEqual([]);
    expect(new Set(features).size).toBe(features.length);
    const lacking = Object.keys(linux.lacks) as Isa[];
    expect(lacking.filter((isa) => !linux.isas.includes(isa))).toEqual([]);
  });

  it.each([
    ['kvm_amd', true, 'hardware-assisted', 'amd-v', 'nested-paging', ['x86_64', 'i386'], []],
    ['kvm_amd', false, 'hardware-assisted', 'amd-v', 'shadow-paging', ['x86_64', 'i386'], []],
    ['kvm_intel', true, 'hardware-assisted', 'vt-x', 'nested-paging', ['x86_64', 'i386'], []],
    ['kvm_intel', false, 'hardware-assisted', 'vt-x', 'shadow-paging', ['x86_64', 'i386'], []],
    ['kvm_pvm', null, 'hosted', 'direct-execution', null, ['x86_64'], ['i386']],
    // What nobody knows is not called hardware-assisted.
    ['kvm_future', true, 'hosted', 'direct-execution', null, ['x86_64'], ['i386']],
    [null, null, 'hosted', 'direct-execution', null, ['x86_64'], ['i386']],
  ])(
    'calls a KVM backed by %s with nested paging %s %s',
    async (backing, nestedPaging, mode, technique, paging, isas, onRequest) => {
      expect(await driver('kvm').probe(localHost, withKvm({ backing, nestedPaging }))).toMatchObject({
        mode,
        technique,
        paging,
        isas,
        onRequest,
        available: true,
      });
    },
  );

  it('says of a KVM without hardware assist that it has none', async () => {
    const { notes } = await driver('kvm').probe(localHost, withKvm({ backing: 'kvm_pvm' }));
    expect(notes.join(' ')).toMatch(/No hardware assist is measured/);
    expect((await driver('kvm').probe(localHost, withKvm({ backing: 'kvm_amd' }))).notes).toEqual([]);
  });

  it('hands on why KVM cannot be used', async () => {
    const reason = 'not permitted: adduser you kvm';
    expect(await driver('kvm').probe(localHost, withKvm({ accessible: false, reason }))).toMatchObject({
      available: false,
      reason,
    });
  });

  it('says which programs are missing, and how to get them', async () => {
    vi.stubEnv('PATH', '/nowhere');
    const qemu = { reason: 'qemu-system-x86_64 is not installed', remedy: installCommand('qemu', localHost) };
    const told: Record<string, object> = {
      uml: { reason: 'linux.uml is not installed' },
      container: { reason: 'unshare is not installed' },
      'qemu-tcg': qemu,
      'qemu-kvm': qemu,
    };
    const helpers = {
      reason: expect.stringMatching(/^(taskset and setpriv|setpriv and taskset) not found/),
      remedy: installCommand('util-linux', localHost),
    };
    for (const { id, probe } of atLeastOne(hypervisors))
      expect(await probe(localHost, { record: QUIET, kernels: {} }), id).toMatchObject({
        available: false,
        ...(told[id] ?? helpers),
      });
  });

  it('offers pages of 2 MiB where the host has them', async () => {
    for (const [mode, offered] of [
      ['always', true],
      ['madvise', true],
      ['never', false],
      [null, false],
    ] as const) {
      const record = { ...QUIET, transparentHugePages: mode };
      for (const id of ['native', 'control', 'kvm']) {
        expect(
          (await driver(id).probe(localHost, { record, kernels })).features.includes('large-pages'),
          `${id} ${mode}`,
        ).toBe(offered);
      }
      expect((await driver('v86').probe(localHost, { record, kernels: {} })).features).toEqual([]);
    }
  });
});

describe.each(ISAS)('machines of %s', (isa: Isa) => {
  useImageCache();
  let images: GuestImages;
  let record: HostRecord;
  beforeAll(async () => {
    images = await buildImages(suites, [isa]);
    record = await probeHost(localHost);
  });

  /** What a driver says that it would be here: to find out takes some of them seconds. */
  const availabilities = new Map<string, Promise<Availability>>();
  function probe(id: string): Promise<Availability> {
    const known = availabilities.get(id) ?? driver(id).probe(localHost, { record, kernels });
    availabilities.set(id, known);
    return known;
  }

  /** Starts a driver's machine, has it verified and lets it work; it is stopped whatever happens. */
  async function use<T>(
    id: string,
    work: (machine: Machine, availability: Availability) => Promise<T>,
    platform: Platform = 'bare',
  ): Promise<T> {
    const availability = await probe(id);
    expect(availability.available).toBe(true);
    const { benchCpu } = await pickCpus(localHost);
    const { features } = availability;
    const machine = await driver(id).launch(localHost, {
      image: images.image(isa, driver(id).runtimes[platform] ?? 'linux'),
      cpu: benchCpu,
      features,
      kernel: kernels[isa],
    });
    try {
      return await work(machine, availability);
    } finally {
      await machine.stop();
      expect(isRunning(machine.pid)).toBe(false);
    }
  }

  const WORK = [
    { name: 'cpu/integer', seed: 7, argument: 0, iterations: 300 },
    { name: 'cpu/spectral-norm', seed: 7, argument: 0, iterations: 3 },
    { name: 'memory/chase', seed: 7, argument: 64 * 1024, iterations: 5 },
    { name: 'cpu/integer', seed: 8, argument: 0, iterations: 300 },
  ];
  const checksums = async (machine: Machine): Promise<string[]> => {
    const sums: string[] = [];
    for (const { iterations, ...workload } of WORK) {
      await machine.prepare(workload);
      const batch = await machine.run(iterations, 20_000);
      expect(batch.wallNs).toBeGreaterThan(0);
      expect(batch.ticks).toBeGreaterThan(0);
      sums.push(batch.checksum);
    }
    return sums;
  };

  // What native computes is the same each time: the tests of the suites see to that.
  let nativeSums: Promise<string[]> | undefined;
  let nativeCalls: Promise<string[]> | undefined;

  const others =
    isa === 'x86_64' ? ['control', 'kvm', 'qemu-kvm', 'qemu-tcg', 'uml'] : ['control', 'qemu-tcg', 'v86'];
  it.for(others)('compute in %s what native computes, and prove where they ran', async (id, { skip }) => {
    if (id.endsWith('kvm') && requireOrSkip('kvm', kvmIsUsable)) skip();
    if (id.startsWith('qemu-') && requireOrSkip('qemu', qemuIsUsable)) skip();
    if (id === 'uml' && requireOrSkip('uml', umlIsUsable)) skip();
    nativeSums ??= use('native', checksums);
    const native = await nativeSums;
    expect(new Set(native).size).toBe(WORK.length);
    await use(id, async (machine, availability) => {
      const evidence = await driver(id).verify(localHost, await machine.identify(), machine, availability);
      expect(evidence.length).toBeGreaterThan(0);
      expect(machine.startMs).toBeGreaterThan(0);
      expect(await checksums(machine)).toEqual(native);
    });
  });

  const linux = isa === 'x86_64' ? ['container', 'qemu-tcg', 'uml'] : ['container', 'qemu-tcg', 'v86'];
  const system = suites.find(({ name }) => name === 'system')?.workloads ?? [];
  const calls = async (machine: Machine): Promise<string[]> => {
    const sums: string[] = [];
    // Twice round: a workload that leaves something behind would change the next one, or itself.
    for (const { entry } of [...system, ...system]) {
      await machine.prepare({ name: entry, seed: 3, argument: 0 });
      for (const iterations of [0, 1, 20]) sums.push((await machine.run(iterations, 60_000)).checksum);
    }
    return sums;
  };
  it.for(linux)('run Linux in %s, whose services do what native ones do', async (id, { skip }) => {
    if (id.startsWith('qemu-') && requireOrSkip('qemu', qemuIsUsable)) skip();
    if (id === 'uml' && requireOrSkip('uml', umlIsUsable)) skip();
    if (id === 'v86' && requireOrSkip('seabios', seabiosIsHere)) skip();
    if (id !== 'uml' && id !== 'container' && requireOrSkip('guests', kernels[isa] !== undefined)) skip();
    nativeCalls ??= use('native', calls, 'linux');
    const native = await nativeCalls;
    expect(new Set(native).size).toBeGreaterThan(system.length);
    await use(
      id,
      async (machine, availability) => {
        expect(
          await driver(id).verify(localHost, await machine.identify(), machine, availability),
        ).not.toEqual([]);
        // A container has no kernel of its own to boot.
        const boots = id !== 'container';
        expect(machine.bootMs !== null).toBe(boots);
        const { console = null, init = null } = machine.bootMs ?? {};
        const times = [0, console ?? 0, init ?? 0, machine.startMs];
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        expect(new Set(times.slice(0, 3)).size).toBe(boots ? 3 : 1);
        expect(/guest Linux \d+\.\d+/.test(machine.about)).toBe(boots);
        expect(await calls(machine)).toEqual(native);
      },
      'linux',
    );
  });

  it.for(others.filter((id) => id !== 'control'))(
    'that only call themselves %s are found out',
    async (id, { skip }) => {
      if (id.startsWith('qemu-') && requireOrSkip('qemu', qemuIsUsable)) skip();
      if (id === 'uml' && requireOrSkip('uml', umlIsUsable)) skip();
      await use('native', async (machine) => {
        const verdict = driver(id).verify(localHost, await machine.identify(), machine, await probe(id));
        await expect(verdict).rejects.toBeInstanceOf(MachineError);
      });
    },
  );
});
