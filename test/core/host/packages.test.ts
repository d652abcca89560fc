import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Host } from '../../../core/host/host.ts';
import { installCommand, type Thing } from '../../../core/host/packages.ts';
import { temporaryFolder } from '../../cli/command.ts';
import { folderHost } from './folder-host.ts';

const folder = temporaryFolder();
const sudo = process.geteuid?.() === 0 ? '' : 'sudo ';

function systemOf(name: string, release: string, searchPath = ''): Host {
  const root = join(folder, name);
  mkdirSync(join(root, 'etc'), { recursive: true });
  writeFileSync(join(root, 'etc/os-release'), release);
  return folderHost(root, { searchPath });
}

describe('installCommand', () => {
  it.each<[string, string, Thing, string | null]>([
    ['debian', 'ID=debian\n', 'qemu', 'apt-get install qemu-system-x86'],
    ['mint', 'ID=linuxmint\nID_LIKE="ubuntu debian"\n', 'uml', 'apt-get install user-mode-linux'],
    ['fedora', 'ID=fedora\n', 'qemu', 'dnf install qemu-system-x86'],
    ['alma', 'ID="almalinux"\nID_LIKE="rhel centos fedora"\n', 'qemu', 'dnf install qemu-kvm'],
    ['alma seabios', 'ID="almalinux"\nID_LIKE="rhel centos fedora"\n', 'seabios', 'dnf install seabios-bin'],
    ['leap', 'ID="opensuse-leap"\nID_LIKE="suse opensuse"\n', 'qemu', 'zypper install qemu-x86'],
    ['arch', 'ID=arch\n', 'qemu', 'pacman -S qemu-system-x86'],
    ['alpine', 'ID=alpine\n', 'util-linux', 'apk add util-linux setpriv'],
    ['alpine uml', 'ID=alpine\n', 'uml', null],
  ])('is that of %s', (name, release, thing, command) => {
    expect(installCommand(thing, systemOf(name, release))).toBe(
      command === null ? null : `${sudo}${command}`,
    );
  });

  it('goes by the manager that is there where the system is unknown, and else names the package', () => {
    const host = systemOf('unknown', 'ID=homemade\n', 'bin:/nowhere:/usr/sbin');
    expect(installCommand('gcc', host)).toBe('install the package gcc');
    const programs = join(folder, 'unknown/usr/sbin');
    mkdirSync(programs, { recursive: true });
    writeFileSync(join(programs, 'zypper'), '');
    chmodSync(join(programs, 'zypper'), 0o755);
    expect(installCommand('gcc', host)).toBe(`${sudo}zypper install gcc`);
  });
});
