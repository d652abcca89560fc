/** No hypervisor either: the native program in namespaces of its own, as containers run programs. */
import { readFile, readlink } from 'node:fs/promises';
import type { GuestImage } from '../../guest/build.ts';
import type { Identity } from '../../guest/protocol.ts';
import { CLONE } from '../../guest/steps.ts';
import { capture } from '../../host/capture.ts';
import type { HostRecord } from '../../results/schema.ts';
import { launchOnHost, protectionLack } from '../commands.ts';
import {
  type Availability,
  type Hypervisor,
  type LaunchOptions,
  type Machine,
  MachineError,
} from '../hypervisor.ts';
import { canHaveUsers, namespaceLack, ownProcesses } from '../namespaces.ts';
import { nativeFeatures } from '../native/driver.ts';
import { startProcessMachine } from '../process-machine.ts';
import { launchHelpers } from '../requirements.ts';

const NAMESPACES = ['user', 'mnt', 'pid', 'ipc', 'uts', 'net', 'cgroup'] as const;

/** A program in namespaces of its own; an argument vector that lacks the program. */
async function apart(): Promise<string[]> {
  return [
    ...ownProcesses(await canHaveUsers()),
    // A chroot's root need be no mount point, whose propagation could be changed; unshare changes that of /proc by itself.
    ...['--mount', '--propagation', 'unchanged'],
    ...['--ipc', '--uts', '--net', '--cgroup', '--mount-proc', '--'],
  ];
}

export const container: Hypervisor = {
  id: 'container',
  // Without a kernel there is nothing that a namespace could be of.
  runtimes: { bare: null, linux: 'linux' },
  async probe(host: HostRecord): Promise<Availability> {
    const unusable = (await namespaceLack(await apart())) ?? (await launchHelpers());
    return {
      id: 'container',
      title: 'a native process in separate namespaces',
      mode: 'native',
      technique: 'bare',
      paging: null,
      version: /[\d.]+/.exec((await capture('unshare', ['--version'])) ?? '')?.[0] ?? null,
      isas: ['x86_64', 'i386'],
      onRequest: [],
      available: !unusable,
      ...unusable,
      features: nativeFeatures(host),
      linux: { isas: ['x86_64', 'i386'], lacks: {} },
      evidence: [],
      notes: [],
    };
  },
  commands: {
    // It is no hypervisor, and says what native says.
    onRequest: true,
    lack: protectionLack,
    launch: (image, options) => launchOnHost(image, { ...options, share: [] }, CLONE.NEWCGROUP),
  },
  launch: async (image: GuestImage, { cpu }: LaunchOptions): Promise<Machine> =>
    startProcessMachine([...(await apart()), image.path], cpu),
  async verify(identity: Identity, machine: Machine): Promise<string[]> {
    const inside = await childOf(machine.pid);
    const own = await namespacesOf('self');
    const theirs = await namespacesOf(inside);
    const isOwn = (_: string, index: number) => theirs[index] !== null && theirs[index] !== own[index];
    const separate = NAMESPACES.filter(isOwn);
    // Who may do everything needs no users of its own for the others.
    const shared = NAMESPACES.filter((name) => name !== 'user' && !separate.includes(name));
    if (shared.length > 0)
      throw new MachineError(`the process shares namespaces with us: ${shared.join(', ')}`);
    return [`CPUID: ${identity.vendor}`, `host record: it has separate namespaces: ${separate.join(', ')}`];
  },
};

/** unshare stays, and waits for the program. */
async function childOf(pid: number): Promise<string> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return children.trim().split(' ')[0] ?? '';
}

function namespacesOf(process: string): Promise<(string | null)[]> {
  return Promise.all(NAMESPACES.map((name) => readlink(`/proc/${process}/ns/${name}`).catch(() => null)));
}
