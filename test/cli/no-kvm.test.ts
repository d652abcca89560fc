/**
 * /dev/kvm missing, forbidden, or not what it should be: the run goes on without it and says so. The command
 * runs in a mount namespace of its own, in which the device is really so.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { kvmIsUsable } from '../kvm.ts';
import { requireOrSkip } from '../require.ts';
import { hvbench, readResult, temporaryFolder } from './command.ts';

/** A user other than root becomes root of a user namespace. */
const UNSHARE = process.getuid?.() === 0 ? ['unshare', '-m'] : ['unshare', '-r', '-m'];
const [unshare = '', ...flags] = UNSHARE;
const permitted = spawnSync(unshare, [...flags, 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;

const folder = temporaryFolder();
const MACHINES = ['--hypervisor', 'control,kvm,v86'];
const WORK = '--profile quick --suite cpu --workload integer --budget 1'.split(' ');

/** Runs the command after a shell script has changed the namespace's mounts. */
const run = (script: string, ...args: string[]) =>
  hvbench(['run', ...WORK, ...args], {
    cwd: folder,
    under: [...UNSHARE, 'sh', '-e', '-c', `${script}\nexec "$@"`, 'sh'],
  });

/** Another /dev with what every program needs, and nothing else. */
const HIDDEN = `mount -t tmpfs none dev
for name in null zero full random urandom; do : > dev/$name; mount --bind /dev/$name dev/$name; done
mount --rbind dev /dev`;
/** Opening a device below a mount without devices is forbidden even to root. */
const FORBIDDEN = 'mount --bind /dev/kvm /dev/kvm; mount -o remount,bind,nodev /dev/kvm';
const ANOTHER_DEVICE = 'mount --bind /dev/zero /dev/kvm';

describe.skipIf(requireOrSkip('unshare', permitted))('without /dev/kvm', () => {
  mkdirSync(join(folder, 'dev'));

  test('the rest is measured, and the reason is told', async () => {
    const { code, stdout, stderr } = await run(HIDDEN, ...MACHINES, '--out', 'missing');
    expect(code, stderr).toBe(1);
    expect(stderr).toMatch(/^kvm is not measured: .*\/dev\/kvm/m);
    expect(stdout).toMatch(/kvm could not run/);
    const { host, hypervisors, measurements, failures } = readResult(join(folder, 'missing'));
    expect(host.kvm).toMatchObject({ present: false, accessible: false });
    expect(hypervisors.find(({ id }) => id === 'kvm')).toMatchObject({
      available: false,
      reason: host.kvm.reason,
    });
    const measured = measurements.filter(({ status }) => status === 'ok');
    expect(measured.map(({ hypervisor, isa }) => [hypervisor, isa])).toEqual([
      ['native', 'i386'],
      ['control', 'i386'],
      ['v86', 'i386'],
    ]);
    expect(failures).toEqual([]);
  });

  test('a run that asks for kvm alone cannot be done', async () => {
    const { code, stdout, stderr } = await run(HIDDEN, '--hypervisor', 'kvm', '--out', 'alone');
    expect(stderr).toMatch(/^hvbench: nothing can run here \(kvm: [^\n]*\): see hvbench doctor\n$/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

describe.skipIf(requireOrSkip('unshare', permitted) || requireOrSkip('kvm', kvmIsUsable))(
  'with a /dev/kvm that is of no use',
  () => {
    test('one that may not be opened is named', async () => {
      const { code, stdout, stderr } = await run(FORBIDDEN, ...MACHINES, '--out', 'forbidden');
      expect(code, stderr).toBe(1);
      expect(stderr).toMatch(/^kvm is not measured: .*EACCES/m);
      expect(stdout).toMatch(/kvm could not run: .*EACCES/);
      const { host, measurements } = readResult(join(folder, 'forbidden'));
      expect(host.kvm).toMatchObject({ present: true, accessible: false });
      expect(measurements.find(({ hypervisor }) => hypervisor === 'v86')).toMatchObject({ status: 'ok' });
    });

    test('one that is another device fails its rows, and the rest is measured', async () => {
      const { code, stderr } = await run(ANOTHER_DEVICE, ...MACHINES, '--out', 'another');
      expect(code, stderr).toBe(1);
      expect(stderr).toMatch(/^failed: kvm x86_64: .*KVM_GET_API_VERSION failed: ENOTTY/m);
      const { measurements, failures } = readResult(join(folder, 'another'));
      const states = measurements.map(({ hypervisor, isa, status }) => [hypervisor, isa, status]);
      expect(states).toEqual([
        ['native', 'x86_64', 'ok'],
        ['control', 'x86_64', 'ok'],
        ['kvm', 'x86_64', 'failed'],
        ['native', 'i386', 'ok'],
        ['control', 'i386', 'ok'],
        ['v86', 'i386', 'ok'],
      ]);
      expect(failures).toHaveLength(1);
    });
  },
);
