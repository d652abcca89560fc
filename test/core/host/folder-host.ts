/** A computer that is a folder: a tree with proc/, sys/, etc/ and so on. Nothing runs on it. */
import { join } from 'node:path';
import { filesBelow } from '../../../core/host/files-below.ts';
import type { Host } from '../../../core/host/host.ts';
import { findOnPath } from '../../../core/host/path.ts';
import { fakeRoot } from './fake-root.ts';

/** `differs`: in what it is no Linux on x86-64 of this user, with programs in /usr/bin. */
export function folderHost(root: string, differs: Partial<Host> = {}): Host {
  const files = filesBelow(root);
  const host: Host = {
    ...files,
    platform: 'linux',
    arch: 'x64',
    userId: process.geteuid?.() ?? null,
    searchPath: '/usr/bin',
    facts: () => ({
      memoryBytes: 1024 * Number(/^MemTotal: +(\d+) kB/.exec(files.readNow('/proc/meminfo') ?? '')?.[1] ?? 0),
      system: 'Linux',
      kernel: files.readNow('/proc/sys/kernel/osrelease') ?? 'unknown',
      load: Number((files.readNow('/proc/loadavg') ?? '0').split(' ', 1)[0]),
      cpus: 1,
    }),
    async find(program, path = host.searchPath) {
      const folders = path.split(':').map((folder) => join(root, folder));
      return (await findOnPath(program, folders.join(':')))?.slice(root.length) ?? null;
    },
    capture: async () => null,
    execute: async (command) => {
      throw new Error(`a folder runs no ${command}`);
    },
    start: async ([program = '']) => {
      throw new Error(`a folder runs no ${program}`);
    },
    now: () => process.hrtime.bigint(),
    ...differs,
  };
  return host;
}

/** One with these files (path below the root: text), which goes when the test ends. */
export async function fakeHost(
  files: Readonly<Record<string, string>>,
  differs: Partial<Host> = {},
): Promise<Host> {
  return folderHost(await fakeRoot(files), differs);
}
