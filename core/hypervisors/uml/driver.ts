/**
 * User Mode Linux: a Linux kernel that is a process of the host. Processes of the guest run directly on the CPU; what
 * they ask of their kernel is intercepted by ptrace. The nearest heir of the hosted products of 2005 that runs without
 * privileges.
 */

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { preloadIn } from '../../guest/build.ts';
import { cpio } from '../../guest/cpio.ts';
import type { Identity } from '../../guest/protocol.ts';
import { encodeSteps, MS } from '../../guest/steps.ts';
import { parseCpuInfo } from '../../host/cpuinfo.ts';
import type { Host } from '../../host/host.ts';
import { notInstalled } from '../../host/packages.ts';
import { launchReadOnly, protectionLack } from '../commands.ts';
import { guestRoot, HOST } from '../host-files.ts';
import {
  type Availability,
  expectOffered,
  type Hypervisor,
  type Machine,
  MachineError,
} from '../hypervisor.ts';
import { scriptFiles } from '../launch-files.ts';
import { BOOT_LIMIT_MS } from '../linux-boot.ts';
import { canHaveUsers, namespaceLack, ownProcesses } from '../namespaces.ts';
import { startProcessMachine } from '../process-machine.ts';
import { ranProgram } from '../ran-program.ts';
import { launchHelpers } from '../requirements.ts';
import { variantsBy } from '../variant.ts';
import { findProgram, programMissing, variantRecord, variantTitle } from '../variant-record.ts';
import type { CommandVm, VmOffers, VmSpec } from '../vm-spec.ts';
import { buildOptions, UML, type UmlBuild } from './build.ts';
import { umlArguments } from './invocation.ts';
import { canOwnMemory, MEMORY_MIB, memoryLack } from './memory-folder.ts';

/** Where Debian has its modules. */
const MODULES = '/usr/lib/uml/modules';

const OFFERS: VmOffers = {
  memoryMib: 64,
  why: { vcpus: 'a kernel of User Mode Linux has one' },
};

const OF = 'uml';

export const uml: Hypervisor = umlDriver(null);

