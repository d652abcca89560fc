import { describe, expect, it } from 'vitest';
import { cpuQuota, readThrottling, throttlingBetween } from '../../../core/host/cpu-quota.ts';
import { fakeHost } from './folder-host.ts';

const V2 = { 'proc/self/cgroup': '0::/box/inner\n' };
const stat = (periods: number, throttled: number) =>
  `usage_usec 10\nnr_periods ${periods}\nnr_throttled ${throttled}\nthrottled_usec 99\n`;

describe('a quota', () => {
  it('of version 2 is the tightest of the group and those above', async () => {
    const host = await fakeHost({
      ...V2,
      'sys/fs/cgroup/box/cpu.max': '150000 100000\n',
      'sys/fs/cgroup/box/cpu.stat': stat(10, 1),
      'sys/fs/cgroup/box/inner/cpu.max': '25000 50000\n',
      'sys/fs/cgroup/box/inner/cpu.stat': stat(20, 15),
    });
    expect(cpuQuota(host)).toBe(0.5);
    expect([...readThrottling(host)]).toEqual([
      ['/sys/fs/cgroup/box/inner', { periods: 20, throttled: 15 }],
      ['/sys/fs/cgroup/box', { periods: 10, throttled: 1 }],
    ]);
  });

  it('of version 1 is read from the controller cpu, alone or with cpuacct', async () => {
    for (const controllers of ['cpu', 'cpu,cpuacct']) {
      const host = await fakeHost({
        'proc/self/cgroup': `4:memory:/\n3:${controllers}:/box\n`,
        [`sys/fs/cgroup/${controllers}/box/cpu.cfs_quota_us`]: '50000\n',
        [`sys/fs/cgroup/${controllers}/box/cpu.cfs_period_us`]: '100000\n',
        [`sys/fs/cgroup/${controllers}/box/cpu.stat`]: stat(7, 3),
      });
      expect(cpuQuota(host)).toBe(0.5);
      expect([...readThrottling(host).values()]).toEqual([{ periods: 7, throttled: 3 }]);
    }
  });

  it.each(['max 100000', '0 0', 'nonsense', ''])('is none where cpu.max says "%s"', async (max) => {
    const host = await fakeHost({ ...V2, 'sys/fs/cgroup/box/cpu.max': max });
    expect(cpuQuota(host)).toBeNull();
    expect(readThrottling(host).size).toBe(0);
  });

  it('is none of -1 in version 1, and none without control groups', async () => {
    const files = {
      'proc/self/cgroup': '3:cpu:/box\n',
      'sys/fs/cgroup/cpu/box/cpu.cfs_quota_us': '-1\n',
      'sys/fs/cgroup/cpu/box/cpu.cfs_period_us': '100000\n',
    };
    expect(cpuQuota(await fakeHost(files))).toBeNull();
    expect(cpuQuota(await fakeHost({}))).toBeNull();
  });
});

describe('between two readings', () => {
  const groups = (...counts: [string, number, number][]) =>
    new Map(counts.map(([name, periods, throttled]) => [name, { periods, throttled }]));

  it('the group that was stopped most counts', () => {
    const before = groups(['a', 100, 10], ['b', 100, 50]);
    expect(throttlingBetween(before, groups(['a', 662, 446], ['b', 600, 51]))).toEqual({
      periods: 562,
      throttled: 436,
    });
  });

  it('there is nothing without a quota, of a group that came meanwhile, or where counters stepped back', () => {
    expect(throttlingBetween(new Map(), new Map())).toBeNull();
    expect(throttlingBetween(groups(), groups(['a', 5, 1]))).toBeNull();
    expect(throttlingBetween(groups(['a', 5, 1]), groups(['a', 4, 1]))).toBeNull();
  });
});
