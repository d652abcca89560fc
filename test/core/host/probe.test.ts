import { expect, test } from 'vitest';
import { localHost } from '../../../core/host/local.ts';
import { probeHost } from '../../../core/host/probe.ts';
import { hostSchema } from '../../../core/results/schema.ts';
import { AMD, INTEL, UML } from './cpuinfo-texts.ts';
import { fakeHost } from './folder-host.ts';

test('this computer fits the schema', async () => {
  const host = await probeHost(localHost);
  expect(hostSchema.parse(host)).toEqual(host);
  expect(host.cpu.cpus).toBeGreaterThan(0);
  // A KVM that cannot be used says why; one that can has nothing to say.
  expect(host.kvm.accessible).toBe(host.kvm.reason === null);
});

/** Without it nothing else would be known either. */
const PROC = { 'proc/self/stat': '' };

test('a Linux without /proc is told what to mount', async () => {
  await expect(probeHost(await fakeHost({}))).rejects.toThrow(
    '/proc is not mounted, so hvbench cannot inspect this computer: mount -t proc proc /proc',
  );
});

test('a computer with AMD-V', async () => {
  const host = await probeHost(
    await fakeHost({
      ...PROC,
      'proc/cpuinfo': AMD,
      'proc/stat': 'cpu  50 0 0 50 0 0 0 0 0 0\n',
      'dev/kvm': '',
      'sys/module/kvm/holders/kvm_amd': '',
      'sys/module/kvm_amd/parameters/npt': 'N',
      'etc/os-release': 'PRETTY_NAME="Test OS"',
    }),
  );
  expect(hostSchema.parse(host)).toEqual(host);
  expect(host).toMatchObject({
    cpu: { vendor: 'AuthenticAMD', virtualization: 'svm' },
    os: 'Test OS',
    outerHypervisor: null,
    kvm: { accessible: true, backing: 'kvm_amd', nestedPaging: false },
    stealFraction: 0,
  });
});

test('a computer with VT-x in a container that was not given /dev/kvm', async () => {
  const host = await probeHost(
    await fakeHost({
      ...PROC,
      'proc/cpuinfo': INTEL,
      '.dockerenv': '',
      'sys/module/kvm_intel/parameters/ept': 'Y',
    }),
  );
  expect(host.kvm).toMatchObject({ present: false, accessible: false, backing: 'kvm_intel' });
  expect(host.kvm.reason).toContain('docker run --device /dev/kvm');
});

test('User-Mode Linux', async () => {
  const host = await probeHost(await fakeHost({ ...PROC, 'proc/cpuinfo': UML }));
  expect(hostSchema.parse(host)).toEqual(host);
  expect(host.outerHypervisor?.hypervisor).toBe('UML');
  expect(host.kvm.reason).toContain('User-Mode Linux');
});

test('a system that tells nothing gives unknowns, not errors', async () => {
  const host = await probeHost(await fakeHost({}, { platform: 'darwin' }));
  expect(hostSchema.parse(host)).toEqual(host);
  expect(host).toMatchObject({
    cpu: { model: 'unknown', vendor: 'unknown', virtualization: null },
    outerHypervisor: null,
    kvm: { present: false, accessible: false },
    transparentHugePages: null,
    stealFraction: null,
  });
});
