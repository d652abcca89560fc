/** File systems on which programs cannot be run or files cannot be written, really mounted so. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Examination } from '../../core/library/probe.ts';
import { hvbench, temporaryFolder } from '../cli/command.ts';
import { requireOrSkip } from '../require.ts';
import { mountsArePermitted } from './land.ts';

const folder = temporaryFolder();
const [cache, temporary] = ['cache', 'temporary'].map((name) => join(folder, name)) as [string, string];

const WORK =
  '--profile quick --suite cpu --workload integer --isa x86_64 --hypervisor control --budget 1'.split(' ');
const EXEC = ['exec', '--hypervisor', 'control', '--runs', '1', '--warmup', '0', '--', 'true'];

/** With these options of mount(8) on the cache and on TMPDIR. */
function mounted(onCache: string, onTemporary: string) {
  mkdirSync(cache, { recursive: true });
  mkdirSync(temporary, { recursive: true });
  const script = `mount -t tmpfs -o ${onCache} none ${cache}; mount -t tmpfs -o ${onTemporary} none ${temporary}; exec "$@"`;
  return {
    cwd: folder,
    env: { XDG_CACHE_HOME: cache, TMPDIR: temporary },
    under: ['unshare', '-m', 'sh', '-e', '-c', script, 'sh'],
  };
}

describe.skipIf(requireOrSkip('unshare', mountsArePermitted))('where the cache', () => {
  test.each([
    ['is mounted noexec', 'noexec', 'is on a file system that is mounted noexec'],
    ['is read-only', 'ro', 'is on a read-only file system'],
  ])('%s, images are kept in TMPDIR, and all say so', async (name, option, reason) => {
    const options = mounted(option, 'rw');
    const uid = process.getuid?.();
    const told = `uest images are kept in ${temporary}/hvbench-${uid}/images: ${cache}/hvbench/images ${reason} (XDG_CACHE_HOME names another cache)`;
    for (const args of [['run', ...WORK, '--out', join(folder, name.replaceAll(' ', '-'))], EXEC]) {
      const { code, stderr } = await hvbench(args, options);
      expect(code, stderr).toBe(0);
      expect(stderr).toContain(`note: g${told}\n`);
    }
    const examination: Examination = JSON.parse((await hvbench(['doctor', '--json'], options)).stdout);
    expect(examination.findings).toContainEqual({ level: 'note', text: `G${told}.` });
    expect(examination.hypervisors.find(({ id }) => id === 'native')?.available).toBe(true);
  });

  test('is well and TMPDIR is mounted noexec, nothing is amiss', async () => {
    const { code, stderr } = await hvbench(EXEC, mounted('rw', 'noexec'));
    expect(code, stderr).toBe(0);
    // The folder that it works in has mount points here, which is told.
    expect(stderr).not.toMatch(/note: .*(images|noexec)/);
  });

  test('and TMPDIR are both mounted noexec, one line says what, where and what to do', async () => {
    const options = mounted('noexec', 'noexec');
    const line = `cannot keep guest images: ${cache}/hvbench/images is on a file system that is mounted noexec; ${temporary}/hvbench-${process.getuid?.()}/images is on a file system that is mounted noexec; set XDG_CACHE_HOME to a folder that allows writing and running files`;
    for (const args of [['run', ...WORK, '--out', join(folder, 'nowhere')], EXEC]) {
      const { code, stdout, stderr } = await hvbench(args, options);
      expect({ code, stdout }, stderr).toEqual({ code: 2, stdout: '' });
      expect(stderr.split('\n').filter((each) => each.startsWith('hvbench: '))).toEqual([`hvbench: ${line}`]);
    }
    const { code, stdout } = await hvbench(['doctor'], options);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^0 of \d hypervisors can run here/);
    for (const isa of ['x86_64', 'i386']) expect(stdout).toContain(`${isa} cannot be measured: ${line}.`);
  });
});
