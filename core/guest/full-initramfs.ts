/** An initramfs that holds a whole base system beside our own first process. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../errors.ts';
import { type BaseSystem, baseEntries, LARGEST_BASE_BYTES } from './base-system.ts';
import type { GuestImage } from './build.ts';
import { cacheFolder } from './cache-folder.ts';
import { cpio } from './cpio.ts';
import { BUILDING, removeAbandoned } from './unfinished.ts';

/** Changes where the same packages would be packed in another way. */
const FORMAT = 1;

/**
 * The initramfs for an ISA: the archive of `minimal`, whose first process starts in it as well, behind the files of a
 * base system. It is built into the user's cache and found there by content. Rejects where the packages' files cannot
 * be listed or the cache cannot be written.
 */
export async function buildFullInitramfs(
  minimal: GuestImage,
  base: BaseSystem,
  signal?: AbortSignal,
): Promise<GuestImage> {
  const own = await readFile(minimal.path);
  const hash = createHash('sha256').update(`${FORMAT} ${LARGEST_BASE_BYTES}\0${base.packages.join('\0')}\0`);
  const cache = join(cacheFolder(), 'images');
  const folder = join(cache, `full-${minimal.isa}-${hash.update(own).digest('hex').slice(0, 24)}`);
  const path = join(folder, 'initramfs');
  const image = { ...minimal, path };
  if (await stat(path).catch(() => null)) return image;

  const entries = await baseEntries(base, LARGEST_BASE_BYTES, signal);
  const work = await mkdir(cache, { recursive: true })
    .then(() => removeAbandoned(cache))
    .then(() => mkdtemp(join(cache, BUILDING)))
    .catch((error: NodeJS.ErrnoException) => {
      throw new UserError(`cannot build the full system in ${dirname(folder)}: ${error.code}`);
    });
  try {
    // Linux unpacks archives that follow one another, each over what is there already.
    await writeFile(join(work, 'initramfs'), Buffer.concat([cpio(entries), own]));
    // Renaming is atomic. Another run may have been faster.
    await rename(work, folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return image;
}
