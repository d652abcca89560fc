/** The control groups that this process is in, of either version, and the numbers in their files. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface CgroupFolder {
  readonly version: 1 | 2;
  /** Below the root. */
  readonly folder: string;
}

/** The text of a file, or null where it cannot be read. Synchronous: it is asked in the midst of work that must not wait. */
export function readNow(root: string, path: string): string | null {
  try {
    return readFileSync(join(root, path), 'latin1').trim();
  } catch {
    return null;
  }
}

/** The number that a file holds; null where there is none: `max` stands for no limit. */
export function numberIn(root: string, path: string): number | null {
  const text = readNow(root, path);
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}

/** The folders of a controller that bound this process: its own group and those above, as far as they can be seen. */
export function cgroupFolders(controller: string, root = '/'): CgroupFolder[] {
  const lines = (readNow(root, 'proc/self/cgroup') ?? '').split('\n');
  return lines.flatMap((line): CgroupFolder[] => {
    const [, id, controllers = '', path = '/'] = /^(\d+):([^:]*):(.*)$/.exec(line) ?? [];
    if (id === '0' && controllers === '')
      return ['sys/fs/cgroup', 'sys/fs/cgroup/unified'].flatMap((mount) =>
        upwards(mount, path).map((folder) => ({ version: 2, folder })),
      );
    if (!controllers.split(',').includes(controller)) return [];
    return upwards(`sys/fs/cgroup/${controllers}`, path)
      .concat(controllers === controller ? [] : upwards(`sys/fs/cgroup/${controller}`, path))
      .map((folder) => ({ version: 1, folder }));
  });
}

function upwards(mount: string, path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '' && part !== '..');
  return Array.from({ length: parts.length + 1 }, (_, left) =>
    [mount, ...parts.slice(0, parts.length - left)].join('/'),
  );
}
