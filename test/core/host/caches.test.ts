import { expect, test } from 'vitest';
import { parseCacheSize, pickCaches, readCaches } from '../../../core/host/caches.ts';
import { fakeHost } from './folder-host.ts';

test.each([
  ['32K', 32768],
  ['1M', 1048576],
  ['512', 512],
  ['32768K\n', 33554432],
  ['', null],
  ['0K', null],
  ['-1K', null],
  ['32 KB', null],
  ['99999999999999K', null],
])('cache size %j is %j bytes', (text, bytes) => {
  expect(parseCacheSize(text)).toBe(bytes);
});

test('the first-level instruction cache does not count', () => {
  expect(
    pickCaches([
      { level: 1, type: 'Instruction', bytes: 1 },
      { level: 3, type: 'Unified', bytes: 300 },
      { level: 1, type: 'Data', bytes: 10 },
      { level: 2, type: 'Unified', bytes: 100 },
    ]),
  ).toEqual({ l1d: 10, l2: 100, llc: 300 });
});

test('the last level is whichever there is', () => {
  const l1 = { level: 1, type: 'Data', bytes: 10 };
  expect(pickCaches([l1, { level: 2, type: 'Unified', bytes: 100 }])).toEqual({ l1d: 10, l2: 100, llc: 100 });
  expect(pickCaches([l1])).toEqual({ l1d: 10, l2: 10, llc: 10 });
  expect(pickCaches([{ level: 1, type: 'Instruction', bytes: 10 }])).toBeNull();
});

test('reads the caches of the CPU that is asked for, and leaves malformed ones out', async () => {
  const folder = 'sys/devices/system/cpu/cpu7/cache';
  const host = await fakeHost({
    'sys/devices/system/cpu/cpu0/cache/index0/level': '1',
    'sys/devices/system/cpu/cpu0/cache/index0/type': 'Data',
    'sys/devices/system/cpu/cpu0/cache/index0/size': '48K',
    [`${folder}/index0/level`]: '1\n',
    [`${folder}/index0/type`]: 'Data\n',
    [`${folder}/index0/size`]: '32K\n',
    [`${folder}/index1/level`]: '2\n',
    [`${folder}/index1/type`]: 'Unified\n',
    [`${folder}/index1/size`]: 'lots\n',
    [`${folder}/uevent`]: '',
  });
  expect(await readCaches(7, host)).toEqual({ l1d: 32768, l2: 32768, llc: 32768 });
  expect(await readCaches(1, host)).toBeNull();
});
