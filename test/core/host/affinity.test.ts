import { expect, test } from 'vitest';
import { allowedCpus, chooseCpus, onlineCpus, parseCpuList, pickCpus } from '../../../core/host/affinity.ts';
import { fakeRoot } from './fake-root.ts';

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
  const root = await fakeRoot({
    'sys/devices/system/cpu/online': '0-3\n',
    'proc/self/status': 'Name:\tnode\nCpus_allowed:\tffff\nCpus_allowed_list:\t2-127\nMems_allowed:\t1\n',
    'sys/devices/system/cpu/cpu3/topology/thread_siblings_list': '2-3',
  });
  expect(await onlineCpus(root)).toEqual([0, 1, 2, 3]);
  expect(await allowedCpus(root)).toEqual([2, 3]);
  expect(await pickCpus(root)).toEqual({ benchCpu: 3, toolCpus: [2] });
});

test('where nothing tells, every CPU that Node counts is taken', async () => {
  const root = await fakeRoot({});
  const cpus = await allowedCpus(root);
  expect(cpus.length).toBeGreaterThan(0);
  expect((await pickCpus(root)).benchCpu).toBe(cpus.at(-1));
});
