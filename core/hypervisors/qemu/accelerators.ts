/** QEMU's accelerators: one driver each, all from this table. */
import type { HostRecord, HypervisorInfo, Isa } from '../../results/schema.ts';
import { backingOf } from '../kvm/backing.ts';

/** What an accelerator is on a host. */
export type AcceleratorInfo = Pick<HypervisorInfo, 'mode' | 'technique' | 'paging' | 'isas' | 'notes'> & {
  /** ISAs that it can run, but measures only when asked to. */
  readonly onRequest: readonly Isa[];
  /** Why it cannot be used, where it cannot. */
  readonly reason?: string | undefined;
};

export interface Accelerator {
  /** As QEMU's `-accel` names it. */
  readonly name: 'tcg' | 'kvm' | 'hvf' | 'whpx';
  readonly title: string;
  /** The systems on which QEMU has it (`process.platform`); null: on all. */
  readonly platform: NodeJS.Platform | null;
  /** QEMU's `-cpu`. */
  readonly cpu: string;
  /** The signature that the guest sees in CPUID, if it sees one. */
  readonly signature: string | null;
  /** Whether it translates, and each piece of code once, before it first runs. */
  readonly translatesOnce?: boolean;
  describe(host: HostRecord): AcceleratorInfo;
}

const BOTH: readonly Isa[] = ['x86_64', 'i386'];

/** An accelerator of another system than Linux, which stands on the CPU's hardware assist. */
function assisted(name: 'hvf' | 'whpx', title: string, platform: NodeJS.Platform): Accelerator {
  return {
    ...{ name, title, platform },
    cpu: 'host',
    signature: null,
    describe: ({ cpu }) => ({
      mode: 'hardware-assisted',
      technique: /AMD/.test(cpu.vendor) ? 'amd-v' : 'vt-x',
      paging: 'nested-paging',
      isas: [...BOTH],
      onRequest: [],
      notes: [`Written from QEMU's documentation, and untested: hvbench's tests run on Linux.`],
    }),
  };
}

export const accelerators: readonly Accelerator[] = [
  {
    name: 'tcg',
    title: "QEMU's translator (TCG)",
    platform: null,
    cpu: 'max',
    signature: 'TCGTCGTCGTCG',
    translatesOnce: true,
    describe: () => ({
      mode: 'hosted',
      technique: 'binary-translation',
      paging: null,
      isas: [...BOTH],
      onRequest: [],
      notes: [
        'TCG translates every instruction, user code included: unlike the products of 2005, which ran guest user code directly.',
      ],
    }),
  },
  {
    name: 'kvm',
    title: 'QEMU on /dev/kvm',
    platform: 'linux',
    // Some hosts list ARCH_CAPABILITIES and refuse to set it.
    cpu: 'host,-arch-capabilities',
    signature: 'KVMKVMKVM',
    describe(host) {
      const { mode, technique, paging, direct, note } = backingOf(host);
      return {
        ...{ mode, technique, paging },
        isas: [...direct],
        onRequest: BOTH.filter((isa) => !direct.includes(isa)),
        notes: note === undefined ? [] : [note],
        ...(!host.kvm.accessible && { reason: host.kvm.reason ?? '/dev/kvm cannot be used' }),
      };
    },
  },
  assisted('hvf', "QEMU on macOS's Hypervisor.framework", 'darwin'),
  assisted('whpx', 'QEMU on the Windows Hypervisor Platform', 'win32'),
];
