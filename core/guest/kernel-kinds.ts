/** What kernels are fetched for. */
import type { Isa } from '../results/schema.ts';
import type { KernelFamily } from './kernel-packages.ts';
import { EMULATED_MODULES, MODULES } from './modules.ts';

export interface KernelKind {
  /** How the names of its folders in the cache begin, before the ISA. */
  readonly prefix: string;
  /** What is taken out of its packages besides the image: paths below the folder of a kernel's modules. */
  readonly modules: readonly string[];
  /** ISAs whose kernels load modules. */
  readonly loading: readonly Isa[];
  /** Packages that depend on the newest one, the first of which is there counts. */
  packages(family: KernelFamily, isa: Isa): readonly string[];
}

/** A small one, for guests. */
export const GUEST_KERNEL: KernelKind = {
  prefix: '',
  modules: MODULES,
  loading: ['x86_64'],
  packages: ({ metapackages }, isa) => metapackages[isa],
};

/** One with KVM, for computers that are emulated. */
export const HOST_KERNEL: KernelKind = {
  prefix: 'host-',
  modules: EMULATED_MODULES,
  loading: ['x86_64'],
  packages: ({ hosts }, isa) => (isa === 'x86_64' ? hosts : []),
};
