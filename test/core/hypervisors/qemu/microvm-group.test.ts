import { readFileSync } from 'node:fs';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildImages, type GuestImage } from '../../../../core/guest/build.ts';
import { pickCpus } from '../../../../core/host/affinity.ts';
import { processTree } from '../../../../core/host/cpu-time.ts';
import { localHost } from '../../../../core/host/local.ts';
import { prepareMicrovmGroup } from '../../../../core/hypervisors/qemu/microvm-group.ts';
import type { Growth, VmGroup } from '../../../../core/hypervisors/vm-group.ts';
import { suites } from '../../../../suites/index.ts';
import { qemu, qemuIsUsable } from '../../../qemu.ts';
import { requireOrSkip } from '../../../require.ts';
import { useImageCache } from '../../guest/cache.ts';

/** Private memory of all that this process has started, bytes: what other processes take meanwhile does not count. */
function startedBytes(): number {
  return processTree(process.pid, localHost)
    .filter((pid) => pid !== process.pid)
    .reduce((sum, pid) => {
      try {
        const status = readFileSync(`/proc/${pid}/status`, 'utf8');
        return sum + Number(/^RssAnon:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
      } catch {
        return sum; // It has just ended.
      }
    }, 0);
}

vi.mock(import('../../../../core/host/memory-headroom.ts'), async (original) => ({
  ...(await original()),
  usedBytes: () => startedBytes(),
}));

useImageCache();
describe.skipIf(requireOrSkip('qemu', qemuIsUsable))('a group of microvms', () => {
  let image: GuestImage;
  let cpu: number;
  let group: VmGroup;
  beforeAll(async () => {
    image = (await buildImages(suites, ['x86_64'])).image('x86_64', 'bare');
    cpu = (await pickCpus(localHost)).benchCpu;
  });
  afterEach(() => group.stop());

  async function grow(workers: number, to: number, moreBytes: number | null): Promise<Growth> {
    group = prepareMicrovmGroup(localHost, qemu, 'tcg', {
      image,
      cpus: Array<number>(workers).fill(cpu),
    });
    return await group.grow(to, { reserveBytes: 0, moreBytes }, 60_000, () => {});
  }

  it('takes the memory that it may take, however many machines start at once', async () => {
    expect(await grow(4, 4, null)).toMatchObject({ machines: 4, stop: null });
    const moreBytes = (startedBytes() / 4) * 20;
    await group.stop();
    const alone = await grow(1, 100, moreBytes);
    await group.stop();
    const together = await grow(8, 100, moreBytes);
    expect(together.stop?.reason).toBe('memory');
    expect(together.machines).toBeGreaterThanOrEqual(alone.machines * 0.7);
    expect(startedBytes()).toBeLessThanOrEqual(moreBytes * 1.1);
  });

  it('starts one whatever it may take, and no more than that', async () => {
    const { machines, stop } = await grow(8, 100, 0);
    expect(machines).toBe(1);
    expect(stop?.reason).toBe('memory');
  });
});
