/** What stands behind /dev/kvm: it decides mode and technique of whatever runs on it. */
import type { Host } from '../../host/host.ts';
import type { HostRecord, HypervisorInfo, Isa, Mode, Technique } from '../../results/schema.ts';

type Paging = NonNullable<HypervisorInfo['paging']>;

/** What stands behind /dev/kvm on a host. */
export interface Backing {
  readonly mode: Mode;
  readonly technique: Technique;
  /** ISAs whose level-3 code runs directly on the CPU. */
  readonly direct: readonly Isa[];
  /** How guest memory is translated where the CPU assists; null where it does not. */
  readonly paging: Paging | null;
  readonly note?: string;
}

/** By the kernel module. */
const BACKINGS: Record<string, Omit<Backing, 'paging'>> = {
  kvm_amd: { mode: 'hardware-assisted', technique: 'amd-v', direct: ['x86_64', 'i386'] },
  kvm_intel: { mode: 'hardware-assisted', technique: 'vt-x', direct: ['x86_64', 'i386'] },
  kvm_pvm: {
    mode: 'hosted',
    technique: 'direct-execution',
    direct: ['x86_64'],
    note: 'KVM is backed by kvm_pvm, a software KVM: 64-bit code at level 3 runs directly, everything else is emulated. No hardware assist is measured here.',
  },
};
/** A KVM of an unknown kind is taken for the weaker claim: no hardware assist. */
const UNKNOWN: Omit<Backing, 'paging'> = {
  mode: 'hosted',
  technique: 'direct-execution',
  direct: ['x86_64'],
};

export function backingOf({ kvm }: HostRecord): Backing {
  const backing = BACKINGS[kvm.backing ?? ''] ?? UNKNOWN;
  const assisted = backing.mode === 'hardware-assisted';
  return { ...backing, paging: assisted ? (kvm.nestedPaging ? 'nested-paging' : 'shadow-paging') : null };
}

/** Whether the kernel lists a vCPU among the process's open files. */
export async function hasVcpu(pid: number, host: Host): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const targets = await Promise.all((await host.list(folder)).map((file) => host.link(`${folder}/${file}`)));
  return targets.some((target) => target?.startsWith('anon_inode:kvm-vcpu'));
}
