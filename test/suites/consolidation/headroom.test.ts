import { expect, it } from 'vitest';
import { cgroupFolders } from '../../../core/host/cgroups.ts';
import { softLimit } from '../../../core/host/limits.ts';
import { localHost } from '../../../core/host/local.ts';
import { mostMachines, readHeadroom } from '../../../suites/consolidation/headroom.ts';
import { atLeastOne } from '../../at-least-one.ts';
import { fakeHost } from '../../core/host/folder-host.ts';

const GIB = 2 ** 30;
const MEMINFO = `MemTotal:       ${(8 * GIB) / 1024} kB\nMemAvailable:   ${(4 * GIB) / 1024} kB\n`;
const LIMITS = [
  'Limit                     Soft Limit           Hard Limit           Units     ',
  'Max processes             unlimited            unlimited            processes ',
  'Max open files            100                  4096                 files     ',
].join('\n');

it('the scarcest bounds the number of machines, and is named', () => {
  const headroom = {
    memory: [{ amount: 10 * GIB, what: 'memory' }],
    tasks: [
      { amount: 100, what: 'tasks' },
      { amount: 55, what: 'fewer tasks' },
    ],
    descriptors: [{ amount: 1000, what: 'files' }],
  };
  const need = { memory: GIB, tasks: 11, descriptors: 3 };
  expect(mostMachines(headroom, need)).toEqual({ machines: 5, what: 'fewer tasks' });
  expect(mostMachines(headroom, { ...need, memory: 3 * GIB })).toEqual({ machines: 3, what: 'memory' });
  expect(mostMachines(headroom, { ...need, descriptors: 2000 })).toEqual({ machines: 0, what: 'files' });
  // Before the first machine nobody knows what it takes.
  expect(
    mostMachines({ ...headroom, descriptors: [] }, { memory: 0, tasks: 0, descriptors: 3 }).machines,
  ).toBe(Number.POSITIVE_INFINITY);
});

it('reads what this host leaves', async () => {
  const { memory, tasks, descriptors } = await readHeadroom(localHost);
  expect(memory[0]?.amount).toBeGreaterThan(0);
  expect(memory[0]?.amount).toBeLessThan(2 ** 50);
  for (const { amount, what } of atLeastOne([...tasks, ...descriptors]))
    expect({ what, ok: amount > 0 }).toEqual({ what, ok: true });
});

it('keeps a reserve of memory, counts open files, and takes no limit for none', async () => {
  const host = await fakeHost({
    'proc/meminfo': MEMINFO,
    'proc/self/limits': LIMITS,
    'proc/self/fd/0': '',
    'proc/self/fd/1': '',
    'proc/loadavg': '0.1 0.1 0.1 1/200 4711',
    'proc/sys/kernel/pid_max': '1000',
  });
  const headroom = await readHeadroom(host);
  expect(headroom.memory).toEqual([{ amount: 3.2 * GIB, what: "this host's memory" }]);
  expect(headroom.descriptors).toEqual([{ amount: 86, what: 'the limit of 100 open files (ulimit -n)' }]);
  expect(headroom.tasks).toEqual([{ amount: 784, what: "the kernel's pid_max (1000)" }]);
});

it.each([
  ['the second version', '0::/a/b\n', 'sys/fs/cgroup/a', 'memory.max', 'memory.current'],
  [
    'the first version',
    '4:memory:/a\n',
    'sys/fs/cgroup/memory/a',
    'memory.limit_in_bytes',
    'memory.usage_in_bytes',
  ],
])('finds the memory limit of a control group: %s', async (_, groups, folder, limit, used) => {
  const host = await fakeHost({
    'proc/self/cgroup': groups,
    [`${folder}/${limit}`]: String(4 * GIB),
    [`${folder}/${used}`]: String(2 * GIB),
    [`${folder}/memory.stat`]: `anon 5\ninactive_file ${GIB}\n`,
  });
  const { memory } = await readHeadroom(host);
  expect(memory).toEqual([
    { amount: 3 * GIB - 0.1 * 4 * GIB, what: 'the memory limit of its control group (4096 MiB)' },
  ]);
});

it('finds pids.max of a control group above the own one; "max" bounds nothing', async () => {
  const host = await fakeHost({
    'proc/self/cgroup': '0::/a/b\n',
    'sys/fs/cgroup/a/b/pids.max': 'max',
    'sys/fs/cgroup/a/b/pids.current': '3',
    'sys/fs/cgroup/a/pids.max': '64',
    'sys/fs/cgroup/a/pids.current': '8',
  });
  expect((await readHeadroom(host)).tasks).toEqual([
    { amount: 40, what: "its control group's pids.max (64)" },
  ]);
});

it('a path out of the tree is not followed', async () => {
  const outside = await fakeHost({ 'proc/self/cgroup': '0::/../../etc\n' });
  expect(cgroupFolders('memory', outside).map(({ folder }) => folder)).not.toContain(
    '/sys/fs/cgroup/../../etc',
  );
  const other = await fakeHost({ 'proc/self/cgroup': '3:cpu,cpuacct:/x\n' });
  expect(cgroupFolders('memory', other)).toEqual([]);
  expect(softLimit(LIMITS, 'Max processes')).toBe(Number.POSITIVE_INFINITY);
  expect(softLimit(LIMITS, 'Max open files')).toBe(100);
});
