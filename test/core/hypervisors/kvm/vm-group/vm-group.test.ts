import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildImages, type GuestImage } from '../../../../../core/guest/build.ts';
import { localHost } from '../../../../../core/host/local.ts';
import { startVmGroup } from '../../../../../core/hypervisors/kvm/vm-group/process.ts';
import type { Request, VmGroup } from '../../../../../core/hypervisors/vm-group.ts';
import { suites } from '../../../../../suites/index.ts';
import { kvmIsUsable } from '../../../../kvm.ts';
import { requireOrSkip } from '../../../../require.ts';

const MACHINES = 20;
const FREELY = { reserveBytes: 0, moreBytes: null };
const nobody = () => {};

describe.skipIf(requireOrSkip('kvm', kvmIsUsable))('a group of VMs', () => {
  let image: GuestImage;
  let group: VmGroup | null = null;
  beforeAll(async () => {
    image = (await buildImages(suites, ['x86_64'])).image('x86_64', 'bare');
  }, 120_000);
  afterEach(async () => {
    await group?.stop();
    group = null;
  });

  async function start(machines = MACHINES): Promise<VmGroup> {
    group = await startVmGroup(localHost, { image, data: [], cpus: [0] });
    const { stop } = await group.grow(machines, FREELY, 20_000, nobody);
    expect(stop).toBeNull();
    return group;
  }

  const request = (entry: string, seed = 7): Request => ({ entry, seed, iterations: 10, expect: '' });

  /** The checksum that the first machine complains with is the right one. */
  async function learn(group: VmGroup, entry: string, seed: number): Promise<string> {
    const { wrong, errors } = await group.ask(request(entry, seed));
    expect(wrong).toBeGreaterThan(0);
    return /checksum ([0-9a-f]{16})/.exec(errors[0] ?? '')?.[1] ?? '';
  }

  it('has machines that each answer for themselves, again and again', async () => {
    const group = await start();
    const first = await learn(group, 'cpu/integer', 7);
    const second = await learn(group, 'cpu/integer', 8);
    expect(first).not.toBe(second);
    for (const [seed, expected] of [
      [7, first],
      [8, second],
    ] as const) {
      const answers = await group.ask({ ...request('cpu/integer', seed), expect: expected });
      expect(answers).toMatchObject({ right: MACHINES, wrong: 0, dead: 0, errors: [] });
    }
  });

  it('tells of those that answer wrongly, and asks them again', async () => {
    const group = await start();
    const checksum = await learn(group, 'cpu/integer', 7);
    expect(await group.ask({ ...request('cpu/integer'), expect: 'f'.repeat(16) })).toMatchObject({
      ...{ right: 0, wrong: MACHINES, dead: 0 },
      errors: expect.arrayContaining([`machine 1: checksum ${checksum}, not ${'f'.repeat(16)}`]),
    });
    expect(await group.ask({ ...request('cpu/integer'), expect: checksum })).toMatchObject({
      right: MACHINES,
    });
    expect(await group.ask(request('no/such'))).toMatchObject({ wrong: MACHINES, dead: 0 });
  });

  it.each([
    ['faults/crash', 'triple-faulted'],
    ['faults/wild-exit', 'where there is no device'],
  ])('tells of those that die over %s, and does not die with them', async (entry, reason) => {
    const group = await start();
    const { right, dead, errors } = await group.ask(request(entry));
    expect({ right, dead }).toEqual({ right: 0, dead: MACHINES });
    expect(errors[0]).toContain(reason);
    // They stay dead; others can still be started.
    const { machines } = await group.grow(MACHINES + 1, FREELY, 20_000, nobody);
    expect(machines).toBe(MACHINES + 1);
    expect(await group.ask(request('cpu/integer'))).toMatchObject({ dead: MACHINES, wrong: 1 });
  });

  it('gives up a machine that does not answer', async () => {
    const group = await start(1);
    const { dead, errors } = await group.ask(request('faults/hang'));
    expect(dead).toBe(1);
    expect(errors[0]).toBe('machine 1: the guest gave no answer');
  }, 20_000);

  it('stops in order where memory or time would be used up', async () => {
    group = await startVmGroup(localHost, { image, data: [], cpus: [0] });
    const memory = await group.grow(10, { reserveBytes: 2 ** 50, moreBytes: null }, 20_000, nobody);
    expect(memory).toMatchObject({ machines: 0, stop: { reason: 'memory' } });
    const time = await group.grow(100_000, FREELY, 1, nobody);
    expect(time.stop).toMatchObject({ reason: 'time' });
    expect(time.machines).toBeLessThan(1000);
  });

  it('holds one descriptor and at most two mappings a machine', async () => {
    const { resourceCountsOf } = await import('../../../../../core/host/limits.ts');
    const group = await start();
    const pid = group.pids()[0] ?? 0;
    const before = resourceCountsOf(pid, localHost);
    await group.grow(MACHINES * 2, FREELY, 20_000, nobody);
    const after = resourceCountsOf(pid, localHost);
    expect(after.descriptors - before.descriptors).toBe(MACHINES);
    expect(after.mappings - before.mappings).toBeLessThanOrEqual(MACHINES * 2);
    expect(await group.touchedBytes()).toBeGreaterThanOrEqual(MACHINES * 2 * 4096);
  });
});
