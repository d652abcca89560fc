/** Our own VMM on /dev/kvm. What backs KVM decides mode and technique: it is read from the host. */
import type { GuestImage } from '../../guest/build.ts';
import type { Identity } from '../../guest/protocol.ts';
import { packageVersion } from '../../package.ts';
import type { HostRecord } from '../../results/schema.ts';
import {
  type Availability,
  type Hypervisor,
  type LaunchOptions,
  type Machine,
  MachineError,
} from '../hypervisor.ts';
import { scriptFiles } from '../launch-files.ts';
import { noLinux } from '../linux-support.ts';
import { nativeFeatures } from '../native/driver.ts';
import { machineScript, startProcessMachine } from '../process-machine.ts';
import { launchHelpers } from '../requirements.ts';
import { type Backing, backingOf, hasVcpu } from './backing.ts';
import { SCRATCH_MMIO } from './scratch.ts';
import { VMM_SIGNATURE } from './vm.ts';
import { vmGroups } from './vm-group/launcher.ts';

export const kvm: Hypervisor = {
  id: 'kvm',
  runtimes: { bare: 'bare', linux: null },
  files: () => scriptFiles('koffi'),
  scratch: { mmio: SCRATCH_MMIO },
  vmGroups,
  async probe(host: HostRecord): Promise<Availability> {
    const backing = backingOf(host);
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
      paging: backing.paging,
      version: `hvbench ${packageVersion()}, Linux ${host.kernel}`,
      isas: [...backing.direct],
      onRequest: (['x86_64', 'i386'] as const).filter((isa) => !backing.direct.includes(isa)),
      available: !unusable,
      ...unusable,
      features: nativeFeatures(host),
      linux: noLinux,
      evidence: [],
      notes,
    };
  },
  launch(image: GuestImage, { cpu, features }: LaunchOptions): Promise<Machine> {
    const user = features.includes('large-pages') ? 'large' : 'small';
    const kind = image.runtime === 'kernel' ? 'kernel' : user;
    return startProcessMachine([process.execPath, machineScript('kvm'), image.path, kind], cpu);
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

function emulatedNote(backing: Backing): string | undefined {
  return backing.direct.includes('i386')
    ? undefined
    : 'i386 code would be emulated instruction by instruction: measured only with --isa i386 and --hypervisor kvm.';
}
