import { expect, test } from 'vitest';
import {
  allowedCpus,
  bestCpus,
  chooseCpus,
  kindOf,
  onlineCpus,
  parseCpuList,
  pickCpus,
  readTraits,
} from '../../../core/host/affinity.ts';
import { fakeHost } from './folder-host.ts';

test.each([
  ['0', [0]],
  ['0-3,8', [0, 1, 2, 3, 8]],
  ['5,1-2,2\n', [1, 2, 5]],
  ['', []],
  ['3-1', []],
  ['a,-1,1-b,2', [2]],
  ['0-99999999999', []],
])('CPU list %j', (text, cpus) => {
  expect(parseCpuList(text)).toEqual(cpus);
});

test('an absurd range stays bounded', () => {
  expect(parseCpuList('8190-9999')).toEqual([8190, 8191]);
});

test('the last allowed CPU measures, the others serve the tool', () => {
  expect(chooseCpus([1, 4, 6])).toEqual({ benchCpu: 6, toolCpus: [1, 4] });
});

test('SMT siblings of the measuring CPU stay idle while any other CPU remains', () => {
  expect(chooseCpus([0, 1, 2, 3], [1, 3])).toEqual({ benchCpu: 3, toolCpus: [0, 2] });
  expect(chooseCpus([1, 3], [1, 3])).toEqual({ benchCpu: 3, toolCpus: [1] });
});

test('a single CPU does both, none is an error', () => {
  expect(chooseCpus([2])).toEqual({ benchCpu: 2, toolCpus: [2] });
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
  expect(await pickCpus(host)).toEqual({ benchCpu: 3, toolCpus: [2] });
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

test('cores that are all alike have no kind, whichever list the kernel has of them', async () => {
  const host = await fakeHost({ 'sys/devices/cpu_atom/cpus': '0-3\n' });
  expect(kindOf(3, await readTraits(host))).toBeNull();
});

test('isolated and tickless CPUs are preferred, P-cores before both', () => {
  const kinds = { performance: [0, 1, 2, 3], efficiency: [4, 5] };
  const none = { kinds: { performance: [], efficiency: [] }, isolated: [], tickless: [] };
  const allowed = [0, 1, 2, 3, 4, 5];
  expect(bestCpus(allowed, none)).toEqual(allowed);
  expect(bestCpus(allowed, { ...none, isolated: [1, 2], tickless: [2] })).toEqual([2]);
  expect(bestCpus(allowed, { kinds, isolated: [5], tickless: [3] })).toEqual([3]);
  expect(bestCpus([4, 5], { kinds, isolated: [4], tickless: [] })).toEqual([4]);
});
