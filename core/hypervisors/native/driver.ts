/** No hypervisor: a static Linux process. A second one, `control`, shows the noise floor of a run. */
import type { Identity } from '../../guest/protocol.ts';
import type { Host } from '../../host/host.ts';
import type { MachineFeature } from '../../model/features.ts';
import { packageVersion } from '../../package.ts';
import type { HostRecord } from '../../results/schema.ts';
import { launchOnHost, protectionLack } from '../commands.ts';
import {
  type Availability,
  expectOffered,
  type Hypervisor,
  type Machine,
  type Surroundings,
} from '../hypervisor.ts';
import { startProcessMachine } from '../process-machine.ts';
import { launchHelpers } from '../requirements.ts';
import type { VmOffers, VmSpec } from '../vm-spec.ts';

/** A process on the host itself. */
export const PROCESS: VmOffers = {
  why: {
    vcpus: 'a process runs on the CPU that it is pinned to',
    memoryMib: "a process has the host's memory",
    disks: "a process has the host's files",
    networks: "a process has the host's networks",
  },
};

/** Memory is for what the commands write. */
export const COMMANDS: VmOffers = { ...PROCESS, memoryMib: 1 };

export const native = nativeDriver('native', 'native process');
export const control = nativeDriver('control', 'a second native process, measured like a guest');

function nativeDriver(id: string, title: string): Hypervisor {
  return {
    id,
    runtimes: { bare: 'linux', linux: 'linux' },
    offers: { linux: PROCESS },
    async probe(host: Host, { record }: Surroundings): Promise<Availability> {
      const lack = await launchHelpers(host);
      return {
        id,
        title,
        mode: 'native',
        technique: 'bare',
        paging: null,
        version: packageVersion(),
        isas: ['x86_64', 'i386'],
        onRequest: [],
        available: !lack,
        ...lack,
        features: nativeFeatures(record),
        linux: { isas: ['x86_64', 'i386'], lacks: {} },
        evidence: [],
        notes: [],
      };
    },
    commands: {
      offers: COMMANDS,
      lack: protectionLack,
      async launch(host, vm) {
        expectOffered(id, COMMANDS, vm);
        return launchOnHost(host, vm);
      },
    },
    async launch(host: Host, vm: VmSpec): Promise<Machine> {
      expectOffered(id, PROCESS, vm);
      return startProcessMachine(host, [vm.image.path], vm.cpu);
    },
    async verify(_host: Host, identity: Identity): Promise<string[]> {
      const under = identity.signatures.length
        ? `; the host itself runs under ${identity.signatures.join(', ')}`
        : '';
      return [`CPUID: ${identity.vendor}${under}`];
    },
  };
}

/** Large pages come from transparent huge pages, which the host may have switched off. */
export function nativeFeatures(host: HostRecord): MachineFeature[] {
  const large = host.transparentHugePages === 'always' || host.transparentHugePages === 'madvise';
  return large ? ['large-pages', 'discard'] : ['discard'];
}
