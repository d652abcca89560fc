/** Compilers and linkers other than those of the computer that this was written on; npm run test:systems has clang alone. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hvbench, readResult, temporaryFolder } from '../cli/command.ts';
import { kvmIsUsable } from '../kvm.ts';
import { requireOrSkip } from '../require.ts';
import { expectGuests, ownCache } from './guests.ts';
import { findCommand, GCC, pathWithout } from './land.ts';

const folder = temporaryFolder();

/** Linkers under all their names. */
const LINKERS = /^(.*-)?(ld|gold)(\.\w+)?(-[\w.]+)?$|lld/;

const clang = findCommand(/^clang$/);
const lld = findCommand(/^ld\.lld(-\d+)?$/);

describe.skipIf(requireOrSkip('clang', clang !== null))('where there is clang alone', () => {
  const path = pathWithout(GCC, folder);
  const options = ownCache(folder, 'clang', { PATH: path, CC: '' });

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
    await expectGuests(ownCache(folder, 'lld', { PATH: path, CC: '' }), /clang version/);
  },
);
