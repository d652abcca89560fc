/** An initramfs that holds a whole base system beside our own first process. */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BaseSystem, baseEntries, LARGEST_BASE_BYTES } from './base-system.ts';
import type { GuestImage } from './build.ts';
import { cpio } from './cpio.ts';
import { keepInImageCache } from './image-cache.ts';

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
  const name = `full-${minimal.isa}-${hash.update(own).digest('hex').slice(0, 24)}`;
  const make = async (work: string) => {
    const entries = await baseEntries(base, LARGEST_BASE_BYTES, signal);
    // Linux unpacks archives that follow one another, each over what is there already.
    await writeFile(join(work, 'initramfs'), Buffer.concat([cpio(entries), own]));
  };
  // Where it lies is told of the minimal image already.
  const folder = await keepInImageCache({ name, last: 'initramfs', make }, () => {});
  return { ...minimal, path: join(folder, 'initramfs') };
}
