/** Systems that lack what is everywhere else: a home folder, /proc. The real command, as such a user or in such a place. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { atLeastOne } from '../at-least-one.ts';
import { hvbench, MAIN, readResult, temporaryFolder } from '../cli/command.ts';
import { requireOrSkip } from '../require.ts';

const folder = temporaryFolder();
const isRoot = process.getuid?.() === 0;
const WORK = '--suite cpu --workload integer --hypervisor control,v86 --profile quick --budget 1'.split(' ');

/** No entry in passwd(5) has this number. */
const USER = 12345;
const AS_USER = `setpriv --reuid ${USER} --regid ${USER} --clear-groups`.split(' ');
const canBecome = isRoot && spawnSync('setpriv', [...AS_USER.slice(1), 'test', '-r', MAIN]).status === 0;

describe.skipIf(requireOrSkip('nobody', canBecome))('a user without a home folder', () => {
  chmodSync(folder, 0o777);
  const homeless = (args: readonly string[], ...given: string[]) =>
    hvbench(args, {
      cwd: folder,
      under: ['env', '-u', 'HOME', '-u', 'XDG_CACHE_HOME', ...given, ...AS_USER],
    });

  test.each([['--version'], ['--help'], ['list']])('needs none for %s', async (...args) => {
    expect(await homeless(args)).toMatchObject({ code: 0, stderr: '' });
  });

  test.each([
    ['doctor'],
    ['guest'],
    ['run', ...WORK, '--out', 'refused'],
    ['exec', '--runs', '1', '--', 'true'],
  ])('is told how to do without for %s', async (...args) => {
    expect(await homeless(args)).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(
        /^(inspecting this host\n)?hvbench: user 12345 has no home folder for a cache: set XDG_CACHE_HOME to a writable folder\n$/,
      ),
    });
  });

  test('measures, and draws charts, with a cache elsewhere', async () => {
    const cache = `XDG_CACHE_HOME=${join(folder, 'cache')}`;
    const run = await homeless(['run', ...WORK, '--out', 'out'], cache);
    expect(run.code, run.stderr).toBe(0);
    for (const { status } of atLeastOne(readResult(join(folder, 'out')).measurements))
      expect(status).toBe('ok');
    expect(existsSync(join(folder, 'out/overhead.png'))).toBe(true);
    // A report takes no cache.
    expect(await homeless(['report', 'out'])).toMatchObject({ code: 0, stderr: '' });
    expect(await homeless(['doctor'], cache)).toMatchObject({ code: 0, stderr: '' });
  });
});

const canUnmount = isRoot && spawnSync('unshare', ['-m', 'umount', '-l', '/proc']).status === 0;

describe.skipIf(requireOrSkip('unshare', canUnmount))('without /proc', () => {
  const under = ['unshare', '-m', 'sh', '-c', 'umount -l /proc && exec "$@"', 'sh'];

  test.each([
    ['doctor'],
    ['list'],
    ['run', ...WORK, '--out', 'no-proc'],
    ['exec', '--runs', '1', '--', 'true'],
  ])('%s says so in one line', async (...args) => {
    const { code, stdout, stderr } = await hvbench(args, { cwd: folder, under });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(
      /^hvbench: \/proc is not mounted, so hvbench cannot inspect this computer: mount -t proc proc \/proc\n$/,
    );
  });

  test('what needs no computer works', async () => {
    expect(await hvbench(['--version'], { cwd: folder, under })).toMatchObject({ code: 0, stderr: '' });
  });
});
