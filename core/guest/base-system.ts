/**
 * The files of a whole base system, for an initramfs that holds more than a role needs: those of this host's Essential
 * packages of Debian and of all that these depend on. Only what a package installed for everybody to read is taken:
 * programs, libraries and data below /usr and its old names, never configuration, state or anybody's own files.
 */
import { lstat, readFile, readlink, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { capture } from '../host/capture.ts';
import { execute } from '../host/execute.ts';
import { findOnPath } from '../host/path.ts';
import type { CpioEntry } from './cpio.ts';

/** Unpacked, and packed beside it, in a guest of 256 MiB. */
export const LARGEST_BASE_BYTES = 64 << 20;
const FIELDS = [
  'binary:Package',
  'Version',
  'Essential',
  'db:Status-Status',
  'Provides',
  'Pre-Depends',
  'Depends',
];
const LIMIT_MS = 30_000;
const LISTING_BYTES = 16 << 20;
/** Read by people, not by a system that starts. */
const UNREAD = /^\/usr\/share\/(doc|man|info|locale|lintian|bug|doc-base)(\/|$)/;
const TAKEN = /^\/(usr|bin|sbin|lib(32|64|x32)?)(\/|$)/;
const FOLDER = 0o040755;
const LINK = 0o120777;
const FILE = 0o100000;
const PERMISSIONS = 0o755;
const OTHERS_READ = 0o004;

export interface BaseSystem {
  /** Names and versions, sorted: what the files were made from. */
  readonly packages: readonly string[];
}

/** Why there is none here, or what it consists of. Never throws. */
export async function findBaseSystem(): Promise<BaseSystem | { readonly reason: string }> {
  const query = await findOnPath('dpkg-query');
  if (query === null)
    return {
      reason: "dpkg-query is not installed: the full system consists of Debian's Essential packages",
    };
  const format = `${FIELDS.map((name) => `\${${name}}`).join('\\t')}\\n`;
  const listing = await capture(query, ['-W', '-f', format], { maxBytes: LISTING_BYTES });
  const packages = listing === null ? [] : essentialPackages(listing);
  return packages.length > 0 ? { packages } : { reason: 'dpkg-query lists no Essential packages' };
}

/** Of a listing, tab-separated: package, version, Essential, status, Provides, Pre-Depends, Depends. `name=version`, sorted. */
export function essentialPackages(listing: string): string[] {
  const installed = listing
    .split('\n')
    .map((line) => line.split('\t'))
    .filter((fields) => fields[3] === 'installed')
    .map(([name = '', version = '', essential, , provides = '', before = '', depends = '']) => ({
      ...{ name, version, essential: essential === 'yes', depends: `${before},${depends}` },
      // A package answers to what it provides as well, and without its architecture.
      names: [name, ...provides.split(',')].map(bareName),
    }));
  const byName = new Map(installed.flatMap((one) => one.names.map((name) => [name, one] as const)).reverse());
  const wanted = new Set(installed.filter(({ essential }) => essential));
  // A set can grow while it is walked.
  for (const { depends } of wanted) {
    for (const alternatives of depends.split(',')) {
      const found = alternatives.split('|').map((one) => byName.get(bareName(one)));
      const first = found.find((one) => one !== undefined);
      if (first) wanted.add(first);
    }
  }
  return [...wanted].map(({ name, version }) => `${name}=${version}`).sort();
}

/** `libc6:amd64 (>= 2.36)` is libc6. */
function bareName(dependency: string): string {
  return dependency.trim().split(/[\s:(]/, 1)[0] ?? '';
}

/**
 * The entries of an archive with the files of these packages, in an order that depends on their names alone. Where they
 * are larger than `mostBytes` in all, those that come last are left out. Rejects where dpkg-query fails.
 */
export async function baseEntries(
  { packages }: BaseSystem,
  mostBytes = LARGEST_BASE_BYTES,
  signal?: AbortSignal,
): Promise<CpioEntry[]> {
  const names = packages.map((each) => each.split('=', 1)[0] ?? '');
  const listing = await execute('dpkg-query', ['-L', ...names], {
    timeoutMs: LIMIT_MS,
    maxBytes: LISTING_BYTES,
    ...(signal && { signal }),
  });
  return entriesOf(listing.split('\n'), mostBytes);
}

/** The same of a list of absolute paths. `root` stands before each, for tests. */
export async function entriesOf(
  paths: readonly string[],
  mostBytes: number,
  root = '',
): Promise<CpioEntry[]> {
  const entries = new Map<string, CpioEntry>();
  let bytes = 0;
  const add = (entry: CpioEntry) => {
    const path = entry.path.slice(1);
    if (!entries.has(path)) entries.set(path, { ...entry, path });
  };
  const wanted = [...new Set(paths)].filter(
    (path) => TAKEN.test(path) && !UNREAD.test(path) && !path.split('/').includes('..'),
  );
  for (const path of wanted.sort()) {
    const found = await look(path, root);
    if (found === null) continue;
    const size = found.content?.length ?? 0;
    if (bytes + size > mostBytes) continue;
    bytes += size;
    for (const path of foldersAbove(found.path)) add({ path, mode: FOLDER });
    add(found);
  }
  // Folders come before what is in them.
  return [...entries.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** A file, a link or a folder at its real place; null where it is none of these, or not for everybody. */
async function look(path: string, root: string): Promise<CpioEntry | null> {
  try {
    // /bin may be a link to /usr/bin: the file is there once.
    const parent = (await realpath(join(root, dirname(path)))).slice(root.length);
    const real = join('/', parent, basename(path));
    if (!TAKEN.test(real)) return null;
    const stat = await lstat(join(root, real));
    if (stat.isSymbolicLink())
      return { path: real, mode: LINK, content: Buffer.from(await readlink(join(root, real))) };
    if (stat.isDirectory()) return { path: real, mode: FOLDER };
    if (!stat.isFile() || (stat.mode & OTHERS_READ) === 0) return null;
    return { path: real, mode: FILE | (stat.mode & PERMISSIONS), content: await readFile(join(root, real)) };
  } catch {
    return null; // A package's file that somebody has removed.
  }
}

function foldersAbove(path: string): string[] {
  const parts = path.split('/').slice(1, -1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}
