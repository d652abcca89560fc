/** What virtiofsd is told, by what it says that it knows. The matrix of systems runs a guest on each that there is. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { localHost } from '../../../../core/host/local.ts';
import { virtiofsdCommand, virtiofsdLack } from '../../../../core/hypervisors/qemu/virtiofs.ts';
import { fakeRoot } from '../../host/fake-root.ts';

const OPTIONS = '--fd=3 -o source=/ -o sandbox=chroot -o cache=always'.split(' ');

async function program(help: string): Promise<string> {
  const path = join(await fakeRoot({}), 'virtiofsd');
  writeFileSync(path, `#!/bin/sh\n[ "$*" = --help ] && cat <<'END'\n${help}\nEND\n`);
  chmodSync(path, 0o755);
  return path;
}

const OWN = '-o announce_submounts      Announce sub-mount points to the guest';
const SUCCESSOR = '--announce-submounts\n  Tell the guest [default]\n--no-announce-submounts\n  Do not';

it.each([
  ["QEMU's own, up to 7.2", `${OWN}\n-o killpriv_v2  Enable it`, []],
  ['its successor, which tells guests of mount points by itself', SUCCESSOR, ['--no-announce-submounts']],
])('%s', async (_name, help, more) => {
  const path = await program(help);
  expect(await virtiofsdCommand(localHost, path)).toEqual([path, ...OPTIONS, ...more]);
  expect(await virtiofsdLack(localHost, path)).toBeNull();
});

it('is not used if a pause ends it, as before QEMU 6.0', async () => {
  const path = await program(OWN);
  expect(await virtiofsdLack(localHost, path)).toEqual({
    reason: `${path}, which shows the host's files to the guest, is of QEMU before 6.0 and does not survive a pause`,
    remedy: 'install QEMU 6.0 or newer',
  });
});

it('is taken as it is if it does not say what it knows', async () => {
  expect(await virtiofsdLack(localHost, '/none/virtiofsd')).toBeNull();
});
