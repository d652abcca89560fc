import { expect, test } from 'vitest';
import { diagnoseKvm, type KvmFacts } from '../../../core/host/kvm-advice.ts';
import { CONTAINER_ONLY } from '../../../core/results/footing.ts';

const AMD: KvmFacts = {
  platform: 'linux',
  failure: 'ENOENT',
  backing: null,
  virtualization: 'svm',
  vendor: 'AuthenticAMD',
  outerHypervisor: null,
  container: null,
  group: 'kvm',
};
const INTEL: KvmFacts = { ...AMD, vendor: 'GenuineIntel', virtualization: 'vmx' };
const under = (hypervisor: string, ...evidence: string[]): KvmFacts => ({
  ...AMD,
  virtualization: null,
  outerHypervisor: { hypervisor, evidence },
});
const IN_CONTAINER: Partial<KvmFacts> = {
  container: 'docker (/.dockerenv)',
  outerHypervisor: { hypervisor: CONTAINER_ONLY, evidence: [] },
};

test.each<[string, KvmFacts, string]>([
  ['module not loaded, AMD', AMD, 'sudo modprobe kvm_amd'],
  ['module not loaded, Intel', INTEL, 'sudo modprobe kvm_intel'],
  ['node without a module behind it', { ...INTEL, failure: 'ENODEV' }, 'sudo modprobe kvm_intel'],
  ['off in the firmware, AMD', { ...AMD, virtualization: null }, 'enable SVM (AMD-V)'],
  [
    'off in the firmware, Intel',
    { ...INTEL, virtualization: null },
    'Intel Virtualization Technology (VT-x)',
  ],
  ['off in the firmware, container', { ...AMD, ...IN_CONTAINER, virtualization: null }, '--firmware-setup'],
  ['container without the device', { ...AMD, ...IN_CONTAINER, backing: 'kvm_amd' }, '--device /dev/kvm'],
  ['container without the right', { ...AMD, ...IN_CONTAINER, failure: 'EPERM' }, '--device /dev/kvm'],
  ['not permitted', { ...AMD, failure: 'EACCES' }, 'sudo usermod -aG kvm $USER'],
  ['another group', { ...AMD, failure: 'EACCES', group: 'virt' }, 'sudo usermod -aG virt $USER'],
  ['root only', { ...AMD, failure: 'EACCES', group: null }, 'sudo chmod 660 /dev/kvm'],
  ['under KVM', under('KVM'), 'nested=1'],
  ['under QEMU', under('QEMU'), '-cpu host'],
  ['under Hyper-V', under('Hyper-V'), '-ExposeVirtualizationExtensions $true'],
  ['under WSL 2', under('Hyper-V', 'kernel: 5.15.1-microsoft-standard-WSL2'), 'nestedVirtualization=true'],
  ['under VMware', under('VMware'), 'vhv.enable'],
  ['under VirtualBox', under('VirtualBox'), '--nested-hw-virt on'],
  ['under Xen', under('Xen'), 'nestedhvm=1'],
  ['on EC2', under('KVM', 'DMI: Amazon EC2, m5.large'), '.metal'],
  ['on Google', under('KVM', 'DMI: Google, Google Compute Engine'), '--enable-nested-virtualization'],
  ['under UML', under('UML'), 'on the host of this User-Mode Linux'],
  ['under something else', under('ACRN'), 'nested virtualization for this guest in ACRN'],
  ['not Linux', { ...AMD, platform: 'darwin' }, 'on Linux'],
  ['anything else', { ...AMD, failure: 'EBUSY' }, 'dmesg'],
])('%s', (_, facts, remedy) => {
  expect(diagnoseKvm(facts).remedy).toContain(remedy);
});

test('the reason names who withholds the hardware', () => {
  expect(diagnoseKvm(under('VMware')).reason).toContain('VMware');
  expect(diagnoseKvm(AMD).reason).toContain('AMD-V');
  expect(diagnoseKvm(INTEL).reason).toContain('VT-x');
});
