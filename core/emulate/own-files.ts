/**
 * hvbench's own files, and those of the packages that it is made of, for the memory of an emulated computer. To load
 * modules is to ask for thousands of names, most of them in vain, and 9p takes milliseconds over each.
 */
import { lstat, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { CpioEntry } from '../guest/cpio.ts';
import { packageRoot } from '../package.ts';

/** Where they lie in the archive, below which each has its own path. */
const FOLDER = 'own';

export interface OwnFiles {
  readonly entries: readonly CpioEntry[];
  /** Files and folders that are there as a whole; absolute. */
  readonly places: readonly string[];
}

/** The path of one in the first file system of an emulated computer. */
export const ownPath = (place: string): string => `/${FOLDER}${place}`;

const manifestSchema = z.object({
  files: z.array(z.string()).default([]),
  dependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
});

/** What no program loads. */
const FOR_PEOPLE = /\.(map|d\.[cm]?ts|md)$/;
/** A package whose files are larger than this in the mean has few names to ask for. */
const LARGE_BYTES = 2 ** 20;
/** Files that are open at once. */
const AT_ONCE = 32;

interface Found {
  readonly path: string;
  readonly mode: number;
  readonly bytes: number;
}

/** What cannot be read is left out: it is found where it was. */
export async function ownFiles(root = packageRoot()): Promise<OwnFiles> {
  const { files } = await manifestOf(root);
  const parts = ['package.json', ...files.filter((name) => !name.startsWith('!'))].map((name) =>
    join(root, name),
  );
  const packages = await packagesBelow(root);
  const places: string[] = [];
  const entries: CpioEntry[] = [];
  const made = new Set<string>();
  for (const place of [...parts, ...packages]) {
    const found = await filesIn(place);
    if (found === null || places.some((other) => place.startsWith(`${other}/`))) continue;
    const bytes = found.reduce((sum, one) => sum + one.bytes, 0);
    if (found.length === 0 || bytes / found.length > LARGE_BYTES) continue;
    const contents = await contentsOf(found).catch(() => null);
    if (contents === null) continue;
    places.push(place);
    for (const folder of foldersTo([place, ...found.map(({ path }) => path)])) {
      if (!made.has(folder)) entries.push({ path: `${FOLDER}${folder}`, mode: 0o040755 });
      made.add(folder);
    }
    entries.push(...contents);
  }
  return { entries: [{ path: FOLDER, mode: 0o040755 }, ...entries], places };
}

async function manifestOf(folder: string) {
  return manifestSchema.parse(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')));
}

/** Folders of all packages that one is made of, as Node.js would find them. */
async function packagesBelow(root: string): Promise<string[]> {
  const found = new Set<string>();
  const visit = async (folder: string): Promise<void> => {
    const { dependencies, optionalDependencies } = await manifestOf(folder);
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const place = await findPackage(name, folder);
      if (place === null || found.has(place)) continue;
      found.add(place);
      await visit(place).catch(() => {});
    }
  };
  await visit(root);
  return [...found].sort();
}

async function findPackage(name: string, from: string): Promise<string | null> {
  for (let folder = from; ; folder = dirname(folder)) {
    const place = join(folder, 'node_modules', name);
    // One that is a link lies elsewhere.
    if ((await lstat(place).catch(() => null))?.isDirectory()) return place;
    if (folder === dirname(folder)) return null;
  }
}

/** All files below a folder, or a file itself; null where there is a link, or something cannot be read. */
async function filesIn(place: string): Promise<Found[] | null> {
  try {
    const top = await lstat(place);
    const paths = top.isDirectory()
      ? (await readdir(place, { recursive: true })).map((name) => join(place, name))
      : [place];
    const found: Found[] = [];
    for (const path of paths.filter((one) => !FOR_PEOPLE.test(one))) {
      const status = await lstat(path);
      if (status.isDirectory()) continue;
      if (!status.isFile()) return null;
      found.push({ path, mode: status.mode, bytes: status.size });
    }
    return found;
  } catch {
    return null;
  }
}

/** Those that lead to these paths, each behind the one that it is in. */
function foldersTo(paths: readonly string[]): string[] {
  const folders = new Set<string>();
  for (const path of paths) {
    const parts = dirname(path).split('/').filter(Boolean);
    for (let depth = 1; depth <= parts.length; depth++) folders.add(`/${parts.slice(0, depth).join('/')}`);
  }
  return [...folders];
}

async function contentsOf(found: readonly Found[]): Promise<CpioEntry[]> {
  const entries: CpioEntry[] = [];
  for (let at = 0; at < found.length; at += AT_ONCE)
    entries.push(
      ...(await Promise.all(
        found.slice(at, at + AT_ONCE).map(async ({ path, mode }) => ({
          ...{ path: `${FOLDER}${path}`, mode: 0o100000 | (mode & 0o777) },
          content: await readFile(path),
        })),
      )),
    );
  return entries;
}
