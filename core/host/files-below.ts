/** The files of a computer whose root is a folder here: `/`, or one that stands in for it. */
import { constants, readdirSync, readFileSync } from 'node:fs';
import { open, readdir, readFile, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostFiles } from './host.ts';

export function filesBelow(root: string): HostFiles {
  const at = (path: string) => join(root, path);
  return {
    read: (path) =>
      readFile(at(path), 'utf8').then(
        (text) => text.trim(),
        () => null,
      ),
    list: (path) =>
      readdir(at(path)).then(
        (names) => names.sort(),
        () => [],
      ),
    link: (path) => readlink(at(path)).catch(() => null),
    status: (path) =>
      stat(at(path)).then(
        ({ mode, uid, gid }) => ({ mode: mode & 0o7777, userId: uid, groupId: gid }),
        () => null,
      ),
    async openFailure(path) {
      try {
        await (await open(at(path), constants.O_RDWR)).close();
        return null;
      } catch (error) {
        return (error as NodeJS.ErrnoException).code ?? 'unknown error';
      }
    },
    readNow(path) {
      try {
        // Faster than utf8, and what is asked so is figures.
        return readFileSync(at(path), 'latin1').trim();
      } catch {
        return null;
      }
    },
    listNow(path) {
      try {
        return readdirSync(at(path));
      } catch {
        return [];
      }
    },
  };
}
