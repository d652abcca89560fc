import { beforeAll, describe, expect, it } from 'vitest';
import { buildImages, type GuestImages } from '../../../../core/guest/build.ts';
import { pickCpus } from '../../../../core/host/affinity.ts';
import { localHost } from '../../../../core/host/local.ts';
import { readExits } from '../../../../core/hypervisors/qemu/exit-counts.ts';
import type { Qmp } from '../../../../core/hypervisors/qemu/qmp.ts';
import { hypervisors } from '../../../../core/hypervisors/registry.ts';
import { suites } from '../../../../suites/index.ts';
import { kvmIsUsable } from '../../../kvm.ts';
import { qemuIsUsable } from '../../../qemu.ts';
import { requireOrSkip } from '../../../require.ts';
import { useImageCache } from '../../guest/cache.ts';

/** A monitor that gives this answer. */
const answering = (answer: () => unknown) => ({ execute: async () => answer() }) as unknown as Qmp;

describe('readExits', () => {
  it('takes what it knows, and numbers only', async () => {
    const stats = [
      { name: 'irq_exits', value: 48 },
      { name: 'pf_taken', value: 3 },
      { name: 'halt_exits', value: false },
      { name: 'exits', value: 9000 },
      // What every object has, and no table of names should.
      { name: 'constructor', value: 1 },
      { name: '__proto__', value: 2 },
    ];
    const qmp = answering(() => [{ provider: 'kvm', 'qom-path': '/machine', stats }]);
    expect(await readExits(qmp)).toEqual({ interrupt: 48, 'page-fault': 3 });
  });

  it.each([
    ['has no such provider', () => []],
    ['answers something else', () => ({ stats: 1 })],
    [
      'does not know the command',
      () => {
        throw new Error('The command query-stats has not been found');
      },
    ],
  ])('is empty where QEMU %s', async (_, answer) => {
    expect(await readExits(answering(answer))).toEqual({});
  });
});

useImageCache();
describe.skipIf(requireOrSkip('qemu', qemuIsUsable))('a batch under QEMU', () => {
  let images: GuestImages;
  beforeAll(async () => {
    images = await buildImages(suites, ['x86_64']);
  });

  async function exitsOn(id: string) {
    const hypervisor = hypervisors.find((one) => one.id === id);
    if (!hypervisor) throw new Error(`there is no ${id}`);
    const { benchCpu } = await pickCpus(localHost);
    const machine = await hypervisor.launch(localHost, {
      image: images.image('x86_64', 'bare'),
      cpu: benchCpu,
      features: [],
    });
    try {
      await machine.prepare({ name: 'cpu/sieve', seed: 1, argument: 0 });
      return (await machine.run(200, 10_000)).exits;
    } finally {
      await machine.stop();
    }
  }

  it.skipIf(requireOrSkip('kvm', kvmIsUsable))(
    'is counted by KVM, but for what its serial line causes',
    async () => {
      const exits = await exitsOn('qemu-kvm');
      expect(Object.keys(exits ?? {}).sort()).toEqual([
        'halt',
        'hypercall',
        'interrupt',
        'mmio',
        'page-fault',
      ]);
      // The sieve's memory is touched for the first time in it.
      expect(exits?.['page-fault']).toBeGreaterThan(0);
      expect(exits?.halt).toBe(0);
    },
  );

  it('counts nothing under TCG', async () => {
    expect(await exitsOn('qemu-tcg')).toBeNull();
  });
});
