/** Compilers and linkers other than those of the computer that this was written on; npm run test:systems has clang alone. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hvbench, readResult, temporaryFolder } from '../cli/command.ts';
import { kvmIsUsable } from '../kvm.ts';
import { requireOrSkip } from '../require.ts';
import { bullseye, bullseyeIsUsable, findCommand, GCC, pathWithout } from './land.ts';

const folder = temporaryFolder();

const LINKERS = /^(.*-)?(ld|gold)(\.\w+)?(-[\w.]+)?$|lld/;

const clang = findCommand(/^clang$/);
const lld = findCommand(/^ld\.lld(-\d+)?$/);

/** An environment with a cache of its own. */
function environment(name: string, more: Record<string, string>) {
  const own = join(folder, name);
  mkdirSync(own);
  return { cwd: own, env: { XDG_CACHE_HOME: join(own, 'cache'), ...more } };
}

/** Guests of both ISAs are built by that compiler without a loss, and run. */
async function expectGuests(options: ReturnType<typeof environment>, compiler: RegExp): Promise<void> {
  const flags = '--profile quick --suite cpu --workload integer --hypervisor control --budget 1'.split(' ');
  const { code, stderr } = await hvbench(['run', ...flags, '--out', 'out'], options);
  expect(code, stderr).toBe(0);
  expect(stderr).not.toContain('note:');
  const { failures, host, measurements } = readResult(join(options.cwd, 'out'));
  expect(failures).toEqual([]);
  expect(host.compiler).toMatch(compiler);
  const rows = measurements.map(({ isa, hypervisor, status }) => `${isa} ${hypervisor} ${status}`);
  for (const row of ['x86_64 native', 'x86_64 control', 'i386 native', 'i386 control'])
    expect(rows).toContain(`${row} ok`);
}

describe.skipIf(requireOrSkip('clang', clang !== null))('where there is clang alone', () => {
  const path = pathWithout(GCC, folder);
  const options = environment('clang', { PATH: path, CC: '' });

  test('there is no gcc on this path', () => {
    for (const name of ['gcc', 'cc', 'as'])
      expect(spawnSync(name, { env: { PATH: path } }).error).toBeDefined();
  });

  test.skipIf(requireOrSkip('kvm', kvmIsUsable))(
    'its kernel runs where level 0 is emulated, and many guests run at once',
    async () => {
      const flags =
        '--profile quick --suite privileged,density --workload cpuid,out --machines 3 --budget 3'.split(' ');
      const { code, stderr } = await hvbench(
        ['run', ...flags, '--hypervisor', 'kvm', '--isa', 'x86_64', '--out', 'kernel'],
        options,
      );
      expect(code, stderr).toBe(0);
      const { failures, operations } = readResult(join(options.cwd, 'kernel'));
      expect(failures).toEqual([]);
      const rows = operations.filter(({ hypervisor }) => hypervisor === 'kvm');
      expect(rows.map(({ operation, status }) => [operation, status])).toEqual(
        expect.arrayContaining([
          ['cpuid', 'ok'],
          ['out', 'ok'],
        ]),
      );
    },
  );
});

test.skipIf(requireOrSkip('clang', clang !== null) || requireOrSkip('lld', lld !== null))(
  "with clang and LLVM's linker alone, guests are built and run",
  async () => {
    const path = pathWithout(new RegExp(`${GCC.source}|${LINKERS.source}`), folder, { 'ld.lld': lld ?? '' });
    expect(spawnSync('ld', { env: { PATH: path } }).error).toBeDefined();
    await expectGuests(environment('lld', { PATH: path, CC: '' }), /clang version/);
  },
);

test.skipIf(requireOrSkip('bullseye', bullseyeIsUsable))(
  'with an old linker, in a $CC of several words, guests are built and run',
  async () => {
    const land = await bullseye();
    const options = environment('old-ld', { CC: `gcc -fno-use-linker-plugin -B${join(folder, 'old-ld')}/` });
    const libraries = join(land, 'usr/lib/x86_64-linux-gnu');
    const [loader] = readdirSync(libraries).filter((name) => /^ld-[\d.]+\.so$/.test(name));
    writeFileSync(
      join(options.cwd, 'ld'),
      `#!/bin/sh\nexec ${libraries}/${loader} --library-path ${libraries} ${land}/usr/bin/x86_64-linux-gnu-ld.bfd "$@"\n`,
    );
    chmodSync(join(options.cwd, 'ld'), 0o755);
    const unknown = spawnSync(join(options.cwd, 'ld'), ['--no-warn-rwx-segments'], { encoding: 'utf8' });
    expect(unknown.stderr).toMatch(/unrecognized option/);
    await expectGuests(options, /^gcc /);
  },
);
