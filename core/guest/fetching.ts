/** What fetching something from a distribution's archive takes, without root and without installing anything. */
import { mkdir, mkdtemp, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { reasonIn, reasonOf } from '../files.ts';
import { ExecutionError } from '../host/execute.ts';
import { findOnPath } from '../host/path.ts';
import { type Apt, createApt, type Package } from './apt.ts';
import { BUILDING, removeAbandoned } from './unfinished.ts';

export interface Fetching {
  /** "Debian's kernel", and with all that tells it from others: "Debian's kernel for i386". */
  readonly short: string;
  readonly what: string;
  /** What to do where it cannot be had: "name one with --kernel FILE". */
  readonly instead: string;
  /** The folder of the cache where it is kept, and what is kept there: "kernels". */
  readonly cache: string;
  readonly kind: string;
  /** What it takes on the way at least, bytes: the lists of packages, the package, and what is taken out of it. */
  readonly leastRoom: number;
}

const PROGRAMS = ['apt-get', 'apt-cache', 'dpkg-deb', 'tar'];
const MIB = 2 ** 20;
/** With less than this a disk is full: apt does not always say so. */
const FULL = MIB;

/**
 * Lends `fetch` a folder in the cache, which goes when it settles. Throws UserError, in a line, where it cannot be had or
 * kept.
 */
export async function fetching<T>(of: Fetching, fetch: (work: string) => Promise<T>): Promise<T> {
  const { short, what, instead, cache, leastRoom } = of;
  const cannotKeep = (reason: string) =>
    new UserError(`cannot keep ${of.kind} in ${cache}: ${reason}; set XDG_CACHE_HOME to another folder`);
  for (const program of PROGRAMS) {
    if ((await findOnPath(program)) === null)
      throw new UserError(`${short} cannot be fetched without ${program}: ${instead}`);
  }
  try {
    await mkdir(cache, { recursive: true });
    await removeAbandoned(cache);
    const free = await roomIn(cache);
    if (free < leastRoom)
      throw cannotKeep(
        `${Math.floor(free / MIB)} MiB are free there, but fetching one takes at least ${leastRoom / MIB} MiB`,
      );
    const work = await mkdtemp(join(cache, BUILDING));
    try {
      return await fetch(work);
    } catch (error) {
      const { message } = error as Error;
      if (error instanceof ExecutionError || error instanceof UserError) {
        // What apt says of a full disk may be anything.
        const reason = reasonIn(message) ?? ((await roomIn(cache)) < FULL ? 'no space is left there' : null);
        if (reason !== null) throw cannotKeep(reason);
      }
      throw error;
    } finally {
      await rm(work, { recursive: true, force: true, maxRetries: 3 });
    }
  } catch (error) {
    if (error instanceof ExecutionError)
      throw new UserError(`${what} cannot be fetched: ${error.message}; ${instead}`);
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw cannotKeep(reasonOf(error));
  }
}

/** What is free where a folder is, bytes. */
async function roomIn(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

export interface Archive {
  /** The package that the first metapackage which is there stands for: the one among what it depends on of this name. */
  newest(metapackages: readonly string[], name: RegExp): Promise<Package | null>;
  find: Apt['find'];
  /** The file of a package. */
  download(wanted: Package): Promise<string>;
  /** Why not all lists could be fetched: one of several may be missing, such as that of a mirror just being renewed. */
  readonly trouble: string | null;
}

/** The distribution's archive for an architecture, with its lists as they are now; kept in `work`. */
export async function openArchive(
  work: string,
  architecture: string,
  instead: string,
  signal: AbortSignal | undefined,
): Promise<Archive> {
  const folder = join(work, 'apt');
  await mkdir(folder);
  const apt = await createApt(folder, architecture, signal);
  const trouble = await apt.update().then(
    () => null,
    (error) => {
      if (error instanceof ExecutionError) return error.message;
      throw error;
    },
  );
  return {
    trouble,
    find: (name) => apt.find(name),
    async newest(metapackages, pattern) {
      for (const metapackage of metapackages) {
        const { depends } = (await apt.find(metapackage)) ?? { depends: '' };
        const name = pattern.exec(depends)?.[0];
        const found = name === undefined ? null : await apt.find(name);
        if (found !== null) return found;
      }
      return null;
    },
    download: (wanted) =>
      apt.download(wanted).catch((error) => {
        if (!(error instanceof ExecutionError)) throw error;
        throw new UserError(
          `${wanted.name} ${wanted.version} cannot be downloaded: ${error.message}; try again later, or ${instead}`,
        );
      }),
  };
}

/** "apt has no package A or B here", with what stood in the way of knowing better. */
export function noPackage(names: readonly string[], trouble: string | null, instead: string): string {
  const why = trouble === null ? '' : ` (${trouble})`;
  const listed = new Intl.ListFormat('en', { type: 'disjunction' }).format(names);
  return `apt has no package ${listed} here${why}: ${instead}`;
}

/** What to say where only some lists could be fetched. */
export const inSpiteOf = (trouble: string): string =>
  `continuing, although not every package list could be fetched: ${trouble}`;
