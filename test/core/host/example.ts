import type { Equipment } from '../../../core/host/findings.ts';
import { localHost } from '../../../core/host/local.ts';
import type { HostRecord } from '../../../core/results/schema.ts';

/** A quiet computer with AMD-V and nothing to complain of. */
export const QUIET: HostRecord = {
  cpu: {
    model: 'Example CPU',
    vendor: 'AuthenticAMD',
    family: 25,
    modelNumber: 33,
    stepping: 2,
    microcode: '0xa20120e',
    cpus: 4,
    smt: false,
    governor: 'performance',
    virtualization: 'svm',
    core: null,
    quiet: [],
    caches: { l1d: 32 * 1024, l2: 512 * 1024, llc: 32 * 1024 * 1024 },
    mitigations: {},
  },
  memoryBytes: 16 * 1024 ** 3,
  kernel: '6.1.0',
  os: 'Debian GNU/Linux 12 (bookworm)',
  node: 'v20.0.0',
  compiler: 'gcc 12.2.0',
  outerHypervisor: null,
  kvm: { present: true, accessible: true, backing: 'kvm_amd', nestedPaging: true, reason: null },
  transparentHugePages: 'madvise',
  load: 0.1,
  stealFraction: 0,
  cpuQuota: null,
};

export const EQUIPPED: Equipment = {
  computer: localHost,
  helpers: { taskset: '/usr/bin/taskset', setpriv: '/usr/bin/setpriv' },
  chosenCompiler: null,
  unbuilt: [],
  buildNotes: [],
  allowedCpus: 4,
  cachesKnown: true,
};
