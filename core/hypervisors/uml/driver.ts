/**
 * User Mode Linux: a Linux kernel that is a process of the host. Processes of the guest run directly on the CPU; what
 * they ask of their kernel is intercepted by ptrace. The nearest heir of the hosted products of 2005 that runs without
 * privileges.
 */

import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type GuestImage, preloadIn } from '../../guest/build.ts';
import { cpio } from '../../guest/cpio.ts';
import type { Identity } from '../../guest/protocol.ts';
import { encodeSteps, MS } from '../../guest/steps.ts';
import { capture } from '../../host/capture.ts';
import { parseCpuInfo } from '../../host/cpuinfo.ts';
import { localHost } from '../../host/local.ts';
import { notInstalled } from '../../host/packages.ts';
import { findOnPath } from '../../host/path.ts';
import { launchReadOnly, protectionLack } from '../commands.ts';
import { guestRoot, HOST } from '../host-files.ts';
import {
  type Availability,
  type CommandsImage,
  type Hypervisor,
  type LaunchOptions,
  type Machine,
  MachineError,
} from '../hypervisor.ts';
import { scriptFiles } from '../launch-files.ts';
import { BOOT_LIMIT_MS } from '../linux-boot.ts';
import { canHaveUsers, namespaceLack, ownProcesses } from '../namespaces.ts';
import { machineScript, startProcessMachine } from '../process-machine.ts';
import { launchHelpers } from '../requirements.ts';
import { canOwnMemory, memoryLack } from './memory-folder.ts';

/** Debian's name for it, and where its modules are. */
const UML = 'linux.uml';
const MODULES = '/usr/lib/uml/modules';

export const uml: Hypervisor = {
  id: 'uml',
  // It is a kernel, so it runs nothing without one.
  runtimes: { bare: 'initramfs', linux: 'initramfs' },
  ownKernel: true,
  files: () => scriptFiles(),
  async probe(): Promise<Availability> {
    const version = await findVersion();
    const unusable = version
      ? ((await namespaceLack(ownProcesses(await canHaveUsers()))) ??
        (await memoryLack()) ??
        (await launchHelpers()))
      : notInstalled(`${UML} is not installed`, 'uml', localHost);
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
        ...((await hasMoreState()) ? [MORE_STATE] : []),
      ],
    };
  },
  async launch(image: GuestImage, { cpu, signal }: LaunchOptions): Promise<Machine> {
    const argv = [
      process.execPath,
      machineScript('uml'),
      image.path,
      '0',
      `${(await canOwnMemory()) ? 'own' : 'shared'}${(await canHaveUsers()) ? '' : '-root'}`,
      ...(await preload(image.folder)),
    ];
    return startProcessMachine(argv, cpu, { signal });
  },
  commands: {
    lack: protectionLack,
    async launch(image, options) {
      const initramfs = await commandInitramfs(image, await findVersion());
      const library = await preload(dirname(image.program));
      const argv = (path: string, user: boolean) => [
        ...[process.execPath, machineScript('uml'), path],
        ...[String(options.memoryMib), user ? 'user' : 'root', ...library],
      ];
      return launchReadOnly(image, options, { argv, initramfs, limitMs: BOOT_LIMIT_MS });
    },
  },
  async verify(identity: Identity, machine: Machine): Promise<string[]> {
    const version = await findVersion();
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
  { program, commands }: CommandsImage,
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

async function preload(folder: string): Promise<string[]> {
  return (await hasMoreState()) ? [preloadIn(folder, 'xstate')] : [];
}

/** Whether the CPU has AMX, whose 8 KiB User Mode Linux has no room for (seen with its kernels 6.1 and 6.12). */
async function hasMoreState(): Promise<boolean> {
  return parseCpuInfo((await localHost.read('/proc/cpuinfo')) ?? '').flags.has('amx_tile');
}

async function findVersion(): Promise<string | null> {
  const path = await findOnPath(UML);
  const said = path === null ? null : await capture(path, ['--version']);
  return /^\d+(\.\d+)+\S*/.exec(said?.trim() ?? '')?.[0] ?? null;
}
