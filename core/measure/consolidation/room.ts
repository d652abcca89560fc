/** How many machines fit: what the host, its control groups and this process's limits leave, found before it breaks. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { listFolder, readText } from '../../host/text.ts';

/** What is left of something, and what bounds it, in words: "this host's memory". */
export interface Left {
  readonly amount: number;
  readonly what: string;
}

export interface Room {
  /** Bytes, above a reserve. */
  readonly memory: readonly Left[];
  /** Processes and threads. */
  readonly tasks: readonly Left[];
  /** Open files of the tool. */
  readonly descriptors: readonly Left[];
}

/** What one machine takes of it. */
export interface Need {
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
export function mostMachines(room: Room, need: Need): { readonly machines: number; readonly what: string } {
  const bounds = (['memory', 'tasks', 'descriptors'] as const).flatMap((kind) =>
    room[kind].map(({ amount, what }) => ({
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
export async function readRoom(root = '/'): Promise<Room> {
  const limits = (await readText(root, 'proc/self/limits')) ?? '';
  const groups = (await readText(root, 'proc/self/cgroup')) ?? '';
  const some = (left: (Left | null)[]) => left.filter((one) => one !== null);
  return {
    memory: some([await hostMemory(root), ...(await groupMemory(root, groups))]),
    tasks: some([
      await userTasks(root, limits),
      await systemTasks(root, 'pid_max'),
      await systemTasks(root, 'threads-max'),
      ...(await groupTasks(root, groups)),
    ]),
    descriptors: some([await openFiles(root, limits)]),
  };
}

/** A soft limit of proc(5)'s `limits`; null where there is none. */
export function softLimit(limits: string, name: string): number | null {
  const value = new RegExp(`^${name}\\s+(\\d+)`, 'm').exec(limits)?.[1];
  return value === undefined ? null : Number(value);
}

const reserved = (bytes: number, total: number) =>
  bytes - Math.max(MEMORY_RESERVE, MEMORY_RESERVE_SHARE * total);

async function hostMemory(root: string): Promise<Left | null> {
  const info = (await readText(root, 'proc/meminfo')) ?? '';
  const kib = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(info)?.[1] ?? Number.NaN);
  const [available, total] = [kib('MemAvailable') * 1024, kib('MemTotal') * 1024];
  if (Number.isNaN(available) || Number.isNaN(total)) return null;
  return { amount: reserved(available, total), what: "this host's memory" };
}

async function userTasks(root: string, limits: string): Promise<Left | null> {
  const limit = softLimit(limits, 'Max processes');
  if (limit === null || (await isUnlimited(root))) return null;
  const uid = process.getuid?.();
  let used = 0;
  for (const pid of (await listFolder(root, 'proc')).filter((name) => /^\d+$/.test(name))) {
    const status = (await readText(root, `proc/${pid}/status`)) ?? '';
    if (Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]) === uid)
      used += Number(/^Threads:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  }
  return { amount: limit - used - TASKS_RESERVE, what: `the user's limit of ${limit} processes (ulimit -u)` };
}

/** The kernel bounds no processes of the first user namespace's root. */
async function isUnlimited(root: string): Promise<boolean> {
  const map = (await readText(root, 'proc/self/uid_map')) ?? '';
  return process.getuid?.() === 0 && /^\s*0\s+0\s+4294967295/.test(map);
}

async function systemTasks(root: string, name: 'pid_max' | 'threads-max'): Promise<Left | null> {
  const limit = Number((await readText(root, `proc/sys/kernel/${name}`)) ?? Number.NaN);
  const used = Number(/\/(\d+)/.exec((await readText(root, 'proc/loadavg')) ?? '')?.[1] ?? Number.NaN);
  if (Number.isNaN(limit) || Number.isNaN(used)) return null;
  return { amount: limit - used - TASKS_RESERVE, what: `the kernel's ${name} (${limit})` };
}

async function openFiles(root: string, limits: string): Promise<Left | null> {
  const limit = softLimit(limits, 'Max open files');
  if (limit === null) return null;
  const used = await readdir(join(root, 'proc/self/fd')).then(
    (names) => names.length,
    () => 0,
  );
  return { amount: limit - used - DESCRIPTORS_RESERVE, what: `the limit of ${limit} open files (ulimit -n)` };
}

/** The folder of each control group that this process is in, from its own up to the root, of one controller. */
export function groupFolders(groups: string, controller: string): string[] {
  const folders: string[] = [];
  for (const line of groups.split('\n')) {
    const [id, controllers = '', path = ''] = line.split(':');
    const second = id === '0' && controllers === '';
    if (!second && !controllers.split(',').includes(controller)) continue;
    const parts = path.split('/').filter((part) => part !== '' && part !== '..');
    for (const base of second ? ['sys/fs/cgroup', 'sys/fs/cgroup/unified'] : [`sys/fs/cgroup/${controller}`])
      for (let depth = parts.length; depth >= 0; depth--)
        folders.push([base, ...parts.slice(0, depth)].join('/'));
  }
  return folders;
}

async function groupMemory(root: string, groups: string): Promise<(Left | null)[]> {
  return Promise.all(
    groupFolders(groups, 'memory').map(async (folder) => {
      const read = async (...names: string[]) => {
        for (const name of names) {
          const text = await readText(root, `${folder}/${name}`);
          if (text !== null) return Number(text); // "max" is NaN
        }
        return Number.NaN;
      };
      const limit = await read('memory.max', 'memory.limit_in_bytes');
      const used = await read('memory.current', 'memory.usage_in_bytes');
      // The first version says "no limit" by a number larger than any memory.
      if (Number.isNaN(limit) || Number.isNaN(used) || limit > 2 ** 60) return null;
      const stat = (await readText(root, `${folder}/memory.stat`)) ?? '';
      const reclaimable = Number(/^(?:total_)?inactive_file (\d+)$/m.exec(stat)?.[1] ?? 0);
      return {
        amount: reserved(limit - used + reclaimable, limit),
        what: `the memory limit of its control group (${Math.round(limit / 2 ** 20)} MiB)`,
      };
    }),
  );
}

async function groupTasks(root: string, groups: string): Promise<(Left | null)[]> {
  return Promise.all(
    groupFolders(groups, 'pids').map(async (folder) => {
      const limit = Number((await readText(root, `${folder}/pids.max`)) ?? Number.NaN);
      const used = Number((await readText(root, `${folder}/pids.current`)) ?? Number.NaN);
      if (Number.isNaN(limit) || Number.isNaN(used)) return null;
      return { amount: limit - used - TASKS_RESERVE, what: `its control group's pids.max (${limit})` };
    }),
  );
}
