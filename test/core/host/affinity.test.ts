import { expect, test } from 'vitest';
import { UserError } from '../../../core/errors.ts';
import { allowedCpus, chooseCpus, onlineCpus, pickCpus } from '../../../core/host/affinity.ts';
import { kindOf, readTraits } from '../../../core/host/cpu-traits.ts';
import { localHost } from '../../../core/host/local.ts';
import { fakeHost } from './folder-host.ts';

test('the last allowed CPU measures, the others serve the tool', () => {
  expect(chooseCpus([1, 4, 6])).toEqual({ benchCpu: 6, toolCpus: [1, 4], cpuChosen: false });
});

test('SMT siblings of the measuring CPU stay idle while any other CPU remains', () => {
  expect(chooseCpus([0, 1, 2, 3], [1, 3])).toMatchObject({ benchCpu: 3, toolCpus: [0, 2] });
  expect(chooseCpus([1, 3], [1, 3])).toMatchObject({ benchCpu: 3, toolCpus: [1] });
});

test('a single CPU does both, none is an error', () => {
  expect(chooseCpus([2])).toMatchObject({ benchCpu: 2, toolCpus: [2] });
  expect(() => chooseCpus([])).toThrow(RangeError);
});

test('allowed CPUs that do not exist do not count', async () => {
  const host = await fakeHost({
    'sys/devices/system/cpu/online': '0-3\n',
    'proc/self/status': 'Name:\tnode\nCpus_allowed:\tffff\nCpus_allowed_list:\t2-127\nMems_allowed:\t1\n',
    'sys/devices/system/cpu/cpu3/topology/thread_siblings_list': '2-3',
  });
  expect(await onlineCpus(host)).toEqual([0, 1, 2, 3]);
  expect(await allowedCpus(host)).toEqual([2, 3]);
  expect(await pickCpus(host)).toMatchObject({ benchCpu: 3, toolCpus: [2] });
});

test('where nothing tells, every CPU that Node counts is taken', async () => {
  const host = await fakeHost({});
  const cpus = await allowedCpus(host);
  expect(cpus.length).toBeGreaterThan(0);
  expect((await pickCpus(host)).benchCpu).toBe(cpus.at(-1));
});

/** Four P-cores with two threads each, and eight E-cores. */
const HYBRID = {
  'sys/devices/system/cpu/online': '0-15\n',
  'sys/devices/cpu_core/cpus': '0-7\n',
  'sys/devices/cpu_atom/cpus': '8-15\n',
  'sys/devices/system/cpu/cpu7/topology/thread_siblings_list': '6-7\n',
};

test('a hybrid CPU measures on the last P-core, whose sibling stays idle', async () => {
  const host = await fakeHost(HYBRID);
  const { benchCpu, toolCpus } = await pickCpus(host);
  expect(benchCpu).toBe(7);
  expect(toolCpus).toEqual([0, 1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 13, 14, 15]);
  expect(kindOf(7, await readTraits(host))).toBe('performance');
});

test('of a hybrid CPU a process may have E-cores alone', async () => {
  const host = await fakeHost({ ...HYBRID, 'proc/self/status': 'Cpus_allowed_list:\t8-9\n' });
  expect((await pickCpus(host)).benchCpu).toBe(9);
  expect(kindOf(9, await readTraits(host))).toBe('efficiency');
});

test('the CPU that a user chose measures, whatever is better, and its sibling stays idle', async () => {
  const host = await fakeHost({
    ...HYBRID,
    'sys/devices/system/cpu/cpu2/topology/thread_siblings_list': '2-3\n',
  });
  const chosen = await pickCpus(host, 2);
  expect(chosen).toMatchObject({ benchCpu: 2, cpuChosen: true });
  expect(chosen.toolCpus).toEqual([0, 1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
  expect(await pickCpus(host, 8)).toMatchObject({ benchCpu: 8, cpuChosen: true });
});

test.each([
  [4, '0-3', '0-3', /^CPU 4 is not online \(0-3\): choose one of 0-3$/],
  [3, '0-3', '0-2', /^CPU 3 is not one that this process may use, by its affinity or a cpuset \(0-2\): /],
  [1, '0-1', '1', /^CPU 1 is the only one that this process may use, and hvbench itself needs another: /],
  [0, '0-1', '1', /^CPU 0 is not one that this process may use/],
])('CPU %i, of %s of which %s are allowed, is refused', async (cpu, online, allowed, says) => {
  const host = await fakeHost({
    'sys/devices/system/cpu/online': online,
    'proc/self/status': `Cpus_allowed_list:\t${allowed}\n`,
  });
  const refused = pickCpus(host, cpu);
  await expect(refused).rejects.toThrow(UserError);
  await expect(refused).rejects.toThrow(says);
});

/** What isolcpus leaves a process that nobody pinned. */
const ISOLATED = {
  'sys/devices/system/cpu/online': '0-3\n',
  'sys/devices/system/cpu/isolated': '2-3\n',
  'sys/devices/system/cpu/nohz_full': '2\n',
};

test('isolated CPUs measure although no process is born with them, and serve nothing else', async () => {
  const files = { ...ISOLATED, 'proc/self/status': 'Cpus_allowed_list:\t0-1\n' };
  // What `taskset -c 2-3 cat /proc/self/status` prints where no cpuset forbids it.
  const host = await fakeHost(files, { capture: async () => 'Name:\tcat\nCpus_allowed_list:\t2-3\n' });
  expect(await pickCpus(host)).toEqual({ benchCpu: 2, toolCpus: [0, 1], cpuChosen: false });
  expect(await pickCpus(host, 3)).toEqual({ benchCpu: 3, toolCpus: [0, 1], cpuChosen: true });
});

test('a cpuset may forbid them', async () => {
  const files = { ...ISOLATED, 'proc/self/status': 'Cpus_allowed_list:\t0-1\n' };
  expect(await pickCpus(await fakeHost(files))).toMatchObject({ benchCpu: 1, toolCpus: [0] });
});

test('a process that was pinned to fewer CPUs stays on these', async () => {
  const host = await fakeHost({ ...ISOLATED, 'proc/self/status': 'Cpus_allowed_list:\t0\n' });
  expect(await pickCpus(host)).toMatchObject({ benchCpu: 0, toolCpus: [0] });
  await expect(pickCpus(host, 3)).rejects.toThrow(/^CPU 3 is not one that this process may use/);
});

test('this computer: what the kernel lets a process take can be chosen, but not all there could be', async () => {
  await expect(pickCpus(localHost, 8191)).rejects.toThrow(/^CPU 8191 is not online/);
});
