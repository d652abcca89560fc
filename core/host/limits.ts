/** What a process may still take of what Linux counts: descriptors, mappings, threads, address space. */
import { cgroupFolders, numberIn } from './cgroups.ts';
import type { Host, HostFiles } from './host.ts';

/** What a process holds, or may still take; what nothing bounds is Infinity. */
export interface ResourceCounts {
  readonly descriptors: number;
  readonly mappings: number;
  readonly threads: number;
  readonly addressBytes: number;
}

/** What a process holds now. */
export function resourceCountsOf(pid: number | 'self', host: HostFiles): ResourceCounts {
  const status = host.readNow(`/proc/${pid}/status`) ?? '';
  const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
  return {
    descriptors: host.listNow(`/proc/${pid}/fd`).length,
    mappings: (host.readNow(`/proc/${pid}/maps`) ?? '').split('\n').length,
    threads: field('Threads'),
    addressBytes: field('VmSize') * 1024,
  };
}

/** What is left of its limits, of the host's, and of those of its control groups; these are taken to be this process's. */
export function headroomOf(pid: number | 'self', host: Host): ResourceCounts {
  const now = resourceCountsOf(pid, host);
  const limits = host.readNow(`/proc/${pid}/limits`) ?? '';
  // Open files, what once were some, and how many there may be.
  const [, files, mostFiles] = /^(\d+)\s+\d+\s+(\d+)/.exec(host.readNow('/proc/sys/fs/file-nr') ?? '') ?? [];
  const threads = Number(/^\S+ \S+ \S+ \d+\/(\d+) /.exec(host.readNow('/proc/loadavg') ?? '')?.[1] ?? 0);
  const sysctl = (name: string) => numberIn(host, `/proc/sys/${name}`) ?? Number.POSITIVE_INFINITY;
  return {
    descriptors: Math.min(
      softLimit(limits, 'Max open files') - now.descriptors,
      Number(mostFiles ?? Number.POSITIVE_INFINITY) - Number(files ?? 0),
    ),
    mappings: sysctl('vm/max_map_count') - now.mappings,
    threads: Math.min(
      sysctl('kernel/threads-max') - threads,
      sysctl('kernel/pid_max') - threads,
      // It does not bind root.
      host.userId === 0 ? Number.POSITIVE_INFINITY : softLimit(limits, 'Max processes') - threads,
      ...cgroupThreads(host),
    ),
    addressBytes: softLimit(limits, 'Max address space') - now.addressBytes,
  };
}

/** Address space that this process may still take, bytes: quickly, for it is asked again and again. */
export function addressHeadroom(host: HostFiles): number {
  const limit = softLimit(host.readNow('/proc/self/limits') ?? '', 'Max address space');
  if (limit === Number.POSITIVE_INFINITY) return limit;
  const size = /^VmSize:\s+(\d+) kB$/m.exec(host.readNow('/proc/self/status') ?? '')?.[1];
  return limit - Number(size ?? 0) * 1024;
}

/** The soft limit that a line of /proc/PID/limits names; Infinity where there is none. */
export function softLimit(limits: string, name: string): number {
  return Number(new RegExp(`^${name}[ \\t]+(\\d+)`, 'm').exec(limits)?.[1] ?? Number.POSITIVE_INFINITY);
}

function cgroupThreads(host: HostFiles): number[] {
  return cgroupFolders('pids', host).flatMap(({ folder }) => {
    const most = numberIn(host, `${folder}/pids.max`);
    const now = numberIn(host, `${folder}/pids.current`);
    return most === null || now === null ? [] : [most - now];
  });
}
