/** A driver: the native program at a lower priority, which is no hypervisor, but a machine of its own. */
import {
  type Host,
  type Hypervisor,
  type Identity,
  type Machine,
  MachineError,
  startProcessMachine,
} from 'hvbench';

const PRIORITY = 10;

export const nice: Hypervisor = {
  id: 'nice',
  // The image for Linux processes, whether a workload needs Linux or only a CPU.
  runtimes: { bare: 'linux', linux: 'linux' },
  async probe() {
    return {
      id: 'nice',
      title: `a native process at nice value ${PRIORITY}`,
      mode: 'native',
      technique: 'bare',
      paging: null,
      version: null,
      isas: ['x86_64', 'i386'],
      onRequest: [],
      available: true,
      features: ['discard'],
      linux: { isas: ['x86_64', 'i386'], lacks: {} },
      evidence: [],
      notes: [],
    };
  },
  launch: (host, { image, cpu }) =>
    startProcessMachine(host, ['nice', '-n', String(PRIORITY), image.path], cpu),
  async verify(host: Host, identity: Identity, machine: Machine) {
    const value = await niceValueOf(machine.pid, host);
    if (value < PRIORITY) throw new MachineError(`its nice value is ${value} instead of ${PRIORITY}`);
    return [`CPUID: ${identity.vendor}`, `nice value ${value}, by /proc/${machine.pid}/stat`];
  },
};

/** Field 19 of proc(5), counted behind the name, which may hold spaces. */
async function niceValueOf(pid: number, host: Host): Promise<number> {
  const stat = (await host.read(`/proc/${pid}/stat`)) ?? '';
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
}
