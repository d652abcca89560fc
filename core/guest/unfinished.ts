/** What builds leave in the image cache when they are killed. */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** How the names of folders begin in which a build is going on. */
export const BUILDING = 'building-';
/** Files come into such a folder within minutes; after an hour without any, its build is dead. */
const ABANDONED_MS = 3_600_000;

/** Removes the folders of builds that were killed. Never rejects: what has to stay is in nobody's way. */
export async function removeAbandoned(cache: string): Promise<void> {
  const names = await readdir(cache).catch(() => []);
  for (const name of names.filter((each) => each.startsWith(BUILDING))) {
    const folder = join(cache, name);
    try {
      if (Date.now() - (await stat(folder)).mtimeMs < ABANDONED_MS) continue;
      await rm(folder, { recursive: true, force: true });
    } catch {
      // Its build has just ended, another run was faster, or the folder is not ours.
    }
  }
}
