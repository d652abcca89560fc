/** The Xen that an emulated computer boots: named by the user, fetched earlier, or fetched now. */
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { z } from 'zod';
import { UserError } from '../errors.ts';
import { execute } from '../host/execute.ts';
import { fileDigest, fileSize } from '../host/file-digest.ts';
import { cacheFolder } from './cache-folder.ts';
import type { FetchOptions } from './fetch-kernel.ts';
import { fetching, inSpiteOf, noPackage, openArchive } from './fetching.ts';
import { ARCHITECTURES, kernelFamily } from './kernel-packages.ts';
import { compareVersions } from './versions.ts';

/** Depends on the package of the newest Xen, which is called xen-hypervisor-4.17-amd64 in Debian 12. */
const METAPACKAGE = 'xen-system-amd64';
const PACKAGE = /\bxen-hypervisor-\d[\w.+~-]*-amd64\b/;
const INSTEAD = 'name one with --xen-hypervisor FILE';
const LEAST_ROOM = 48 * 2 ** 20;
const EXTRACT_LIMIT_MS = 60_000;
/** Of an image that is not packed, and of a packed one: Xen has 3 MB. */
const MOST_BYTES = 64 * 2 ** 20;

const IMAGE = 'xen';
const RECORD = 'xen.json';
const recordSchema = z.object({ package: z.string(), version: z.string(), sha256: z.string() });

/** The Multiboot Specification 0.6.96, 3.1: where its header stands, and how it begins. */
const HEADER_WITHIN = 8192;
const MAGIC = 0x1bad_b002;

const folderOfAll = (): string => join(cacheFolder(), 'xen');

/** What QEMU can boot of a file: unpacked. Throws UserError where it is no Xen. */
export async function readXen(file: string): Promise<Buffer> {
  const cannot = (why: string) => new UserError(`cannot use ${file} as Xen: ${why}`);
  try {
    if ((await fileSize(file)) > MOST_BYTES) throw cannot('it is too large to be one');
    const bytes = await readFile(file);
    const image = isPacked(bytes) ? await promisify(gunzip)(bytes, { maxOutputLength: MOST_BYTES }) : bytes;
    if (!isMultiboot(image))
      throw cannot('it has no multiboot header; take /boot/xen-VERSION-amd64.gz, not the .efi beside it');
    return image;
  } catch (error) {
    if (error instanceof UserError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw cannot(code === 'ENOENT' ? 'no such file' : (code ?? message));
  }
}

const isPacked = (bytes: Buffer) => bytes.length > 2 && bytes.readUInt16BE(0) === 0x1f8b;

function isMultiboot(image: Buffer): boolean {
  for (let at = 0; at + 4 <= Math.min(image.length, HEADER_WITHIN); at += 4)
    if (image.readUInt32LE(at) === MAGIC) return true;
  return false;
}

/** The image of the newest one in the cache that is intact, or null. */
export async function cachedXen(): Promise<string | null> {
  for (const { path, sha256 } of await listCached())
    if ((await fileDigest(path).catch(() => null)) === sha256) return path;
  return null;
}

async function listCached() {
  const names = await readdir(folderOfAll()).catch(() => []);
  const found = await Promise.all(
    names.map(async (name) => {
      const folder = join(folderOfAll(), name);
      try {
        const text = await readFile(join(folder, RECORD), 'utf8');
        return [{ ...recordSchema.parse(JSON.parse(text)), path: join(folder, IMAGE) }];
      } catch {
        // Somebody else's folder, or damaged: it is fetched again.
        return [];
      }
    }),
  );
  return found.flat().sort((a, b) => compareVersions(b.version, a.version));
}

/** Fetches the distribution's newest Xen; returns its image. Throws UserError where it cannot be had. */
export async function fetchXen({ signal, say, systems }: FetchOptions = {}): Promise<string> {
  const what = `${kernelFamily(systems).name}'s Xen`;
  const about = { short: what, what, instead: INSTEAD, cache: folderOfAll(), kind: 'Xen' };
  return fetching({ ...about, leastRoom: LEAST_ROOM }, async (work) => {
    const archive = await openArchive(work, ARCHITECTURES.x86_64, INSTEAD, signal);
    const wanted = await archive.newest([METAPACKAGE], PACKAGE);
    if (wanted === null) throw new UserError(noPackage([METAPACKAGE], archive.trouble, INSTEAD));
    if (archive.trouble !== null) say?.(inSpiteOf(archive.trouble));
    const packed = await extract(await archive.download(wanted), join(work, 'files'), signal);
    const built = join(work, 'built');
    await mkdir(built);
    await writeFile(join(built, IMAGE), await readXen(packed));
    const { name, version } = wanted;
    const record = { package: name, version, sha256: await fileDigest(join(built, IMAGE)) };
    await writeFile(join(built, RECORD), `${JSON.stringify(record, null, 2)}\n`);
    const folder = join(folderOfAll(), name);
    // One of another version, or a damaged one, gives way.
    await rename(folder, join(work, 'replaced')).catch(() => {});
    await rename(built, folder);
    return join(folder, IMAGE);
  });
}

/** Takes the one image out of the package that QEMU can boot. */
async function extract(file: string, folder: string, signal: AbortSignal | undefined): Promise<string> {
  await mkdir(folder);
  const script = 'dpkg-deb --fsys-tarfile "$1" | tar -x --no-same-owner --wildcards "./boot/xen-*.gz"';
  await execute('sh', ['-c', script, 'sh', file], { cwd: folder, timeoutMs: EXTRACT_LIMIT_MS, signal });
  const [name, ...others] = await readdir(join(folder, 'boot'));
  if (name === undefined || others.length > 0)
    throw new UserError(`its package does not hold one Xen; ${INSTEAD}`);
  return join(folder, 'boot', name);
}

/** A named one, else the one in the cache, else one that is fetched, which `phase` is told. */
export async function findXen(
  given: string | undefined,
  phase: (text: string) => void,
  options: FetchOptions,
): Promise<Buffer> {
  if (given !== undefined) return readXen(given);
  const cached = await cachedXen();
  if (cached === null) phase('fetching Xen (2 MB)');
  return readFile(cached ?? (await fetchXen(options)));
}
