/** Where guest images are kept: the user's cache, or where that cannot hold them, a folder of the user's own in TMPDIR. */
import { execFile } from 'node:child_process';
import {
  access,
  chmod,
  constants,
  lstat,
  mkdir,
  mkdtemp,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { UserError } from '../errors.ts';
import { reasonIn, reasonOf, refusalLine } from '../files.ts';
import { cacheFolder } from './cache-folder.ts';
import { BUILDING, removeAbandoned } from './unfinished.ts';

const TRIAL_LIMIT_MS = 10_000;

export interface Kept {
  /** Of the folder below an image cache; all that it is made of is in it. */
  readonly name: string;
  /** The file in it that is written last. */
  readonly last: string;
  /** A program in it that has to be fit to run on this host, and ends where it is given nothing to do. */
  readonly program?: string;
  /** Fills a folder that is then given the name. */
  make(folder: string): Promise<void>;
}

/** One way of keeping images does not work here; the next may. */
class Unusable extends Error {}

/**
 * The folder of this name, made where it is not there yet; `note` is told where it lies in TMPDIR, and why. Rejects
 * with what `make` rejects with, or with UserError where no place can hold it.
 */
export async function keepInImageCache(kept: Kept, note: (text: string) => void): Promise<string> {
  const reasons: string[] = [];
  for (const { cache, isSafe } of places()) {
    try {
      await isSafe();
      const folder = await findOrMake(cache, kept);
      if (reasons.length > 0)
        note(`guest images are kept in ${cache}: ${reasons.join('; ')} (XDG_CACHE_HOME names another cache)`);
      return folder;
    } catch (error) {
      if (!(error instanceof Unusable)) throw error;
      reasons.push(error.message);
    }
  }
  throw new UserError(
    `cannot keep guest images: ${reasons.join('; ')}; set XDG_CACHE_HOME to a folder that allows writing and running files`,
  );
}

function places() {
  const own = join(tmpdir(), `hvbench-${process.geteuid?.() ?? 0}`);
  return [
    { cache: join(cacheFolder(), 'images'), isSafe: async () => {} },
    { cache: join(own, 'images'), isSafe: () => ownFolder(own) },
  ];
}

/** In a folder that all may write to, somebody else could have put one of this name there, with images of theirs. */
async function ownFolder(folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o700, recursive: true }).catch(refuse(folder));
  const found = await lstat(folder);
  if (!found.isDirectory() || found.uid !== process.geteuid?.() || (found.mode & 0o022) !== 0)
    throw new Unusable(`${folder} can be written by others`);
}

async function findOrMake(cache: string, { name, last, program, make }: Kept): Promise<string> {
  const folder = join(cache, name);
  const isThere = await stat(join(folder, last)).catch(() => null);
  if (!isThere) {
    const work = await mkdir(cache, { recursive: true })
      .then(() => removeAbandoned(cache))
      .then(() => mkdtemp(join(cache, BUILDING)))
      .catch(refuse(cache));
    try {
      if (program !== undefined) await expectPrograms(cache, work);
      await make(work);
      // Renaming is atomic: whoever looks finds all of it or nothing. Another run may have been faster.
      await rename(work, folder).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
      });
    } catch (error) {
      // A compiler's full disk comes as its own words.
      const why = refusalLine(error) ? reasonOf(error) : reasonIn((error as Error).message);
      if (why !== null) throw new Unusable(`nothing can be built in ${cache}: ${why}`);
      throw error;
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }
  if (program !== undefined) await tryOut(cache, join(folder, program));
  return folder;
}

function refuse(folder: string) {
  return async ({ code }: NodeJS.ErrnoException): Promise<never> => {
    // On a read-only file system Node's mkdir says of a deep folder only that it is not there.
    const why = code === 'ENOENT' ? await whyNotBelow(folder) : code;
    throw new Unusable(
      `${folder} ${why === 'EROFS' ? 'is on a read-only file system' : `cannot be written (${why})`}`,
    );
  };
}

/** What the nearest folder that is there says of being written to. */
async function whyNotBelow(folder: string): Promise<string> {
  const above = dirname(folder);
  return access(above, constants.W_OK).then(
    () => 'ENOENT',
    ({ code }: NodeJS.ErrnoException) =>
      code === 'ENOENT' && above !== '/' ? whyNotBelow(above) : String(code),
  );
}

/** Before minutes may go into building what cannot be run. */
async function expectPrograms(cache: string, work: string): Promise<void> {
  const path = join(work, 'runs');
  await writeFile(path, '').catch(refuse(cache));
  await chmod(path, 0o700);
  // access(2) looks at the mount too.
  await access(path, constants.X_OK).catch(() => forbidden(cache, true));
  await rm(path);
}

function forbidden(cache: string, byMount: boolean, code = ''): never {
  throw new Unusable(
    byMount
      ? `${cache} is on a file system that is mounted noexec`
      : `this system does not allow running programs in ${cache} (${code})`,
  );
}

/** Really starts it: security modules have a say as well. */
async function tryOut(cache: string, program: string): Promise<void> {
  const code = await new Promise<unknown>((resolve) => {
    const child = execFile(
      program,
      { timeout: TRIAL_LIMIT_MS, killSignal: 'SIGKILL', maxBuffer: 1 << 20, encoding: 'buffer' },
      (error) => resolve(error?.code),
    );
    child.stdin?.on('error', () => {});
    child.stdin?.end();
  });
  if (code !== 'EACCES' && code !== 'EPERM') return;
  const byMount = await access(program, constants.X_OK).then(
    () => false,
    () => true,
  );
  forbidden(cache, byMount, String(code));
}
