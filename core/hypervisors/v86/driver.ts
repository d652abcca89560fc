/** v86: a hosted hypervisor that translates every guest instruction into WebAssembly. */

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { IDENTITY_END } from '../../guest/layout.ts';
import type { Identity } from '../../guest/protocol.ts';
import { processTree } from '../../host/cpu-time.ts';
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
import { startProcessMachine } from '../process-machine.ts';
import { launchHelpers } from '../requirements.ts';
import { variantsBy } from '../variant.ts';
import { pathOption } from '../variant-options.ts';
import { digestOnce, variantRecord, variantTitle } from '../variant-record.ts';
import type { VmSpec } from '../vm-spec.ts';
import { v86Arguments } from './invocation.ts';

const MIB = 1 << 20;

const OFFERS = {
  bare: { memoryMib: IDENTITY_END / MIB },
  initramfs: { memoryMib: LEAST_LINUX_MIB },
} satisfies Hypervisor['offers'];

const OF = 'v86';

const variantOptions = z.strictObject({
  /** The folder of another version of the npm package. */
  package: pathOption.transform((path) => resolve(path)),
});

export const v86: Hypervisor = v86Driver(null);

/** `variant`: the folder of its package, if it is one. */
function v86Driver(variant: { readonly id: string; readonly package: string } | null): Hypervisor {
  const id = variant?.id ?? OF;
  const folder = variant?.package;
  return {
    id,
    ...(variant
      ? { variant: { of: OF, missing: async () => packageMissing(variant.package) } }
      : { variants: variantsBy(variantOptions, (id, told) => v86Driver({ id, ...told })) }),
    runtimes: { bare: 'bare', linux: 'initramfs' },
    offers: OFFERS,
    async files() {
      const bios = findBios();
      const own = folder === undefined ? [] : Object.values(packageFiles(folder) ?? {});
      return [
        ...(await scriptFiles(...(folder === undefined ? ['v86'] : []))),
        ...own,
        ...(bios ? [bios] : []),
      ];
    },
    // The screen's memory, which is a device's.
    scratch: { mmio: 0xa_0000 },
    async probe(host: Host, { kernels }: Surroundings): Promise<Availability> {
      const version = folder === undefined ? installedVersion() : versionIn(folder);
      const missing = folder === undefined ? null : packageMissing(folder);
      const files = folder === undefined ? null : packageFiles(folder);
      const kept =
        folder === undefined
          ? null
          : await variantRecord(
              host,
              OF,
              { package: `v86@${version}` },
              (missing === null && files?.wasm) || null,
            );
      const unusable =
        missing !== null
          ? { reason: missing }
          : version
            ? await launchHelpers(host)
            : { reason: 'the npm package v86 is not installed', remedy: 'npm install v86' };
      return {
        id,
        title: `v86, an x86 emulator in WebAssembly${kept ? `: ${variantTitle(kept)}` : ''}`,
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
        ...(kept && { variant: kept }),
        notes: [
          'v86 translates every instruction, user code included: unlike the products of 2005, which ran guest user code directly.',
        ],
      };
    },
    async launch(host: Host, vm: VmSpec): Promise<Machine> {
      const { image, cpu, kernel, signal } = vm;
      const linux = image.runtime === 'initramfs';
      expectOffered(id, linux ? OFFERS.initramfs : OFFERS.bare, vm);
      const memoryMib = vm.memoryMib ?? (linux ? LINUX_MEMORY_MIB : OFFERS.bare.memoryMib);
      const files = folder === undefined ? null : packageFiles(folder);
      if (folder !== undefined && files === null)
        throw new MachineError(packageMissing(folder) ?? 'it is gone');
      const argv = v86Arguments({
        ...{ image: image.path, memoryMib, ...(files && { library: files }) },
        ...(linux && { linux: { kernel: kernel?.path ?? '', bios: findBios() ?? '' } }),
      });
      // Alone it takes a quarter of BOOT_LIMIT_MS; several may want the same CPU.
      return startProcessMachine(host, argv, cpu, { ...(linux && { limitMs: 3 * BOOT_LIMIT_MS }), signal });
    },
    async verify(host: Host, identity: Identity, machine: Machine): Promise<string[]> {
      const seen = `CPUID from inside: ${[identity.vendor, ...identity.signatures].join(', ')}`;
      // The signature that v86 gives its guests; the host under us would have to be VMware to show the same.
      if (!identity.signatures.includes('VMwareVMware'))
        throw new MachineError(`the code did not run in v86: ${seen}`);
      return [seen, ...(folder === undefined ? [] : [await loadedFrom(host, machine.pid, folder)])];
    },
  };
}

/** SeaBIOS in the size that v86 takes. */
function findBios(): string | null {
  return ['/usr/share/seabios/bios.bin', '/usr/share/qemu/bios.bin'].find((path) => existsSync(path)) ?? null;
}

interface PackageFiles {
  readonly script: string;
  readonly wasm: string;
}

/** What a machine loads of an unpacked package; null if it lacks it. */
function packageFiles(folder: string): PackageFiles | null {
  const of = (names: readonly string[]) =>
    names.map((name) => join(folder, 'build', name)).find((path) => existsSync(path));
  const script = of(['libv86.mjs', 'libv86.js']);
  const wasm = of(['v86.wasm']);
  return script && wasm ? { script, wasm } : null;
}

function packageMissing(folder: string): string | null {
  return versionIn(folder) !== null && packageFiles(folder) !== null
    ? null
    : `${folder} is not the folder of an npm package v86: it needs package.json, build/v86.wasm and build/libv86.mjs or libv86.js`;
}

function versionIn(folder: string): string | null {
  try {
    const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    return name === 'v86' && typeof version === 'string' ? version : null;
  } catch {
    return null;
  }
}

/** The files that its process was told to load, as the system shows it. Throws MachineError for any other. */
async function loadedFrom(host: Host, pid: number, folder: string): Promise<string> {
  const files = packageFiles(folder);
  const told = (
    await Promise.all(processTree(pid, host).map((each) => host.read(`/proc/${each}/cmdline`)))
  ).join('\0');
  if (!files || !told.includes(JSON.stringify(files.wasm)) || !told.includes(JSON.stringify(files.script)))
    throw new MachineError(`its process does not run v86 of ${basename(folder)}`);
  const digests = await Promise.all([files.script, files.wasm].map((path) => digestOnce(host, path)));
  const [script, wasm] = digests.map((digest) => digest.slice(0, 12));
  return `host record: its process loads ${basename(files.script)}, SHA-256 ${script}, and v86.wasm, SHA-256 ${wasm}`;
}

function installedVersion(): string | null {
  try {
    return (createRequire(import.meta.url)('v86/package.json') as { version: string }).version;
  } catch {
    return null;
  }
}