/** `variant`: what makes it one, if it is one. */
function umlDriver(variant: { readonly id: string; readonly build: UmlBuild } | null): Hypervisor {
  const { id, build } = variant ?? { id: OF, build: {} };
  const { program: named = UML, args } = build;
  const program = async (host: Host) => (await findProgram(host, named)) ?? named;
  return {
    id,
    ...(variant
      ? { variant: { of: OF, missing: (host) => programMissing(host, build.program) } }
      : { variants: variantsBy(buildOptions, (id, build) => umlDriver({ id, build })) }),
    // It is a kernel, so it runs nothing without one.
    runtimes: { bare: 'initramfs', linux: 'initramfs' },
    ownKernel: true,
    offers: { initramfs: OFFERS },
    files: () => scriptFiles(),
    async probe(host: Host): Promise<Availability> {
      const missing = await programMissing(host, build.program);
      const version = await findVersion(host, named);
      const path = await findProgram(host, named);
      const kept = variant && (await variantRecord(host, OF, build, path));
      const unusable =
        missing !== null
          ? { reason: missing }
          : version
            ? ((await namespaceLack(host, ownProcesses(await canHaveUsers(host)))) ??
              (await memoryLack(host)) ??
              (await launchHelpers(host)))
            : build.program === undefined
              ? notInstalled(`${UML} is not installed`, 'uml', host)
              : { reason: `${build.program} does not report the version of a kernel` };
      return {
        id,
        title: `User Mode Linux${kept ? `: ${variantTitle(kept)}` : ''}`,
        mode: 'hosted',
        technique: 'direct-execution',
        paging: null,
        version,
        isas: ['x86_64'],
        onRequest: [],
        available: !unusable,
        ...unusable,
        features: ['discard'],
        linux: { isas: ['x86_64'], lacks: {} },
        evidence: [],
        ...(kept && { variant: kept }),
        notes: [
          'The guest kernel is a process: it makes page tables with mmap, and each system call takes two process switches.',
          ...((await hasMoreState(host)) ? [MORE_STATE] : []),
        ],
      };
    },
    async launch(host: Host, vm: VmSpec): Promise<Machine> {
      expectOffered(id, OFFERS, vm);
      const argv = umlArguments({
        program: await program(host),
        args,
        initramfs: vm.image.path,
        memoryMib: vm.memoryMib ?? MEMORY_MIB,
        enclosed: null,
        ownMemory: await canOwnMemory(host),
        users: await canHaveUsers(host),
        preload: await preload(vm.image.folder, host),
      });
      return startProcessMachine(host, argv, vm.cpu, { signal: vm.signal });
    },
    commands: {
      lack: protectionLack,
      offers: OFFERS,
      async launch(host, vm) {
        expectOffered(id, OFFERS, vm);
        const initramfs = await commandInitramfs(vm, await findVersion(host, named));
        const kernel = await program(host);
        const library = await preload(dirname(vm.program), host);
        const argv = (path: string, user: boolean) =>
          umlArguments({
            program: kernel,
            args,
            initramfs: path,
            memoryMib: vm.memoryMib,
            enclosed: user ? 'user' : 'root',
            preload: library,
          });
        return launchReadOnly(host, vm, { argv, initramfs, limitMs: BOOT_LIMIT_MS });
      },
    },
    async verify(host: Host, identity: Identity, machine: Machine): Promise<string[]> {
      const version = await findVersion(host, named);
      // The guest's own word for its kernel: no other kernel here is of this version.
      if (version === null || !machine.about.includes(`Linux ${version}`))
        throw new MachineError(`the code did not run in User Mode Linux ${version}: ${machine.about}`);
      return [
        `the guest's kernel of itself: ${machine.about}`,
        ...(variant ? [await ranProgram(host, machine.pid, await program(host))] : []),
        `CPUID from inside: ${[identity.vendor, ...identity.signatures].join(', ')} (the host's own answer: processes run directly)`,
      ];
    },
  };
}

/** The guest's first process, and its steps: UML reads the host's files by itself (hostfs). */
async function commandInitramfs(
  { program, commands }: Pick<CommandVm, 'program' | 'commands'>,
  version: string | null,
): Promise<Buffer> {
  const overlay = join(MODULES, version ?? '', 'kernel/fs/overlayfs/overlay.ko');
  const steps = encodeSteps(
    [
      { do: 'directory', path: HOST },
      { do: 'mount', source: 'none', at: HOST, type: 'hostfs', flags: MS.RDONLY, data: '/' },
      // A kernel of a user's own has what it needs built in.
      ...(existsSync(overlay) ? [{ do: 'module' as const, path: `${HOST}${overlay}` }] : []),
      ...guestRoot(),
    ],
    commands,
  );
  return cpio([
    { path: 'init', mode: 0o100755, content: await readFile(program) },
    { path: 'steps', mode: 0o100600, content: steps },
  ]);
}

const MORE_STATE =
  'This CPU keeps more process state (AMX) than User Mode Linux knows of, and its first process would end: hvbench loads a library into it that returns the whole state.';

async function preload(folder: string, host: Host): Promise<string | undefined> {
  return (await hasMoreState(host)) ? preloadIn(folder, 'xstate') : undefined;
}

/** Whether the CPU has AMX, whose 8 KiB User Mode Linux has no room for (seen with its kernels 6.1 and 6.12). */
async function hasMoreState(host: Host): Promise<boolean> {
  return parseCpuInfo((await host.read('/proc/cpuinfo')) ?? '').flags.has('amx_tile');
}

async function findVersion(host: Host, program: string): Promise<string | null> {
  const path = await findProgram(host, program);
  const said = path === null ? null : await host.capture(path, ['--version']);
  return /^\d+(\.\d+)+\S*/.exec(said?.trim() ?? '')?.[0] ?? null;
}
