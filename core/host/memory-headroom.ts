/** How much memory may still be taken: what the kernel calls available, and what control groups leave of their limits. */
import { cgroupFolders, numberIn } from './cgroups.ts';
import type { HostFiles } from './host.ts';

export interface MemoryHeadroom {
  /** What bounds it. */
  readonly name: string;
  readonly bytes: number;
  /** Of which these are left. */
  readonly totalBytes: number;
}

/** The fields of /proc/meminfo, bytes. */
export function meminfo(host: HostFiles): ReadonlyMap<string, number> {
  const lines = (host.readNow('/proc/meminfo') ?? '').split('\n');
  return new Map(
    lines.flatMap((line) => {
      const match = /^(\S+):\s+(\d+) kB$/.exec(line);
      return match ? [[match[1] as string, Number(match[2]) * 1024] as const] : [];
    }),
  );
}

/** What is neither free nor a cache, of files or of the kernel's own, that it gives back: bytes. */
export function usedBytes(host: HostFiles): number {
  const fields = meminfo(host);
  const of = (name: string) => fields.get(name) ?? 0;
  return of('MemTotal') - of('MemFree') - of('Buffers') - of('Cached') - of('SReclaimable');
}

/** All that bounds it: this host, first, and each control group with a limit. */
export function memoryHeadrooms(host: HostFiles): MemoryHeadroom[] {
  const fields = meminfo(host);
  const [bytes = 0, totalBytes = 0] = [fields.get('MemAvailable'), fields.get('MemTotal')];
  const headrooms: MemoryHeadroom[] = [{ name: 'available on this host', bytes, totalBytes }];
  for (const { version, folder } of cgroupFolders('memory', host)) {
    const [limitFile, usageFile] =
      version === 2 ? ['memory.max', 'memory.current'] : ['memory.limit_in_bytes', 'memory.usage_in_bytes'];
    const limit = numberIn(host, `${folder}/${limitFile}`);
    const usage = numberIn(host, `${folder}/${usageFile}`);
    // Without a limit version 1 names one beyond any memory.
    if (limit === null || usage === null || limit > 2 ** 60) continue;
    const stat = host.readNow(`${folder}/memory.stat`) ?? '';
    // Where version 1 counts groups below as well, it says so by another name.
    const found = /^total_inactive_file (\d+)$/m.exec(stat) ?? /^inactive_file (\d+)$/m.exec(stat);
    const cached = Number(found?.[1] ?? 0);
    const bytes = limit - usage + cached;
    headrooms.push({ name: 'memory limit of the control group', bytes, totalBytes: limit });
  }
  return headrooms;
}

/** The least headroom of all that bounds it. */
export function memoryHeadroom(host: HostFiles): MemoryHeadroom {
  return memoryHeadrooms(host).reduce((least, headroom) => (headroom.bytes < least.bytes ? headroom : least));
}
