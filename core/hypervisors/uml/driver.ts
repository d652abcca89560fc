/**
 * User Mode Linux: a Linux kernel that is a process of the host. Processes of the guest run directly on the CPU; what
 * they ask of their kernel is intercepted by ptrace. The nearest heir of the hosted products of 2005 that runs without
 * privileges.
 */

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
import { launchHelpers } from '../requirements.ts';
import type { CommandVm, VmOffers, VmSpec } from '../vm-spec.ts';
import { umlArguments } from './invocation.ts';
import { canOwnMemory, MEMORY_MIB, memoryLack } from './memory-folder.ts';

/** Debian's name for it, and where its modules are. */
const UML = 'linux.uml';
const MODULES = '/usr/lib/uml/modules';

const OFFERS: VmOffers = {
  memoryMib: 64,
  why: { vcpus: 'a kernel of User Mode Linux has one' },
};

export const uml: Hypervisor = {
  id: 'uml',
  // It is a kernel, so it runs nothing without one.
  runtimes: { bare: 'initramfs', linux: 'initramfs' },
  ownKernel: true,
  offers: { initramfs: OFFERS },
  files: () => scriptFiles(),
  async probe(host: Host): Promise<Availability> {
    const version = await findVersion(host);
    const unusable = version
      ? ((await namespaceLack(host, ownProcesses(await canHaveUsers(host)))) ??
        (await memoryLack(host)) ??
        (await launchHelpers(host)))
      : notInstalled(`${UML} is not installed`, 'uml', host);
    return {
      id: 'uml',
      title: 'User Mode Linux',
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
      notes: [
        'The guest kernel is a process: it makes page tables with mmap, and each system call takes two process switches.',
        ...((await hasMoreState(host)) ? [MORE_STATE] : []),
      ],
    };
  },
  async launch(host: Host, vm: VmSpec): Promise<Machine> {
    expectOffered('uml', OFFERS, vm);
    const argv = umlArguments({
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
      expectOffered('uml', OFFERS, vm);
      const initramfs = await commandInitramfs(vm, await findVersion(host));
      const library = await preload(dirname(vm.program), host);
      const argv = (path: string, user: boolean) =>
        umlArguments({
          initramfs: path,
          memoryMib: vm.memoryMib,
          enclosed: user ? 'user' : 'root',
          preload: library,
        });
      return launchReadOnly(host, vm, { argv, initramfs, limitMs: BOOT_LIMIT_MS });
    },
  },
  async verify(host: Host, identity: Identity, machine: Machine): Promise<string[]> {
    const version = await findVersion(host);
    // The guest's own word for its kernel: no other kernel here is of this version.
    if (version === null || !machine.about.includes(`Linux ${version}`))
      throw new MachineError(`the code did not run in User Mode Linux ${version}: ${machine.about}`);
    return [
      `the guest's kernel of itself: ${machine.about}`,
      `CPUID from inside: ${[identity.vendor, ...identity.signatures].join(', ')} (the host's own answer: processes run directly)`,
    ];
  },
};

/** The guest's first process, and its steps: UML reads the host's files by itself (hostfs). */
async function commandInitramfs(
  { program, commands }: Pick<CommandVm, 'program' | 'commands'>,
  version: string | null,
): Promise<Buffer> {
  const modules = `${HOST}${MODULES}/${version}/kernel`;
  const steps = encodeSteps(
    [
      { do: 'directory', path: HOST },
      { do: 'mount', source: 'none', at: HOST, type: 'hostfs', flags: MS.RDONLY, data: '/' },
      { do: 'module', path: join(modules, 'fs/overlayfs/overlay.ko') },
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

async function findVersion(host: Host): Promise<string | null> {
  const path = await host.find(UML);
  const said = path === null ? null : await host.capture(path, ['--version']);
  return /^\d+(\.\d+)+\S*/.exec(said?.trim() ?? '')?.[0] ?? null;
}
