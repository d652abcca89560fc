/** Which packages of a distribution hold a kernel for guests, and which one that has KVM. */
import { localHost } from '../host/local.ts';
import { systemsOf } from '../host/packages.ts';
import type { Isa } from '../results/schema.ts';

export interface KernelFamily {
  /** The distribution's name, or that of the one that it is made of. */
  readonly name: string;
  /**
   * Those that depend on the newest kernel of their kind: the smallest with what guests need first. Which of them there
   * are depends on the release; none where no release has any.
   */
  readonly metapackages: Readonly<Record<Isa, readonly string[]>>;
  /** Those of kernels for x86-64 that hypervisors run on: kernels for guests lack KVM. */
  readonly hosts: readonly string[];
}

/** As Debian and those after it name them. */
export const ARCHITECTURES: Readonly<Record<Isa, string>> = { x86_64: 'amd64', i386: 'i386' };

const DEBIAN: KernelFamily = {
  name: 'Debian',
  metapackages: { x86_64: ['linux-image-cloud-amd64', 'linux-image-amd64'], i386: ['linux-image-686'] },
  hosts: ['linux-image-amd64'],
};
/** Since 24.04 linux-image-kvm is linux-image-virtual; kernels for i386 went with 19.10. */
const UBUNTU: KernelFamily = {
  name: 'Ubuntu',
  metapackages: {
    x86_64: ['linux-image-virtual', 'linux-image-kvm', 'linux-image-generic'],
    i386: [],
  },
  hosts: ['linux-image-generic'],
};

/** That of a system which says that it is this, and like these, as os-release(5) has it; Debian's if it says neither. */
export function kernelFamily(systems: readonly string[] = systemsOf(localHost)): KernelFamily {
  const known = systems.find((system) => system === 'ubuntu' || system === 'debian');
  return known === 'ubuntu' ? UBUNTU : DEBIAN;
}
