import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type KvmSurroundings, pickBacking, probeKvm } from '../../../core/host/kvm.ts';
import { fakeRoot } from './fake-root.ts';
import { fakeHost, folderHost } from './folder-host.ts';

const AMD: KvmSurroundings = {
  cpu: { vendor: 'AuthenticAMD', virtualization: 'svm' },
  outerHypervisor: null,
  container: null,
};
const INTEL: KvmSurroundings = { ...AMD, cpu: { vendor: 'GenuineIntel', virtualization: 'vmx' } };
const GUEST: KvmSurroundings = {
  cpu: { vendor: 'AuthenticAMD', virtualization: null },
  outerHypervisor: { hypervisor: 'KVM', evidence: ['lscpu: hypervisor vendor KVM'] },
  container: null,
};

/** A kernel whose `module` holds kvm, with one parameter. */
function loaded(module: string, parameter?: string, value = ''): Record<string, string> {
  return {
    'dev/kvm': '',
    [`sys/module/kvm/holders/${module}`]: '',
    [`sys/module/${module}/initstate`]: 'live',
    ...(parameter === undefined ? {} : { [`sys/module/${module}/parameters/${parameter}`]: value }),
  };
}

describe('what stands behind /dev/kvm', () => {
  test.each<[string, KvmSurroundings, Record<string, string>, string, boolean | null]>([
    ['AMD-V with nested paging', AMD, loaded('kvm_amd', 'npt', 'Y\n'), 'kvm_amd', true],
    ['AMD-V with nested paging, older kernel', AMD, loaded('kvm_amd', 'npt', '1\n'), 'kvm_amd', true],
    ['AMD-V with shadow paging', AMD, loaded('kvm_amd', 'npt', 'N\n'), 'kvm_amd', false],
    ['AMD-V with shadow paging, older kernel', AMD, loaded('kvm_amd', 'npt', '0\n'), 'kvm_amd', false],
    ['VT-x with nested paging', INTEL, loaded('kvm_intel', 'ept', 'Y\n'), 'kvm_intel', true],
    ['VT-x with shadow paging', INTEL, loaded('kvm_intel', 'ept', 'N\n'), 'kvm_intel', false],
    ['VT-x, parameter unreadable', INTEL, loaded('kvm_intel', 'ept', '?'), 'kvm_intel', null],
    ['PVM, no hardware', GUEST, loaded('kvm_pvm'), 'kvm_pvm', null],
  ])('%s', async (_, surroundings, files, backing, nestedPaging) => {
    expect(await probeKvm(surroundings, await fakeHost(files))).toEqual({
      present: true,
      accessible: true,
      backing,
      nestedPaging,
      reason: null,
    });
  });

  test('the holder counts, whatever else is loaded', () => {
    expect(pickBacking(['irqbypass', 'kvm_pvm'], ['kvm', 'kvm_amd', 'kvm_pvm'], 'svm')).toBe('kvm_pvm');
  });

  test('built-in modules without their hardware do not count', () => {
    const modules = ['kvm', 'kvm_amd', 'kvm_intel', 'kvm_pvm'];
    expect(pickBacking([], modules, 'vmx')).toBe('kvm_intel');
    expect(pickBacking([], modules, 'svm')).toBe('kvm_amd');
    expect(pickBacking([], modules, null)).toBe('kvm_pvm');
    expect(pickBacking([], ['kvm', 'kvm_amd'], null)).toBeNull();
    expect(pickBacking([], [], 'svm')).toBeNull();
  });
});

test('a missing device is told with the command that brings it', async () => {
  const kvm = await probeKvm(AMD, await fakeHost({}));
  expect(kvm).toMatchObject({ present: false, accessible: false, backing: null });
  expect(kvm.reason).toContain('sudo modprobe kvm_amd');
});

test('a device that this user may not open is told with the group to join', async () => {
  const root = await fakeRoot({ ...loaded('kvm_amd', 'npt', 'Y'), 'etc/group': 'root:x:0:\nkvm:x:104:\n' });
  // The folder must be passable, the device not openable, and the user not root: root may open everything.
  await chmod(root, 0o755);
  await chmod(join(root, 'dev/kvm'), 0);
  if (process.getuid?.() === 0) {
    process.seteuid?.(65534);
    onTestFinished(() => process.seteuid?.(0));
  }
  const kvm = await probeKvm(AMD, folderHost(root));
  expect(kvm).toMatchObject({ present: true, accessible: false, backing: 'kvm_amd', nestedPaging: true });
  expect(kvm.reason).toContain('EACCES');
  expect(kvm.reason).toContain('sudo usermod -aG kvm $USER');
});

test('any other failure is told by its name', async () => {
  const root = await fakeRoot({});
  await mkdir(join(root, 'dev/kvm'), { recursive: true });
  const kvm = await probeKvm(AMD, folderHost(root));
  expect(kvm).toMatchObject({ present: true, accessible: false });
  expect(kvm.reason).toContain('EISDIR');
});
