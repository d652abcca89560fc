/** The control groups that this process is in, of either version, and the numbers in their files. */
import type { HostFiles } from './host.ts';

export interface CgroupFolder {
  readonly version: 1 | 2;
  readonly folder: string;
}

/** The number that a file holds; null where there is none: `max` stands for no limit. */
export function numberIn(host: HostFiles, path: string): number | null {
  const text = host.readNow(path);
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}

/** The folders of a controller that bound this process: its own group and those above, as far as they can be seen. */
export function cgroupFolders(controller: string, host: HostFiles): CgroupFolder[] {
  const lines = (host.readNow('/proc/self/cgroup') ?? '').split('\n');
  return lines.flatMap((line): CgroupFolder[] => {
    const [, id, controllers = '', path = '/'] = /^(\d+):([^:]*):(.*)$/.exec(line) ?? [];
    if (id === '0' && controllers === '')
      return ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'].flatMap((mount) =>
        upwards(mount, path).map((folder) => ({ version: 2, folder })),
      );
    if (!controllers.split(',').includes(controller)) return [];
    return upwards(`/sys/fs/cgroup/${controllers}`, path)
      .concat(controllers === controller ? [] : upwards(`/sys/fs/cgroup/${controller}`, path))
      .map((folder) => ({ version: 1, folder }));
  });
}

function upwards(mount: string, path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '' && part !== '..');
  return Array.from({ length: parts.length + 1 }, (_, left) =>
    [mount, ...parts.slice(0, parts.length - left)].join('/'),
  );
}
