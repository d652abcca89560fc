/** Machines that are started with other CPUs and memory than usual, and say so. */
import { availableParallelism } from 'node:os';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildImages, type GuestImages } from '../../../core/guest/build.ts';
import { decodeRecord, decodeTexts, RECORD_BYTES } from '../../../core/guest/command-record.ts';
import { linkedSuites } from '../../../core/guest/layout.ts';
import { pickCpus } from '../../../core/host/affinity.ts';
import { localHost } from '../../../core/host/local.ts';
import { hypervisors } from '../../../core/hypervisors/registry.ts';
import type { VmShape } from '../../../core/hypervisors/vm-spec.ts';
import { commandsOf } from '../../../core/library/exec-command.ts';
import { suites } from '../../../suites/index.ts';
import { noQemu, noUml } from '../../cli/exec-command.ts';
import { kvmIsUsable } from '../../kvm.ts';
import { kernels, seabiosIsHere, umlIsUsable } from '../../linux.ts';
import { qemuIsUsable } from '../../qemu.ts';
import { requireOrSkip } from '../../require.ts';
import { useImageCache } from '../guest/cache.ts';

const LIMIT_MS = 30_000;
const kernel = kernels.x86_64;
const noGuests = requireOrSkip('guests', kernel !== undefined);

const driver = (id: string) => {
  const found = hypervisors.find((one) => one.id === id);
  if (!found) throw new Error(`there is no ${id}`);
  return found;
};

useImageCache();
let cpu: number;
let images: GuestImages;
let program: string;
beforeAll(async () => {
  cpu = (await pickCpus(localHost)).benchCpu;
  images = await buildImages(suites, ['x86_64', 'i386']);
  program = (await buildImages(linkedSuites(suites, []), ['x86_64'])).image('x86_64', 'commands').path;
});

/** What a guest says of itself: how many CPUs it has, and MiB of memory that its kernel can use. */
async function insideOf(id: string, shape: Pick<VmShape, 'vcpus'> & { readonly memoryMib: number }) {
  const { commands } = driver(id);
  if (!commands) throw new Error(`${id} runs no commands`);
  const script = 'grep -c ^processor /proc/cpuinfo; grep MemTotal /proc/meminfo';
  const machine = await commands.launch(localHost, {
    ...{ program, cpu, kernel, share: [], ...shape },
    commands: await commandsOf(['/bin/sh', '-c', script], '/', {}),
  });
  try {
    await machine.prepare({ name: 'command/command', seed: 1, argument: LIMIT_MS });
    await machine.run(1, LIMIT_MS);
    const record = decodeRecord(await machine.read(0, RECORD_BYTES));
    const { stdout } = decodeTexts(record, await machine.read(RECORD_BYTES, record.kept.stdout));
    const [, cpus, kib] = /^(\d+)\nMemTotal: +(\d+) kB/.exec(stdout) ?? [];
    return { cpus: Number(cpus), mib: Number(kib) / 1024 };
  } finally {
    await machine.stop();
  }
}

describe('a guest that runs commands', () => {
  it.skipIf(noQemu || noGuests)('of QEMU has the CPUs and the memory that were asked for', async () => {
    const usual = await insideOf('qemu-tcg', { memoryMib: 256 });
    const larger = await insideOf('qemu-tcg', { memoryMib: 512, vcpus: 2 });
    expect([usual.cpus, larger.cpus]).toEqual([1, 2]);
    expect(larger.mib - usual.mib).toBeGreaterThan(200);
    expect(larger.mib).toBeLessThanOrEqual(512);
  });

  it.skipIf(noUml)('of User Mode Linux has the memory that was asked for', async () => {
    const usual = await insideOf('uml', { memoryMib: 256 });
    const larger = await insideOf('uml', { memoryMib: 512 });
    expect(larger.mib - usual.mib).toBeGreaterThan(200);
    expect(larger.mib).toBeLessThanOrEqual(512);
  });
});

describe('a guest of the suites', () => {
  const spec = { vcpus: 2, memoryMib: 320, features: [], kernel };

  it.skipIf(requireOrSkip('qemu', qemuIsUsable) || noGuests)('of QEMU has what QEMU says', async () => {
    const image = images.image('x86_64', 'initramfs');
    const machine = await driver('qemu-tcg').launch(localHost, { image, cpu, ...spec });
    try {
      expect(machine.about).toMatch(/accelerator tcg, machine pc-[^,]+, 2 CPUs, 320 MiB/);
    } finally {
      await machine.stop();
    }
  });

  it.skipIf(requireOrSkip('qemu', qemuIsUsable))('that is bare has the memory that QEMU says', async () => {
    const image = images.image('i386', 'bare');
    const machine = await driver('qemu-tcg').launch(localHost, { image, cpu, features: [], memoryMib: 768 });
    try {
      expect(machine.about).toMatch(/machine microvm, 1 CPU, 768 MiB/);
    } finally {
      await machine.stop();
    }
  });

  it.skipIf(requireOrSkip('uml', umlIsUsable))('of User Mode Linux comes up with more memory', async () => {
    const image = images.image('x86_64', 'initramfs');
    const machine = await driver('uml').launch(localHost, { image, cpu, features: [], memoryMib: 1024 });
    try {
      expect(machine.about).toMatch(/Linux/);
    } finally {
      await machine.stop();
    }
  });

  it.skipIf(requireOrSkip('seabios', seabiosIsHere) || !kernels.i386)(
    'of v86 comes up with less',
    async () => {
      const image = images.image('i386', 'initramfs');
      const vm = { image, cpu, features: [], kernel: kernels.i386, memoryMib: 128 };
      const machine = await driver('v86').launch(localHost, vm);
      try {
        expect(machine.about).toMatch(/Linux/);
      } finally {
        await machine.stop();
      }
    },
  );
});

describe('many machines', () => {
  const cpus = [...Array(availableParallelism()).keys()];

  it.for(['kvm', 'qemu-tcg'])('of %s are as many as were asked for, and all answer', async (id, { skip }) => {
    if (id === 'kvm' && requireOrSkip('kvm', kvmIsUsable)) skip();
    if (id === 'qemu-tcg' && requireOrSkip('qemu', qemuIsUsable)) skip();
    const image = images.image('x86_64', 'bare');
    const group = await driver(id).vmGroups?.launchMany(
      localHost,
      { image, cpus, features: [], data: [] },
      3,
    );
    try {
      const request = { entry: 'cpu/integer', seed: 7, iterations: 10, expect: '' };
      expect(await group?.ask(request)).toMatchObject({ right: 0, wrong: 3, dead: 0 });
    } finally {
      await group?.stop();
    }
  });
});
