import { CONTAINER_ONLY } from '../results/footing.ts';
import { domainName } from '../results/outer-hypervisor.ts';
import type { HostRecord, XenDomain } from '../results/schema.ts';

export interface KvmFacts {
  readonly platform: NodeJS.Platform;
  /** The name of the error with which opening /dev/kvm failed. */
  readonly failure: string;
  readonly backing: string | null;
  readonly virtualization: HostRecord['cpu']['virtualization'];
  readonly vendor: string;
  readonly outerHypervisor: HostRecord['outerHypervisor'];
  readonly container: string | null;
  /** The group that may use the device, where there is one. */
  readonly group: string | null;
}

export interface KvmAdvice {
  readonly reason: string;
  /** A command to paste; what must be done by hand stands behind it as a comment. */
  readonly remedy: string;
}

/** Why /dev/kvm cannot be used, and the command that fixes it. */
export function diagnoseKvm(facts: KvmFacts): KvmAdvice {
  const { platform, failure, container } = facts;
  if (platform !== 'linux') {
    return { reason: 'KVM exists on Linux only', remedy: 'run hvbench on Linux' };
  }
  if (failure === 'EACCES' || failure === 'EPERM') return permissionAdvice(facts);
  // ENODEV, ENXIO: the node is there (udev makes it early) but no module answers behind it.
  if (failure === 'ENOENT' || failure === 'ENODEV' || failure === 'ENXIO') return absenceAdvice(facts);
  return {
    reason: `/dev/kvm cannot be opened (${failure})`,
    remedy: container === null ? 'sudo dmesg | grep -i kvm' : 'docker run --device /dev/kvm …',
  };
}

function permissionAdvice({ failure, container, group }: KvmFacts): KvmAdvice {
  if (container !== null && failure === 'EPERM') {
    return {
      reason: 'this container may not open /dev/kvm (EPERM)',
      remedy: 'docker run --device /dev/kvm …',
    };
  }
  const join = `sudo usermod -aG ${group ?? 'kvm'} $USER   # then log in again`;
  return {
    reason: `this user may not open /dev/kvm (${failure})`,
    remedy:
      group === null
        ? `sudo groupadd -f kvm && sudo chown root:kvm /dev/kvm && sudo chmod 660 /dev/kvm && ${join}`
        : join,
  };
}

function absenceAdvice({ backing, virtualization, vendor, outerHypervisor, container }: KvmFacts): KvmAdvice {
  if (backing !== null && container !== null) {
    return {
      reason: `${backing} is loaded, but this container has no /dev/kvm`,
      remedy: 'docker run --device /dev/kvm …',
    };
  }
  if (outerHypervisor?.hypervisor === 'UML') {
    return {
      reason: 'User-Mode Linux offers no virtualization to its processes',
      remedy: 'run hvbench on the host of this User-Mode Linux',
    };
  }
  const domain = outerHypervisor?.domain;
  if (domain && (domain.role === 'dom0' || domain.kind === 'PV')) return xenAdvice(domain, outerHypervisor);
  if (virtualization !== null) {
    const name = virtualization === 'svm' ? 'kvm_amd' : 'kvm_intel';
    return {
      reason: `the CPU has ${virtualization === 'svm' ? 'AMD-V' : 'VT-x'}, but the module ${name} does not provide /dev/kvm`,
      remedy: `sudo modprobe ${name}   # if refused: enable ${firmwareName(virtualization === 'svm')} in the firmware setup`,
    };
  }
  if (outerHypervisor !== null && outerHypervisor.hypervisor !== CONTAINER_ONLY) {
    return {
      reason: `this host runs under ${outerHypervisor.hypervisor}, which does not expose AMD-V or VT-x`,
      remedy: nestedAdvice(outerHypervisor),
    };
  }
  const amd = vendor === 'AuthenticAMD' || vendor === 'HygonGenuine';
  return {
    reason: 'the CPU shows neither AMD-V (svm) nor VT-x (vmx)',
    remedy: `sudo systemctl reboot --firmware-setup   # enable ${firmwareName(amd)} there, then: sudo modprobe ${amd ? 'kvm_amd' : 'kvm_intel'}`,
  };
}

/** Xen keeps AMD-V and VT-x to itself: neither a paravirtual kernel nor dom0 is given them. */
function xenAdvice(domain: XenDomain, { emulated }: { readonly emulated?: boolean | undefined }): KvmAdvice {
  return {
    reason: `KVM cannot be used in a ${domainName(domain)} of Xen, which keeps AMD-V and VT-x to itself`,
    remedy: emulated
      ? 'npx hvbench emulate -- …   # without --xen'
      : domain.role === 'domU'
        ? 'set type="hvm" and nestedhvm=1 in the guest\'s xl configuration'
        : 'sudo grub-reboot 0 && sudo reboot   # once without Xen, if the first entry of GRUB is Linux alone',
  };
}

function firmwareName(amd: boolean): string {
  return amd ? 'SVM (AMD-V)' : 'Intel Virtualization Technology (VT-x)';
}

/** How the outer hypervisor is told to pass hardware assist on; to be done there, not here. */
function nestedAdvice({ hypervisor, evidence }: NonNullable<HostRecord['outerHypervisor']>): string {
  const says = (pattern: RegExp) => evidence.some((text) => pattern.test(text));
  if (says(/Amazon EC2/)) return 'start an instance type that offers nested virtualization, or a .metal one';
  if (says(/Google/)) return 'gcloud compute instances create NAME --enable-nested-virtualization …';
  if (says(/WSL2/)) return 'set nestedVirtualization=true under [wsl2] in .wslconfig, then: wsl --shutdown';
  switch (hypervisor) {
    case 'KVM':
    case 'QEMU':
      return 'sudo modprobe -r kvm_amd; sudo modprobe kvm_amd nested=1   # on the outer host (Intel: kvm_intel), and start this guest with -cpu host';
    case 'Hyper-V':
      return 'Set-VMProcessor -VMName NAME -ExposeVirtualizationExtensions $true   # on the outer host, guest stopped';
    case 'VMware':
      return 'set vhv.enable = "TRUE" in the guest\'s .vmx file, guest stopped';
    case 'VirtualBox':
      return 'VBoxManage modifyvm NAME --nested-hw-virt on   # on the outer host, guest stopped';
    case 'Xen':
      return "set nestedhvm=1 and hap=1 in the guest's xl configuration";
    default:
      return `enable nested virtualization for this guest in ${hypervisor}`;
  }
}
