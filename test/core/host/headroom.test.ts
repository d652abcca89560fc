/** What is left of memory and of what Linux counts, as files of /proc and of control groups tell it. */
import { describe, expect, it } from 'vitest';
import { cgroupFolders } from '../../../core/host/cgroups.ts';
import { addressHeadroom, headroomOf, resourceCountsOf } from '../../../core/host/limits.ts';
import { memoryHeadroom, usedBytes } from '../../../core/host/memory-headroom.ts';
import { atLeastOne } from '../../at-least-one.ts';
import { fakeHost } from './folder-host.ts';

const MIB = 2 ** 20;
const MEMINFO = `MemTotal:       24000000 kB
MemFree:        10000000 kB
MemAvailable:   12000000 kB
Buffers:          100000 kB
Cached:          2000000 kB
SReclaimable:     500000 kB
HugePages_Total:       0
`;

describe('memoryHeadroom', () => {
  it('is what the kernel calls available where no group bounds it', async () => {
    const host = await fakeHost({ 'proc/meminfo': MEMINFO, 'proc/self/cgroup': '0::/\n' });
    expect(memoryHeadroom(host)).toEqual({
      name: 'available on this host',
      bytes: 12_000_000 * 1024,
      totalBytes: 24_000_000 * 1024,
    });
    expect(usedBytes(host)).toBe(11_400_000 * 1024);
  });

  it.each([
    ['its own group', 'user/mine'],
    ['a group above', 'user'],
  ])('is what a limit of version 2 leaves: %s', async (_, bounded) => {
    const at = `sys/fs/cgroup/${bounded}`;
    const host = await fakeHost({
      'proc/meminfo': MEMINFO,
      'proc/self/cgroup': '0::/user/mine\n',
      'sys/fs/cgroup/user/mine/memory.max': 'max\n',
      [`${at}/memory.max`]: `${1000 * MIB}\n`,
      [`${at}/memory.current`]: `${700 * MIB}\n`,
      [`${at}/memory.stat`]: `anon 1\ninactive_file ${50 * MIB}\n`,
    });
    expect(memoryHeadroom(host)).toEqual({
      name: 'memory limit of the control group',
      bytes: 350 * MIB,
      totalBytes: 1000 * MIB,
    });
  });

  it('knows version 1, and what it writes where there is no limit', async () => {
    const files = (limit: string) => ({
      'proc/meminfo': MEMINFO,
      'proc/self/cgroup': '4:memory:/job\n3:cpu:/\n',
      'sys/fs/cgroup/memory/job/memory.limit_in_bytes': limit,
      'sys/fs/cgroup/memory/job/memory.usage_in_bytes': `${100 * MIB}`,
    });
    expect(memoryHeadroom(await fakeHost(files(`${300 * MIB}`))).bytes).toBe(200 * MIB);
    expect(memoryHeadroom(await fakeHost(files('9223372036854771712'))).name).toBe('available on this host');
  });
});

it('control groups: none where they cannot be read, and never outside of their mount', async () => {
  expect(cgroupFolders('memory', await fakeHost({}))).toEqual([]);
  const host = await fakeHost({ 'proc/self/cgroup': '5:cpu,cpuacct:/../..\n' });
  expect(cgroupFolders('cpuacct', host).map(({ folder }) => folder)).toEqual([
    '/sys/fs/cgroup/cpu,cpuacct',
    '/sys/fs/cgroup/cpuacct',
  ]);
});

const LIMITS = `Limit                     Soft Limit           Hard Limit           Units
Max processes             96365                96365                processes
Max open files            1000                 20000                files
Max address space         2000000000           unlimited            bytes
`;
const PROCESS = {
  'proc/7/status': 'Name:\tx\nVmSize:\t 1000000 kB\nThreads:\t11\n',
  'proc/7/maps': 'a\nb\nc\n',
  'proc/7/limits': LIMITS,
  'proc/7/fd/0': '',
  'proc/7/fd/1': '',
  'proc/loadavg': '0.1 0.2 0.3 2/300 4711\n',
  'proc/self/cgroup': '0::/job\n',
  'proc/sys/fs/file-nr': '400\t0\t100000\n',
  'proc/sys/vm/max_map_count': '65530\n',
  'proc/sys/kernel/threads-max': '190000\n',
  'proc/sys/kernel/pid_max': '32768\n',
};

describe('headroomOf', () => {
  it('is what the nearest limit leaves of each', async () => {
    const host = await fakeHost(PROCESS);
    expect(resourceCountsOf(7, host)).toEqual({
      ...{ descriptors: 2, mappings: 3, threads: 11, addressBytes: 1_024_000_000 },
    });
    expect(headroomOf(7, host)).toEqual({
      ...{ descriptors: 998, mappings: 65_527, threads: 32_468, addressBytes: 976_000_000 },
    });
  });

  it('heeds the host as a whole, and control groups', async () => {
    const host = await fakeHost({
      ...PROCESS,
      'proc/sys/fs/file-nr': '400\t0\t500\n',
      'sys/fs/cgroup/job/pids.max': '100',
      'sys/fs/cgroup/job/pids.current': '40',
    });
    expect(headroomOf(7, host)).toMatchObject({ descriptors: 100, threads: 60 });
  });

  it('is without bounds where nothing is said', async () => {
    const headroom = headroomOf(7, await fakeHost({}));
    for (const value of atLeastOne(Object.values(headroom))) expect(value).toBe(Number.POSITIVE_INFINITY);
  });

  it('takes what is no number for no limit', async () => {
    const headroom = headroomOf(
      7,
      await fakeHost({
        'proc/7/limits': 'Max open files   \nMax processes   none\nMax address space   m\n',
        'proc/sys/fs/file-nr': 'many\n',
      }),
    );
    for (const value of atLeastOne(Object.values(headroom))) expect(value).toBe(Number.POSITIVE_INFINITY);
  });

  it('says quickly what is left of this process’s address space', async () => {
    const own = { 'proc/self/limits': LIMITS, 'proc/self/status': 'VmSize:\t 1000000 kB\n' };
    expect(addressHeadroom(await fakeHost(own))).toBe(976_000_000);
    expect(addressHeadroom(await fakeHost({}))).toBe(Number.POSITIVE_INFINITY);
  });
});
