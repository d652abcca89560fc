import { expect, it } from 'vitest';
import { readCaches } from '../../../core/host/caches.ts';
import { describedHost } from '../../../core/host/described.ts';
import { readOsName } from '../../../core/host/system.ts';

const CACHE = '/sys/devices/system/cpu/cpu1/cache/index0';
const host = describedHost(
  new Map([
    ['/proc/meminfo', 'MemTotal:       2048 kB\nMemFree: 1 kB'],
    ['/proc/sys/kernel/osrelease', '6.1.0'],
    ['/etc/os-release', 'PRETTY_NAME="Debian 12"'],
    ...['level', 'type', 'size'].map(
      (name, index) => [`${CACHE}/${name}`, ['1', 'Data', '32K'][index] as string] as const,
    ),
  ]),
);

it('readers of a computer read what it told of itself', async () => {
  expect(await readOsName(host)).toBe('Debian 12');
  expect(await readCaches(1, host)).toEqual({ l1d: 32_768, l2: 32_768, llc: 32_768 });
  expect(await readCaches(0, host)).toBeNull();
  expect(host.facts()).toMatchObject({ memoryBytes: 2 * 2 ** 20, kernel: '6.1.0' });
});

it('nothing runs on it', async () => {
  await expect(host.start(['true'], { cpus: [0] })).rejects.toThrow(/only described/);
  expect(await host.find('lscpu')).toBeNull();
});
