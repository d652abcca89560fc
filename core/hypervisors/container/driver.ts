/** No hypervisor either: the native program in namespaces of its own, as containers run programs. */
import type { Identity } from '../../guest/protocol.ts';
import { CLONE } from '../../guest/steps.ts';
import type { Host } from '../../host/host.ts';
import { launchOnHost, protectionLack } from '../commands.ts';
import {
  type Availability,
  expectOffered,
  type Hypervisor,
  type Machine,
  MachineError,
  type Surroundings,
} from '../hypervisor.ts';
import { canHaveUsers, namespaceLack, ownProcesses } from '../namespaces.ts';
import { COMMANDS, nativeFeatures, PROCESS } from '../native/driver.ts';
import { startProcessMachine } from '../process-machine.ts';
import { launchHelpers } from '../requirements.ts';
import type { VmSpec } from '../vm-spec.ts';

const NAMESPACES = ['user', 'mnt', 'pid', 'ipc', 'uts', 'net', 'cgroup'] as const;

/** A program in namespaces of its own; an argument vector that lacks the program. */
async function apart(host: Host): Promise<string[]> {
  return [
    ...ownProcesses(await canHaveUsers(host)),
    // A chroot's root need be no mount point, whose propagation could be changed; unshare changes that of /proc by itself.
    ...['--mount', '--propagation', 'unchanged'],
    ...['--ipc', '--uts', '--net', '--cgroup', '--mount-proc', '--'],
  ];
}

export const container: Hypervisor = {
  id: 'container',
  // Without a kernel there is nothing that a namespace could be of.
  runtimes: { bare: null, linux: 'linux' },
  offers: { linux: PROCESS },
  async probe(host: Host, { record }: Surroundings): Promise<Availability> {
    const unusable = (await namespaceLack(host, await apart(host))) ?? (await launchHelpers(host));
    return {
      id: 'container',
      title: 'a native process in separate namespaces',
      mode: 'native',
      technique: 'bare',
      paging: null,
      version: /[\d.]+/.exec((await host.capture('unshare', ['--version'])) ?? '')?.[0] ?? null,
      isas: ['x86_64', 'i386'],
      onRequest: [],
      available: !unusable,
      ...unusable,
      features: nativeFeatures(record),
      linux: { isas: ['x86_64', 'i386'], lacks: {} },
      evidence: [],
      notes: [],
    };
  },
  commands: {
    // It is no hypervisor, and says what native says.
    onRequest: true,
    lack: protectionLack,
    offers: COMMANDS,
    async launch(host, vm) {
      expectOffered('container', COMMANDS, vm);
      return launchOnHost(host, { ...vm, share: [] }, CLONE.NEWCGROUP);
    },
  },
  async launch(host: Host, vm: VmSpec): Promise<Machine> {
    expectOffered('container', PROCESS, vm);
    return startProcessMachine(host, [...(await apart(host)), vm.image.path], vm.cpu);
  },
  async verify(host: Host, identity: Identity, machine: Machine): Promise<string[]> {
    const inside = await childOf(machine.pid, host);
    const own = await namespacesOf('self', host);
    const theirs = await namespacesOf(inside, host);
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
async function childOf(pid: number, host: Host): Promise<string> {
  const children = await host.read(`/proc/${pid}/task/${pid}/children`);
  return children?.split(' ')[0] ?? '';
}

function namespacesOf(process: string, host: Host): Promise<(string | null)[]> {
  return Promise.all(NAMESPACES.map((name) => host.link(`/proc/${process}/ns/${name}`)));
}
