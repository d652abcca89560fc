/** A computer without QEMU, as plans are made for it: what probing found there, and where its images lie. */
import type { GuestImages } from '../../../core/guest/build.ts';
import type { GuestKernels } from '../../../core/guest/kernels.ts';
import type { Availability } from '../../../core/hypervisors/hypervisor.ts';
import { hypervisors } from '../../../core/hypervisors/registry.ts';

export const CACHES = { l1d: 32 * 1024, l2: 512 * 1024, llc: 32 * 1024 * 1024 };
export const CPUS = { benchCpu: 1, toolCpus: [0], cpuChosen: false };

/** Those whose machines the tests below count. */
export const drivers = hypervisors.filter(({ id }) => ['native', 'control', 'kvm', 'v86'].includes(id));

/** What probing found, as on a computer whose KVM runs i386 code only on request. */
function availability(id: string, rest: Partial<Availability> = {}): Availability {
  const native = id === 'native' || id === 'control';
  return {
    id,
    title: id,
    mode: native ? 'native' : 'hosted',
    technique: native ? 'bare' : id === 'v86' ? 'binary-translation' : 'direct-execution',
    paging: null,
    version: null,
    isas: native ? ['x86_64', 'i386'] : id === 'v86' ? ['i386'] : ['x86_64'],
    onRequest: id === 'kvm' ? ['i386'] : [],
    available: true,
    features: id === 'v86' ? [] : ['discard'],
    linux: { isas: native ? ['x86_64', 'i386'] : id === 'v86' ? ['i386'] : [], lacks: {} },
    evidence: [],
    notes: [],
    ...rest,
  };
}

export const ALL = drivers.map(({ id }) => availability(id));
export const NO_KVM = ALL.map((a) =>
  a.id === 'kvm' ? availability('kvm', { available: false, reason: 'there is no /dev/kvm' }) : a,
);

export const images: GuestImages = {
  image: (isa, runtime) => ({ isa, runtime, path: `/images/${isa}/${runtime}`, folder: `/images/${isa}` }),
  imageDigest: (isa, runtime) => `digest of ${isa} ${runtime}`,
  digest: (isa, unit) => `digest of ${isa} ${unit}`,
};

export const KERNELS: GuestKernels = {
  i386: { isa: 'i386', path: '/kernels/i386', release: '6.1.0', origin: 'fetched', modules: [] },
};
