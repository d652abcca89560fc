/** Our own VMM on /dev/kvm. What backs KVM decides mode and technique: it is read from the host. */
import { z } from 'zod';
import type { Identity } from '../../guest/protocol.ts';
import type { Host } from '../../host/host.ts';
import { packageVersion } from '../../package.ts';
import {
  type Availability,
  expectOffered,
  type Hypervisor,
  type Machine,
  MachineError,
  type Surroundings,
} from '../hypervisor.ts';
import { scriptFiles } from '../launch-files.ts';
import { noLinux } from '../linux-support.ts';
import { machineScript } from '../machine-script.ts';
import { nativeFeatures } from '../native/driver.ts';
import { startProcessMachine } from '../process-machine.ts';
import { launchHelpers } from '../requirements.ts';
import { variantsBy } from '../variant.ts';
import { variantRecord, variantTitle } from '../variant-record.ts';
import type { VmOffers, VmSpec } from '../vm-spec.ts';
import { type Backing, backingOf, hasVcpu } from './backing.ts';
import { SCRATCH_MMIO } from './scratch.ts';
import { VMM_SIGNATURE } from './vm.ts';
import { vmGroups } from './vm-group/launcher.ts';

/** What the code is linked for is all that there is. */
const VM: VmOffers = {
  why: {
    vcpus: 'its VMs have one vCPU',
    memoryMib: 'its VMs have as much as the image was linked for',
    disks: 'its VMs have no devices',
    networks: 'its VMs have no devices',
  },
};

const OF = 'kvm';

const variantOptions = z.strictObject({
  /** The pages that map a guest's memory: without it large ones, if the host has them. */
  pages: z.enum(['small', 'large'], 'must be small or large'),
});
type VariantOptions = z.infer<typeof variantOptions>;

export const kvm: Hypervisor = kvmDriver(null);

/** `variant`: what makes it one, if it is one. */
function kvmDriver(variant: (VariantOptions & { readonly id: string }) | null): Hypervisor {
  const id = variant?.id ?? OF;
  return {
    id,
    ...(variant
      ? { variant: { of: OF, missing: async () => null } }
      : { variants: variantsBy(variantOptions, (id, told) => kvmDriver({ id, ...told })) }),
    runtimes: { bare: 'bare', linux: null },
    files: () => scriptFiles('koffi'),
    scratch: { mmio: SCRATCH_MMIO },
    offers: { bare: VM, kernel: VM },
    vmGroups: variant
      ? { ...vmGroups, lack: () => `its many VMs are the same whatever pages a variant has: name ${OF}` }
      : vmGroups,
    async probe(host: Host, { record }: Surroundings): Promise<Availability> {
      const backing = backingOf(record);
      const assisted = backing.mode === 'hardware-assisted';
      const unusable =
        host.arch !== 'x64'
          ? { reason: `this host's CPU is ${host.arch}: the guests are x86` }
          : record.kvm.accessible
            ? await launchHelpers(host)
            : { reason: record.kvm.reason ?? '/dev/kvm cannot be used' };
      const notes = [backing.note, assisted ? undefined : emulatedNote(backing)].filter(
        (note) => note !== undefined,
      );
      const kept = variant && (await variantRecord(host, OF, { pages: variant.pages }, null));
      return {
        id,
        title: `hvbench's own VMM on /dev/kvm (${record.kvm.backing ?? 'unknown backing'})${kept ? `: ${variantTitle(kept)}` : ''}`,
        mode: backing.mode,
        technique: backing.technique,
        paging: backing.paging,
        version: `hvbench ${packageVersion()}, Linux ${record.kernel}`,
        isas: [...backing.direct],
        onRequest: (['x86_64', 'i386'] as const).filter((isa) => !backing.direct.includes(isa)),
        available: !unusable,
        ...unusable,
        features: nativeFeatures(record).filter((one) => one !== 'large-pages' || variant?.pages !== 'small'),
        linux: noLinux,
        evidence: [],
        ...(kept && { variant: kept }),
        notes,
      };
    },
    async launch(host: Host, vm: VmSpec): Promise<Machine> {
      expectOffered(id, VM, vm);
      const { image, cpu, features } = vm;
      const user = variant?.pages ?? (features.includes('large-pages') ? 'large' : 'small');
      const kind = image.runtime === 'kernel' ? 'kernel' : user;
      return startProcessMachine(host, [process.execPath, machineScript('kvm'), image.path, kind], cpu);
    },
    async verify(
      host: Host,
      identity: Identity,
      machine: Machine,
      availability: Availability,
    ): Promise<string[]> {
      if (!(await hasVcpu(machine.pid, host)))
        throw new MachineError('the process holds no vCPU: its code did not run under KVM');
      const seen = `CPUID from inside: ${[identity.vendor, ...identity.signatures].join(', ')}`;
      const record = 'host record: the process holds a KVM vCPU, and each mark of a batch is an exit of it';
      if (identity.signatures.includes(VMM_SIGNATURE)) return [seen, record];
      if (availability.mode === 'hardware-assisted')
        throw new MachineError(`the code did not run in our vCPU: ${seen}`);
      return [`${seen} (the host's own answer: this KVM does not intercept CPUID at level 3)`, record];
    },
  };
}

function emulatedNote(backing: Backing): string | undefined {
  return backing.direct.includes('i386')
    ? undefined
    : 'i386 code would be emulated instruction by instruction: measured only with --isa i386 and --hypervisor kvm.';
}
