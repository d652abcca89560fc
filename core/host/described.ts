/** A computer of which only some files are known, as texts: what another one told of itself. Nothing runs on it. */
import type { Host } from './host.ts';

/** `files`: by path. */
export function describedHost(files: ReadonlyMap<string, string>): Host {
  const read = (path: string) => files.get(path) ?? null;
  const list = (folder: string) => {
    const below = [...files.keys()].filter((path) => path.startsWith(`${folder}/`));
    return [...new Set(below.map((path) => path.slice(folder.length + 1).split('/', 1)[0] ?? ''))].sort();
  };
  const nothingRuns = async () => {
    throw new Error('nothing can be started on a computer that is only described');
  };
  return {
    read: async (path) => read(path),
    list: async (path) => list(path),
    link: async () => null,
    status: async () => null,
    openFailure: async () => 'ENOENT',
    readNow: read,
    listNow: list,
    ...{ platform: 'linux', arch: 'x64', userId: null, searchPath: '' },
    facts: () => ({
      memoryBytes: 1024 * Number(/^MemTotal: +(\d+) kB/m.exec(read('/proc/meminfo') ?? '')?.[1] ?? 0),
      system: read('/proc/sys/kernel/ostype') ?? 'unknown',
      kernel: read('/proc/sys/kernel/osrelease') ?? 'unknown',
      ...{ load: 0, cpus: 1 },
    }),
    find: async () => null,
    capture: async () => null,
    execute: nothingRuns,
    start: nothingRuns,
    now: () => 0n,
  };
}
