/** v86: a hosted hypervisor that translates every guest instruction into WebAssembly. */
import { createRequire } from 'node:module';
import type { GuestImage } from '../../guest/build.ts';
import type { Identity } from '../../guest/protocol.ts';
import {
  type Availability,
  type Hypervisor,
  type LaunchOptions,
  type Machine,
  MachineError,
} from '../hypervisor.ts';
import { machineScript, startProcessMachine } from '../process-machine.ts';
import { launchHelpers } from '../requirements.ts';

export const v86: Hypervisor = {
  id: 'v86',
  runtime: 'bare',
  // The screen's memory, which is a device's.
  scratch: { mmio: 0xa_0000 },
  async probe(): Promise<Availability> {
    const version = installedVersion();
    const unusable = version
      ? await launchHelpers()
      : { reason: 'the npm package v86 is not installed', remedy: 'npm install v86' };
    return {
      id: 'v86',
      title: 'v86, an x86 emulator in WebAssembly',
      mode: 'hosted',
      technique: 'binary-translation',
      paging: null,
      version,
      isas: ['i386'],
      onRequest: [],
      available: !unusable,
      ...unusable,
      features: [],
      inside: [],
      notes: [
        'v86 translates every instruction, user code included: a heavier kind than the products of 2005, which ran guest user code directly.',
      ],
    };
  },
  launch(image: GuestImage, { cpu }: LaunchOptions): Promise<Machine> {
    return startProcessMachine([process.execPath, machineScript('v86'), image.path], cpu);
  },
  async verify(identity: Identity): Promise<string[]> {
    const seen = `CPUID from inside: ${[identity.vendor, ...identity.signatures].join(', ')}`;
    // The signature that v86 gives its guests; the host under us would have to be VMware to show the same.
    if (!identity.signatures.includes('VMwareVMware'))
      throw new MachineError(`the code did not run in v86: ${seen}`);
    return [seen];
  },
};

function installedVersion(): string | null {
  try {
    return (createRequire(import.meta.url)('v86/package.json') as { version: string }).version;
  } catch {
    return null;
  }
}
