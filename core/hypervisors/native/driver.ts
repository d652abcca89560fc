/** No hypervisor: a static Linux process. A second one, `control`, shows the noise floor of a run. */
import type { GuestImage } from '../../guest/build.ts';
import type { Identity } from '../../guest/protocol.ts';
import type { MachineFeature } from '../../model/features.ts';
import { packageVersion } from '../../package.ts';
import type { HostRecord } from '../../results/schema.ts';
import { launchOnHost, protectionLack } from '../commands.ts';
import type { Availability, Hypervisor, LaunchOptions, Machine } from '../hypervisor.ts';
import { startProcessMachine } from '../process-machine.ts';
import { launchHelpers } from '../requirements.ts';

export const native = nativeDriver('native', 'native process');
export const control = nativeDriver('control', 'a second native process, measured like a guest');

function nativeDriver(id: string, title: string): Hypervisor {
  return {
    id,
    runtimes: { bare: 'linux', linux: 'linux' },
    async probe(host: HostRecord): Promise<Availability> {
      const lack = await launchHelpers();
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
        features: nativeFeatures(host),
        linux: { isas: ['x86_64', 'i386'], lacks: {} },
        evidence: [],
        notes: [],
      };
    },
    commands: { lack: protectionLack, launch: launchOnHost },
    launch: (image: GuestImage, { cpu }: LaunchOptions): Promise<Machine> =>
      startProcessMachine([image.path], cpu),
    async verify(identity: Identity): Promise<string[]> {
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
