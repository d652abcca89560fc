/**
 * Files that are written whole or not at all, and what is said where the system refuses: a disk that is full or
 * read-only must cost nothing that was there before, and leave no half of anything.
 */
import {
  accessSync,
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { UserError } from './errors.ts';

/** What a disk, or a limit on it, refuses: the code, in words, and as other programs say it (in the C locale). */
const REFUSALS: readonly { readonly code: string; readonly words: string; readonly said: RegExp }[] = [
  {
    code: 'ENOSPC',
    words: 'no space left on its disk',
    said: /No space left on device|enough free space/i,
  },
  { code: 'EDQUOT', words: 'the disk quota is used up', said: /Disk quota exceeded/i },
  { code: 'EROFS', words: 'its file system is read-only', said: /Read-only file system/i },
  {
    code: 'EFBIG',
    words: 'the file size limit is reached (ulimit -f)',
    said: /File too large|File size limit exceeded|SIGXFSZ|signal 25\b/i,
  },
  { code: 'EIO', words: 'its disk reports an error', said: /Input\/output error/i },
];

/** Why the system refused something, as in "no space left on its disk (ENOSPC)"; other errors by their code. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const refusal = REFUSALS.find((each) => each.code === code);
  return refusal ? `${refusal.words} (${refusal.code})` : (code ?? message);
}

/** The same of what another program said when it failed, or we of it; null where that was no refusal of a disk. */
export function reasonIn(text: string): string | null {
  const refusal = REFUSALS.find(({ said, words }) => said.test(text) || text.includes(words));
  return refusal ? `${refusal.words} (${refusal.code})` : null;
}

/** The line for a refusal of a disk that nobody has explained better; null for any other error. */
export function refusalLine(error: unknown): string | null {
  const { code, path } = (error ?? {}) as NodeJS.ErrnoException;
  if (!REFUSALS.some((each) => each.code === code)) return null;
  return `cannot write${path ? ` ${path}` : ''}: ${reasonOf(error)}`;
}

/** Where no new file can be made beside one that is there, or take its place, it is written over. */
const ONLY_IN_PLACE = new Set(['EACCES', 'EPERM', 'EROFS', 'EBUSY', 'ENAMETOOLONG']);

/**
 * Writes a file in one step: whoever looks finds what was there before, or all of it, even after a power cut. A device or
 * a pipe is written to; links are followed; mode and owner of a file stay. Throws the system's error, and then leaves
 * what was there before.
 */
export function writeWhole(path: string, content: string | Uint8Array): void {
  const before = statSync(path, { throwIfNoEntry: false });
  if (before && !before.isFile() && !before.isDirectory()) {
    writeOver(path, content);
    return;
  }
  const target = before ? realpathSync(path) : path;
  // No other process has this name; an earlier one that had our number is dead.
  const fresh = `${target}.${process.pid}.new`;
  try {
    rmSync(fresh, { force: true });
    writeNew(fresh, content, before);
    renameSync(fresh, target);
  } catch (error) {
    discard(fresh);
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!before?.isFile() || !ONLY_IN_PLACE.has(code)) throw named(error, path);
    writeOver(path, content);
  }
}

function writeOver(path: string, content: string | Uint8Array): void {
  try {
    writeFileSync(path, content);
  } catch (error) {
    throw named(error, path);
  }
}

function writeNew(path: string, content: string | Uint8Array, before: Stats | undefined): void {
  const file = openSync(path, 'wx', 0o666);
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  if (!before) return;
  const { uid, gid } = statSync(path);
  if (uid !== before.uid || gid !== before.gid) chownSync(path, before.uid, before.gid);
  chmodSync(path, before.mode & 0o7777);
}

function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // A read-only file system takes nothing away, but has taken nothing either.
  }
}

/** What is written to an open file has no path of its own in its error. */
function named(error: unknown, path: string): Error {
  return Object.assign(error as Error, { path });
}

/** {@link writeWhole}, which throws UserError with `advice` on what to do. */
export function writeOrSay(path: string, content: string | Uint8Array, what: string, advice: string): void {
  try {
    writeWhole(path, content);
  } catch (error) {
    throw new UserError(`cannot write ${what}: ${reasonOf(error)}${advice && `; ${advice}`}`);
  }
}

/**
 * Whether a file can be written there, as far as that shows beforehand: before anything is measured that would be lost.
 * Throws UserError as {@link writeOrSay} does.
 */
export function checkWritable(path: string, what: string, advice: string): void {
  try {
    const before = statSync(path, { throwIfNoEntry: false });
    if (before?.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    // A new file takes the place of one that is there, or that is written over if none can be made beside it.
    if (!before || !isWritable(path)) accessSync(dirname(path), constants.W_OK);
  } catch (error) {
    throw new UserError(`cannot write ${what}: ${reasonOf(error)}; ${advice}`);
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Appends all of it to an open file, or nothing. Throws the system's error. */
export function appendWhole(file: number, content: string | Uint8Array): void {
  const status = fstatSync(file);
  try {
    writeFileSync(file, content);
  } catch (error) {
    if (status.isFile()) ftruncateSync(file, status.size);
    throw error;
  }
}

/** A folder of its own in the one for temporary files. Throws UserError where that cannot be. */
export function temporaryFolder(): string {
  try {
    return mkdtempSync(join(tmpdir(), 'hvbench-'));
  } catch (error) {
    throw cannotUseTemporary(error);
  }
}

/** What is said of the folder for temporary files where it takes nothing. */
export function cannotUseTemporary(error: unknown): UserError {
  const why = typeof error === 'string' ? error : reasonOf(error);
  return new UserError(`cannot write to ${tmpdir()}: ${why}; set TMPDIR to another folder`);
}

/** What to say if {@link currentFolder} is null. */
export const GONE = 'the working directory no longer exists: change to another one';

/** The working directory; null if it is gone. */
export function currentFolder(): string | null {
  try {
    return process.cwd();
  } catch {
    return null;
  }
}
