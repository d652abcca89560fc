/** What virtiofsd is told, by what it says that it knows. The matrix of systems runs a guest on each that there is. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { localHost } from '../../../../core/host/local.ts';
import { virtiofsdCommand } from '../../../../core/hypervisors/qemu/virtiofs.ts';
import { fakeRoot } from '../../host/fake-root.ts';

const OPTIONS = '--fd=3 -o source=/ -o sandbox=chroot -o cache=always'.split(' ');

it.each([
  ["QEMU's own, up to 7.2", '-o announce_submounts      Announce sub-mount points to the guest', []],
  [
    'its successor, which tells guests of mount points by itself',
    '--announce-submounts\n  Tell the guest [default]\n--no-announce-submounts\n  Do not',
    ['--no-announce-submounts'],
  ],
])('%s', async (_name, help, more) => {
  const program = join(await fakeRoot({}), 'virtiofsd');
  writeFileSync(program, `#!/bin/sh\n[ "$*" = --help ] && cat <<'END'\n${help}\nEND\n`);
  chmodSync(program, 0o755);
  expect(await virtiofsdCommand(localHost, program)).toEqual([program, ...OPTIONS, ...more]);
});
