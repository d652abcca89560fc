import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { neighbour, quota } from '../../../core/validate/disturb.ts';
import { requireOrSkip } from '../../require.ts';

/** Processes whose parent is this one, by what they run. */
function children(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const parent = /\) \S (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.[1];
        return parent === String(process.pid)
          ? [`${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'latin1')}`]
          : [];
      } catch {
        return [];
      }
    });
}

const neighbours = () => children().filter((line) => line.includes('Math.imul'));

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries++) {
    if (tries > 500) throw new Error('it did not come');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const hasTools = ['setpriv', 'taskset'].every((tool) => spawnSync(tool, ['--version']).status === 0);

describe.skipIf(requireOrSkip('setpriv', hasTools))('a neighbour', () => {
  test('computes on its CPU, and is gone once it is ended', async () => {
    expect(neighbours()).toEqual([]);
    const end = await neighbour(0);
    try {
      await until(() => neighbours().some((line) => line.includes('node')));
      const [pid] = (neighbours()[0] ?? '').split(' ');
      const allowed = () =>
        /Cpus_allowed_list:\s*(\S+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      await until(() => allowed() === '0');
      const ticks = () => Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[11]);
      const before = ticks();
      await until(() => ticks() > before);
    } finally {
      await end();
    }
    expect(neighbours()).toEqual([]);
    await end();
  });
});

const v1 = existsSync('/sys/fs/cgroup/cpu/cpu.cfs_quota_us');
const parent = v1 ? '/sys/fs/cgroup/cpu' : '/sys/fs/cgroup';

function canMakeGroups(): boolean {
  const folder = join(parent, `hvbench-test-${process.pid}`);
  try {
    mkdirSync(folder);
    const can = existsSync(join(folder, v1 ? 'cpu.cfs_quota_us' : 'cpu.max'));
    rmdirSync(folder);
    return can;
  } catch {
    return false;
  }
}

const groups = () => readdirSync(parent).filter((name) => name.startsWith('hvbench-quota-'));

describe('a quota', () => {
  describe.skipIf(requireOrSkip('cgroup', canMakeGroups()))('with control groups', () => {
    test('is set for this process, and undone', async () => {
      const before = readFileSync('/proc/self/cgroup', 'utf8');
      const end = quota(0.9);
      try {
        const [group] = groups();
        const folder = join(parent, group ?? '');
        expect(readFileSync('/proc/self/cgroup', 'utf8')).toContain(group);
        const read = (name: string) => readFileSync(join(folder, name), 'utf8').trim();
        expect(v1 ? `${read('cpu.cfs_quota_us')} ${read('cpu.cfs_period_us')}` : read('cpu.max')).toBe(
          '1350 1500',
        );
        // What is started from now on is under it too.
        expect(spawnSync('cat', ['/proc/self/cgroup'], { encoding: 'utf8' }).stdout).toContain(group);
      } finally {
        await end();
      }
      expect(groups()).toEqual([]);
      expect(readFileSync('/proc/self/cgroup', 'utf8')).toBe(before);
      await end();
    });

    test('that the kernel refuses leaves no group', () => {
      const before = readFileSync('/proc/self/cgroup', 'utf8');
      expect(() => quota(Number.NaN)).toThrow();
      expect(groups()).toEqual([]);
      expect(readFileSync('/proc/self/cgroup', 'utf8')).toBe(before);
    });
  });

  test('where there are no control groups it throws', () => {
    expect(() => quota(0.7, '/no/such/place')).toThrow(/ENOENT/);
  });
});
