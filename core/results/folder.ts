/** The folder of one run: what lies in it, written so that nothing measured is lost. */
import { constants } from 'node:buffer';
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { z } from 'zod';
import { UserError } from '../errors.ts';
import { entrySchema, type JournalEntry, parseLines } from './journal.ts';
import { linesOf } from './lines.ts';
import { type Result, resultSchema } from './schema.ts';

export const RESULT = 'result.json';
export const JOURNAL = 'samples.ndjson';

/** Appends entries; each is handed to the system at once, so that even SIGKILL loses none. */
export class JournalWriter<Entry = JournalEntry> {
  readonly #fd: number;

  /**
   * Makes the folder, or goes on with the run that it holds. Throws UserError where it cannot be written, or
   * holds a run that was not to be resumed.
   */
  constructor(folder: string, { resume = false } = {}) {
    const path = join(folder, JOURNAL);
    try {
      makeFolder(folder);
      this.#fd = openSync(path, resume ? 'a' : 'ax');
      if (resume) dropHalfLine(path);
    } catch (error) {
      const { code, syscall } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST' && syscall === 'open') {
        throw new UserError(
          `${folder} already holds a run: choose another --out, or go on with it by --resume ${folder}`,
        );
      }
      throw new UserError(
        `cannot write results to ${folder}: ${code ?? (error as Error).message}; choose another --out`,
      );
    }
  }

  append(entry: Entry): void {
    appendFileSync(this.#fd, `${JSON.stringify(entry)}\n`);
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/** A killed run may have left half a line at the end; what is appended must not run into it. */
function dropHalfLine(path: string): void {
  const content = readFileSync(path);
  truncateSync(path, content.lastIndexOf('\n') + 1);
}

/** Like mkdirSync's `recursive`, which never returns below /proc: its folders exist, but take no others. */
export function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  mkdirSync(folder);
}

/** Text of a file. One longer than a string can be is refused before it fills the memory. */
function readBounded(path: string): string {
  const status = statSync(path);
  if (!status.isFile()) throw new Error('it is not a file');
  if (status.size > constants.MAX_STRING_LENGTH) throw new Error(`it is too large: ${status.size} bytes`);
  return readFileSync(path, 'utf8');
}

/** Throws UserError where there is no readable journal. */
export function readJournal(folder: string): JournalEntry[] {
  return [...readEntries(folder)];
}

/**
 * The journal's entries, read one by one as they are asked for: then too, UserError is thrown. `schema`: that of an entry,
 * where it is not the journal of a run.
 */
export function readEntries(folder: string): Generator<JournalEntry>;
export function readEntries<T>(folder: string, schema: z.ZodType<T>): Generator<T>;
export function* readEntries(folder: string, schema: z.ZodType = entrySchema): Generator<unknown> {
  try {
    yield* parseLines(linesOf(join(folder, JOURNAL)), schema);
  } catch (error) {
    throw new UserError(`cannot read ${join(folder, JOURNAL)}: ${explain(error)}`);
  }
}

/** The folder's result.json, or null where there is none. Throws UserError where it is not a result. */
export function readResult(folder: string): Result | null {
  return readResultAt(join(folder, RESULT));
}

/** The result in a file of any name, or null where there is no such file. Throws UserError where it is not a result. */
export function readResultAt(path: string): Result | null;
export function readResultAt<T>(path: string, schema: z.ZodType<T>): T | null;
export function readResultAt(path: string, schema: z.ZodType = resultSchema): unknown {
  let content: unknown;
  try {
    content = JSON.parse(readBounded(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new UserError(`cannot read ${path}: ${explain(error)}`);
  }
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new UserError(`${path} is not an hvbench result: ${describe(parsed.error)}`);
}

/** Throws UserError where a result that was made of the folder's journal has figures that no result may have. */
export function checkResult(result: Result, folder: string): void {
  // Of samples there may be a million, and those of the journal are checked.
  const measurements = result.measurements.map((measurement) => ({ ...measurement, samples: [] }));
  const parsed = resultSchema.safeParse({ ...result, measurements });
  if (!parsed.success)
    throw new UserError(`${join(folder, JOURNAL)} makes no result: ${describe(parsed.error)}`);
}

/** What is wrong first, and where, in one line of bounded length. */
function describe({ issues: [issue] }: z.ZodError): string {
  return firstLine(`${issue?.path.join('.') || 'it'}: ${issue?.message}`).slice(0, 300);
}

/** Replaces result.json in one step. */
export function writeResult(folder: string, result: Result): void {
  const path = join(folder, RESULT);
  writeFileSync(`${path}.new`, `${JSON.stringify(result, null, 1)}\n`);
  renameSync(`${path}.new`, path);
}

function explain(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'no such file: is this a folder that hvbench run wrote?';
  return firstLine(message);
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text;
}
