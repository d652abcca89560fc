import { expect, test } from 'vitest';
import { cpuListText, parseCpuList } from '../../../core/host/cpu-list.ts';

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

test.each(['', '0', '0-3,8', '0,2,4-5'])('CPUs of the list %j are written as it', (text) => {
  expect(cpuListText(parseCpuList(text))).toBe(text);
});
