/** Our own VMM on /dev/kvm. What backs KVM decides mode and technique: it is read from the host. */
import { readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { GuestImage } from '../../guest/build.ts';
import type { Identity } from '../../guest/protocol.ts';
import { packageVersion } from '../../package.ts';
import type { Host, Isa, Mode, Technique } from '../../results/schema.ts';
import {
  type Availability,
  type Hypervisor,
  type LaunchOptions,
  type Machine,
  MachineError,
} from '../hypervisor.ts';
import { nativeFeatures } from '../native/driver.ts';
import { machineScript, startProcessMachine } from '../process-machine.ts';
import { launchHelpers } from '../requirements.ts';
import { VMM_SIGNATURE } from './vm.ts';

interface Backing {
  readonly mode: Mode;
  readonly technique: Technique;
  /** ISAs whose level-3 code runs directly on the CPU. */
  readonly direct: readonly Isa[];
  readonly note?: string;
}

/** What stands behind /dev/kvm, by the kernel module. */
const BACKINGS: Record<string, Backing> = {
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
const UNKNOWN: Backing = { mode: 'hosted', technique: 'direct-execution', direct: ['x86_64'] };

export const kvm: Hypervisor = {
  id: 'kvm',
  runtime: 'bare',
  async probe(host: Host): Promise<Availability> {
    const backing = BACKINGS[host.kvm.backing ?? ''] ?? UNKNOWN;
    const assisted = backing.mode === 'hardware-assisted';
    const unusable =
      process.arch !== 'x64'
        ? { reason: `this host's CPU is ${process.arch}: the guests are x86` }
        : host.kvm.accessible
          ? await launchHelpers()
          : { reason: host.kvm.reason ?? '/dev/kvm cannot be used' };
    const notes = [backing.note, assisted ? undefined : emulatedNote(backing)].filter(
      (note) => note !== undefined,
    );
    return {
      id: 'kvm',
      title: `hvbench's own VMM on /dev/kvm (${host.kvm.backing ?? 'unknown backing'})`,
      mode: backing.mode,
      technique: backing.technique,
      paging: assisted ? (host.kvm.nestedPaging ? 'nested-paging' : 'shadow-paging') : null,
      version: `hvbench ${packageVersion()}, Linux ${host.kernel}`,
      isas: [...backing.direct],
      onRequest: (['x86_64', 'i386'] as const).filter((isa) => !backing.direct.includes(isa)),
      available: !unusable,
      ...unusable,
      features: nativeFeatures(host),
      inside: [],
      notes,
    };
  },
  launch(image: GuestImage, { cpu, features }: LaunchOptions): Promise<Machine> {
    const pages = features.includes('large-pages') ? 'large' : 'small';
    return startProcessMachine([process.execPath, machineScript('kvm'), image.path, pages], cpu);
  },
  async verify(identity: Identity, machine: Machine, availability: Availability): Promise<string[]> {
    if (!(await hasVcpu(machine.pid)))
      throw new MachineError('the process holds no vCPU: its code did not run under KVM');
    const seen = `CPUID from inside: ${[identity.vendor, ...identity.signatures].join(', ')}`;
    const record = 'host record: the process holds a KVM vCPU, and each mark of a batch is an exit of it';
    if (identity.signatures.includes(VMM_SIGNATURE)) return [seen, record];
    if (availability.mode === 'hardware-assisted')
      throw new MachineError(`the code did not run in our vCPU: ${seen}`);
    return [`${seen} (the host's own answer: this KVM does not intercept CPUID at level 3)`, record];
  },
};

/** Whether the kernel lists a vCPU among the process's open files. */
async function hasVcpu(pid: number): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const files = await readdir(folder).catch(() => []);
  const targets = await Promise.all(files.map((file) => readlink(join(folder, file)).catch(() => '')));
  return targets.some((target) => target.startsWith('anon_inode:kvm-vcpu'));
}

function emulatedNote(backing: Backing): string | undefined {
  return backing.direct.includes('i386')
    ? undefined
    : 'i386 code would be emulated instruction by instruction: measured only with --isa i386 and --hypervisor kvm.';
}
