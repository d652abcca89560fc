/** The cache of fetched guest kernels: a folder for each, with the image and a record of what it is. */
import { chmod, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { fileDigest, fileSize } from '../host/file-digest.ts';
import { type Isa, isaSchema } from '../results/schema.ts';
import { readBzImage } from './bzimage.ts';
import { cacheFolder } from './cache-folder.ts';
import { GUEST_KERNEL, type KernelKind } from './kernel-kinds.ts';
import { compareVersions } from './versions.ts';

const recordSchema = z.object({
  isa: isaSchema,
  release: z.string(),
  /** Debian's, with its version. */
  package: z.string(),
  version: z.string(),
  /** Of the image. */
  sha256: z.string(),
  /** Modules beside it; absent where an older version of this tool kept it. */
  modules: z.array(z.object({ name: z.string().regex(/^[\w.-]+$/), sha256: z.string() })).optional(),
});

export type KernelRecord = z.infer<typeof recordSchema>;

export type KernelOrigin = Pick<KernelRecord, 'package' | 'version'>;

export interface CachedKernel extends KernelRecord {
  readonly path: string;
}

const IMAGE = 'vmlinuz';
const RECORD = 'kernel.json';
/** Another process may put a folder back that was just moved away; it does so once. */
const ATTEMPTS = 5;
/** Of a record, bytes. */
const LONGEST_RECORD = 65_536;

export function kernelsFolder(): string {
  return join(cacheFolder(), 'kernels');
}

/** The newest intact kernel of an ISA, or null. Those that are not what their record says do not count. */
export async function newestCached(isa: Isa, kind = GUEST_KERNEL): Promise<CachedKernel | null> {
  // Only as many are digested as it takes.
  for (const kernel of await listCached(isa, kind)) if (await isIntact(kernel)) return kernel;
  return null;
}

/** The kernel of exactly this version of a package, if it is there and intact. */
export async function cachedVersion(
  isa: Isa,
  origin: KernelOrigin,
  kind = GUEST_KERNEL,
): Promise<CachedKernel | null> {
  for (const kernel of await listCached(isa, kind)) {
    const isWanted = kernel.package === origin.package && kernel.version === origin.version;
    if (isWanted && (await isIntact(kernel))) return kernel;
  }
  return null;
}

/** By their records, the newest first. */
async function listCached(isa: Isa, kind: KernelKind): Promise<CachedKernel[]> {
  const names = await readdir(kernelsFolder()).catch(() => []);
  const own = names.filter((name) => name.startsWith(`${kind.prefix}${isa}-`));
  const kernels = await Promise.all(own.map((name) => readRecord(name, kind)));
  return kernels.filter((kernel) => kernel !== null).sort((a, b) => compareVersions(b.version, a.version));
}

/**
 * Moves an image with its modules into the cache, by way of the folder `work` beside its place; returns what is there
 * then. One that was there under the same name gives way, unless it is the same.
 */
export async function keepKernel(
  image: string,
  modules: readonly string[],
  origin: KernelOrigin,
  work: string,
  kind = GUEST_KERNEL,
): Promise<CachedKernel> {
  const { isa, release } = await readBzImage(image);
  const record: KernelRecord = {
    ...{ isa, release, ...origin, sha256: await fileDigest(image) },
    modules: await Promise.all(
      modules.map(async (path) => ({ name: basename(path), sha256: await fileDigest(path) })),
    ),
  };
  const built = join(work, 'kernel');
  await mkdir(built);
  await rename(image, join(built, IMAGE));
  for (const path of modules) await rename(path, join(built, basename(path)));
  for (const name of await readdir(built)) await chmod(join(built, name), 0o644);
  await writeFile(join(built, RECORD), `${JSON.stringify(record, null, 2)}\n`);
  const name = `${kind.prefix}${isa}-${release}`;
  const folder = join(kernelsFolder(), name);
  const kernel = { ...record, path: join(folder, IMAGE) };
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    try {
      // Renaming is atomic: whoever looks finds all of it or nothing.
      await rename(built, folder);
      return kernel;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
    }
    const there = await readRecord(name, kind);
    if (there && isSame(there, record) && (await isIntact(there))) return there;
    await rename(folder, join(work, `replaced-${attempt}`)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
  throw new Error(`${folder} is replaced by others all the time`);
}

async function readRecord(name: string, { prefix }: KernelKind): Promise<CachedKernel | null> {
  const folder = join(kernelsFolder(), name);
  try {
    const path = join(folder, RECORD);
    if ((await fileSize(path)) > LONGEST_RECORD) return null;
    const record = recordSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    return name === `${prefix}${record.isa}-${record.release}`
      ? { ...record, path: join(folder, IMAGE) }
      : null;
  } catch {
    // Somebody else's folder, or damaged: it is fetched again.
    return null;
  }
}

function isSame(one: KernelRecord, other: KernelRecord): boolean {
  const digests = ({ version, sha256, modules }: KernelRecord) =>
    [version, sha256, ...(modules?.map((module) => module.sha256) ?? ['unknown'])].join(' ');
  return digests(one) === digests(other);
}

async function isIntact({ path, isa, release, sha256, modules }: CachedKernel): Promise<boolean> {
  try {
    const image = await readBzImage(path);
    if (image.isa !== isa || image.release !== release || (await fileDigest(path)) !== sha256) return false;
    for (const module of modules ?? [])
      if ((await fileDigest(join(dirname(path), module.name))) !== module.sha256) return false;
    return true;
  } catch {
    return false;
  }
}
