/** v86: a hosted hypervisor that translates every guest instruction into WebAssembly. */

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { IDENTITY_END } from '../../guest/layout.ts';
import type { Identity } from '../../guest/protocol.ts';
import type { Host } from '../../host/host.ts';
import { notInstalled } from '../../host/packages.ts';
import {
  type Availability,
  expectOffered,
  type Hypervisor,
  type Machine,
  MachineError,
  type Surroundings,
} from '../hypervisor.ts';
import { scriptFiles } from '../launch-files.ts';
import { BOOT_LIMIT_MS, LEAST_LINUX_MIB, LINUX_MEMORY_MIB } from '../linux-boot.ts';
import { bootsKernels } from '../linux-support.ts';
import { machineScript } from '../machine-script.ts';
import { startProcessMachine } from '../process-machine.ts';
import { launchHelpers } from '../requirements.ts';
import type { VmSpec } from '../vm-spec.ts';

const MIB = 1 << 20;

const OFFERS = {
  bare: { memoryMib: IDENTITY_END / MIB },
  initramfs: { memoryMib: LEAST_LINUX_MIB },
} satisfies Hypervisor['offers'];

export const v86: Hypervisor = {
  id: 'v86',
  runtimes: { bare: 'bare', linux: 'initramfs' },
  offers: OFFERS,
  async files() {
    const bios = findBios();
    return [...(await scriptFiles('v86')), ...(bios ? [bios] : [])];
  },
  // The screen's memory, which is a device's.
  scratch: { mmio: 0xa_0000 },
  async probe(host: Host, { kernels }: Surroundings): Promise<Availability> {
    const version = installedVersion();
    const unusable = version
      ? await launchHelpers(host)
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
      linux: bootsKernels(['i386'], kernels, () =>
        findBios()
          ? null
          : notInstalled('Linux guests in v86 need SeaBIOS, which is not installed', 'seabios', host),
      ),
      evidence: [],
      notes: [
        'v86 translates every instruction, user code included: unlike the products of 2005, which ran guest user code directly.',
      ],
    };
  },
  async launch(host: Host, vm: VmSpec): Promise<Machine> {
    const { image, cpu, kernel, signal } = vm;
    const linux = image.runtime === 'initramfs';
    expectOffered('v86', linux ? OFFERS.initramfs : OFFERS.bare, vm);
    const memoryMib = vm.memoryMib ?? (linux ? LINUX_MEMORY_MIB : OFFERS.bare.memoryMib);
    const argv = [process.execPath, machineScript('v86'), image.path, String(memoryMib)];
    return linux
      ? startProcessMachine(host, [...argv, kernel?.path ?? '', findBios() ?? ''], cpu, {
          // It takes 20 s on a computer that does nothing else.
          limitMs: 3 * BOOT_LIMIT_MS,
          signal,
        })
      : startProcessMachine(host, argv, cpu, { signal });
  },
  async verify(_host: Host, identity: Identity): Promise<string[]> {
    const seen = `CPUID from inside: ${[identity.vendor, ...identity.signatures].join(', ')}`;
    // The signature that v86 gives its guests; the host under us would have to be VMware to show the same.
    if (!identity.signatures.includes('VMwareVMware'))
      throw new MachineError(`the code did not run in v86: ${seen}`);
    return [seen];
  },
};

/** SeaBIOS in the size that v86 takes. */
function findBios(): string | null {
  return ['/usr/share/seabios/bios.bin', '/usr/share/qemu/bios.bin'].find((path) => existsSync(path)) ?? null;
}

function installedVersion(): string | null {
  try {
    return (createRequire(import.meta.url)('v86/package.json') as { version: string }).version;
  } catch {
    return null;
  }
}
