/** How many machines fit: what the host, its control groups and this process's limits leave, found before it breaks. */
import { cgroupFolders, numberIn } from '../../core/host/cgroups.ts';
import type { Host } from '../../core/host/host.ts';
import { resourceCountsOf, softLimit } from '../../core/host/limits.ts';
import { memoryHeadrooms } from '../../core/host/memory-headroom.ts';

/** What is left of something, and what bounds it, in words: "this host's memory". */
export interface Left {
  readonly amount: number;
  readonly what: string;
}

export interface Headroom {
  /** Bytes, above a reserve. */
  readonly memory: readonly Left[];
  /** Processes and threads. */
  readonly tasks: readonly Left[];
  /** Open files of the tool. */
  readonly descriptors: readonly Left[];
}

/** What one machine takes of it. */
export interface MachineNeed {
  readonly memory: number;
  readonly tasks: number;
  readonly descriptors: number;
}

/** A machine's three pipes. */
export const DESCRIPTORS_PER_MACHINE = 3;
/** What the tool opens beside its machines for a moment: files of /proc, a pipe while a process is started. */
const DESCRIPTORS_RESERVE = 12;
const TASKS_RESERVE = 16;
const MEMORY_RESERVE = 256 << 20;
const MEMORY_RESERVE_SHARE = 0.1;

/** The most machines that fit, and what bounds them. */
export function mostMachines(
  headroom: Headroom,
  need: MachineNeed,
): { readonly machines: number; readonly what: string } {
  const bounds = (['memory', 'tasks', 'descriptors'] as const).flatMap((kind) =>
    headroom[kind].map(({ amount, what }) => ({
      machines: need[kind] > 0 ? Math.max(0, Math.floor(amount / need[kind])) : Number.POSITIVE_INFINITY,
      what,
    })),
  );
  return bounds.reduce((least, bound) => (bound.machines < least.machines ? bound : least), {
    machines: Number.POSITIVE_INFINITY,
    what: '',
  });
}

/** What is left now, with none of the machines in question running. What cannot be read bounds nothing. */
export async function readHeadroom(host: Host): Promise<Headroom> {
  const limits = host.readNow('/proc/self/limits') ?? '';
  const some = (left: (Left | null)[]) => left.filter((one) => one !== null);
  return {
    memory: memoryLeft(host),
    tasks: some([
      await userTasks(host, limits),
      systemTasks(host, 'pid_max'),
      systemTasks(host, 'threads-max'),
      ...groupTasks(host),
    ]),
    descriptors: some([openFiles(host, limits)]),
  };
}

/** What cannot be read bounds nothing. */
function memoryLeft(host: Host): Left[] {
  return memoryHeadrooms(host).flatMap(({ bytes, totalBytes }, index) => {
    if (totalBytes === 0) return [];
    const group = `the memory limit of its control group (${Math.round(totalBytes / 2 ** 20)} MiB)`;
    return {
      amount: bytes - Math.max(MEMORY_RESERVE, MEMORY_RESERVE_SHARE * totalBytes),
      what: index === 0 ? "this host's memory" : group,
    };
  });
}

async function userTasks(host: Host, limits: string): Promise<Left | null> {
  const limit = softLimit(limits, 'Max processes');
  if (limit === Number.POSITIVE_INFINITY || isUnlimited(host)) return null;
  const uid = host.userId;
  let used = 0;
  for (const pid of (await host.list('/proc')).filter((name) => /^\d+$/.test(name))) {
    const status = (await host.read(`/proc/${pid}/status`)) ?? '';
    if (Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]) === uid)
      used += Number(/^Threads:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  }
  return { amount: limit - used - TASKS_RESERVE, what: `the user's limit of ${limit} processes (ulimit -u)` };
}

/** The kernel bounds no processes of the first user namespace's root. */
function isUnlimited(host: Host): boolean {
  const map = host.readNow('/proc/self/uid_map') ?? '';
  return host.userId === 0 && /^\s*0\s+0\s+4294967295/.test(map);
}

function systemTasks(host: Host, name: 'pid_max' | 'threads-max'): Left | null {
  const limit = numberIn(host, `/proc/sys/kernel/${name}`);
  const used = /\/(\d+)/.exec(host.readNow('/proc/loadavg') ?? '')?.[1];
  if (limit === null || used === undefined) return null;
  return { amount: limit - Number(used) - TASKS_RESERVE, what: `the kernel's ${name} (${limit})` };
}

function openFiles(host: Host, limits: string): Left | null {
  const limit = softLimit(limits, 'Max open files');
  if (limit === Number.POSITIVE_INFINITY) return null;
  const { descriptors } = resourceCountsOf('self', host);
  return {
    amount: limit - descriptors - DESCRIPTORS_RESERVE,
    what: `the limit of ${limit} open files (ulimit -n)`,
  };
}

function groupTasks(host: Host): (Left | null)[] {
  return cgroupFolders('pids', host).map(({ folder }) => {
    const limit = numberIn(host, `${folder}/pids.max`);
    const used = numberIn(host, `${folder}/pids.current`);
    if (limit === null || used === null) return null;
    return { amount: limit - used - TASKS_RESERVE, what: `its control group's pids.max (${limit})` };
  });
}
