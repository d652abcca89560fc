/** A folder of histories: one append-only file for each host class, since figures of two are never compared. */
import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import { appendWhole, reasonOf } from '../../files.ts';
import { makeFolder } from '../../results/folder.ts';
import type { HostClass } from '../../results/host-class.ts';
import { HISTORY_SCHEMA, type HistoryEntry, type HistoryHeader, keyOf } from './entry.ts';
import { type History, parseHistory } from './parse.ts';

/** A result of 40 rows takes 15 KB: room for thousands of them. */
const MOST_BYTES = 256 * 2 ** 20;

const FILE_NAME = /^([0-9a-f]{12})\.ndjson$/;

export function historyPath(dir: string, id: string): string {
  return join(dir, `${id}.ndjson`);
}

/** The ids of the host classes in a folder, in order. Throws UserError where it cannot be read. */
export function historyClasses(dir: string): string[] {
  let names: string[];
  try {
    names = readdirSync(dir);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT'
        ? 'no such folder; start a history with hvbench history add RESULT'
        : (code ?? message);
    throw new UserError(`cannot read the history in ${dir}: ${why}`);
  }
  return names.flatMap((name) => FILE_NAME.exec(name)?.[1] ?? []).sort();
}

/** The history of one host class; null where there is none yet. Throws UserError where it cannot be read. */
export function readHistory(dir: string, id: string): History | null {
  const path = historyPath(dir, id);
  try {
    const status = statSync(path);
    if (!status.isFile()) throw new Error('it is not a file');
    if (status.size > MOST_BYTES) throw new Error(`it is too large: ${status.size} bytes`);
    const history = parseHistory(readFileSync(path, 'utf8'));
    if (history && history.hostClass.id !== id) {
      throw new Error(`it holds the host class ${history.hostClass.id}: rename it back`);
    }
    return history;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    throw new UserError(
      `cannot read the history ${path}: ${code ?? message}${code ? '' : '; restore it, or move it away'}`,
    );
  }
}

/**
 * Appends results of one host class in a single write, and begins the file where there is none; returns those
 * that were new. What is there already stays as it is, but for a half line that a killed writer left at the
 * end. Throws UserError where the file cannot be read or written: then nothing was added.
 */
export function appendHistory(
  dir: string,
  hostClass: HostClass,
  entries: readonly HistoryEntry[],
): HistoryEntry[] {
  const history = readHistory(dir, hostClass.id);
  const known = new Set(history?.entries.map(keyOf));
  const added = entries.filter((entry) => !known.has(keyOf(entry)) && known.add(keyOf(entry)));
  const header: HistoryHeader = { type: 'header', schema: HISTORY_SCHEMA, hostClass };
  const lines = [...(history ? [] : [header]), ...added].map((line) => `${JSON.stringify(line)}\n`);
  if (added.length > 0) appendLines(dir, historyPath(dir, hostClass.id), lines.join(''));
  return added;
}

function appendLines(dir: string, path: string, lines: string): void {
  try {
    makeFolder(dir);
    const fd = openSync(path, 'a+');
    try {
      dropHalfLine(fd);
      const bytes = Buffer.from(lines);
      const { size } = fstatSync(fd);
      if (size + bytes.length > MOST_BYTES) throw new Error('it would become too large: begin another --dir');
      appendWhole(fd, bytes);
      fsyncSync(fd);
    } finally {
      // One that was begun in vain is none.
      if (fstatSync(fd).size === 0) rmSync(path, { force: true });
      closeSync(fd);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(
      `cannot write the history ${path}: ${reasonOf(error)}${code ? '; choose another --dir' : ''}`,
    );
  }
}

/** What is appended must not run into it. */
function dropHalfLine(fd: number): void {
  const content = readFileSync(fd);
  const whole = content.lastIndexOf('\n') + 1;
  if (whole < content.length) ftruncateSync(fd, whole);
}
