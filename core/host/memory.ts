/** The memory of a machine's processes, and the files that they have mapped. Linux only. */
import { processTree } from './cpu-time.ts';
import type { HostFiles } from './host.ts';

const KIB = 1024;

export interface MemoryUse {
  /** The most that each process held, added up: what processes share counts once for each. */
  readonly peakResidentBytes: number;
  /** What they hold now, shared pages divided among those that share them (PSS); null where that may not be read. */
  readonly proportionalBytes: number | null;
}

/** Of a process and all its descendants. */
export function memoryOf(pid: number, host: HostFiles): MemoryUse {
  const tree = processTree(pid, host);
  const peaks = tree.map((each) => kibibytes(host.readNow(`/proc/${each}/status`) ?? '', 'VmHWM') ?? 0);
  const shares = tree.map((each) => share(each, host));
  const known = shares.filter((each) => each !== null);
  return {
    peakResidentBytes: sum(peaks) * KIB,
    proportionalBytes: known.length === tree.length ? sum(known) * KIB : null,
  };
}

/**
 * Proportional set size of processes without their children, bytes: a page that several share counts in parts. Those that
 * are gone, or may not be looked at, count as 0.
 */
export function pssBytes(pids: readonly number[], host: HostFiles): number {
  return sum(pids.map((pid) => share(pid, host) ?? 0)) * KIB;
}

/**
 * What the host gave a process and all its descendants in pages of 2 MiB of its own accord (transparent huge pages), bytes;
 * null where that may not be read.
 */
export function largePageBytes(pid: number, host: HostFiles): number | null {
  const sizes = processTree(pid, host).map((each) => {
    const shares = host.readNow(`/proc/${each}/smaps_rollup`);
    return shares === null ? null : kibibytes(shares, 'AnonHugePages');
  });
  const known = sizes.filter((each) => each !== null);
  return known.length === sizes.length ? sum(known) * KIB : null;
}

/** Private dirty bytes of the mappings of a process that are this large; null where there are none, or it is gone. */
export function mappedDirtyBytes(pid: number, size: number, host: HostFiles): number | null {
  let found: number | null = null;
  let mine = false;
  for (const line of (host.readNow(`/proc/${pid}/smaps`) ?? '').split('\n')) {
    const [, key, value] = /^(Size|Private_Dirty):\s+(\d+) kB$/.exec(line) ?? [];
    if (key === 'Size') mine = Number(value) * KIB === size;
    else if (key === 'Private_Dirty' && mine) found = (found ?? 0) + Number(value) * KIB;
  }
  return found;
}

/** KiB; 0 of a process that has just ended, null of one that this user may not look at. */
function share(pid: number, host: HostFiles): number | null {
  const shares = host.readNow(`/proc/${pid}/smaps_rollup`);
  if (shares !== null) return kibibytes(shares, 'Pss') ?? 0;
  // Everybody may read the state of one that is there; a zombie (Z) holds nothing any more.
  const stat = host.readNow(`/proc/${pid}/stat`) ?? '';
  return /^[ZX]?$/.test(stat.slice(stat.lastIndexOf(')') + 2).charAt(0)) ? 0 : null;
}

/** Paths of the files that a process and all its descendants have mapped: programs, libraries, modules. */
export function mappedFiles(pid: number, host: HostFiles): string[] {
  // proc(5): address, permissions, offset, device, inode, and the path, which may hold spaces.
  const paths = processTree(pid, host).flatMap((each) =>
    [...(host.readNow(`/proc/${each}/maps`) ?? '').matchAll(/^\S+ \S+ \S+ \S+ [1-9]\d*\s+(\/.*)$/gm)].map(
      ([, path = '']) => path,
    ),
  );
  return [...new Set(paths)]
    .filter((path) => !path.endsWith(' (deleted)') && !path.startsWith('/dev/'))
    .sort();
}

/** The figure of a line `NAME:   123 kB`; null where there is none. */
export function kibibytes(text: string, name: string): number | null {
  const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
  return found === undefined ? null : Number(found);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
