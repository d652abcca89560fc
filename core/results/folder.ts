/** The folder of one run: what lies in it, written so that nothing measured is lost. */
import { constants } from 'node:buffer';
import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { firstIssue, firstLine, UnkeptError, UserError } from '../errors.ts';
import { lockFile } from '../file-lock.ts';
import { appendWhole, reasonOf, writeWhole } from '../files.ts';
import { withExitCounts } from './exit-counts.ts';
import { type JournalEntry, type LineSchema, parseLines, runLines } from './journal.ts';
import { linesOf } from './lines.ts';
import { parseResult } from './read-result.ts';
import type { Result } from './schema.ts';
import type { KeptSuite } from './suite-records.ts';

export const RESULT = 'result.json';
export const JOURNAL = 'samples.ndjson';

/** Appends entries; each is handed to the system at once, so that even SIGKILL loses none. */
export class JournalWriter<Entry = JournalEntry> {
  readonly #folder: string;
  readonly #file: number;
  readonly #advice: string;
  /** What could not be written: nothing may follow an entry that is missing. */
  #failure: UserError | null = null;

  /**
   * Makes the folder, or goes on with the run that it holds. One in which nothing was measured, since its run was killed
   * before it began, is begun anew. Throws UserError if it cannot be written, another process writes it, or it holds
   * a run that was not to be resumed. `advice`: what to do with what was measured before it could not be written.
   */
  constructor(
    folder: string,
    { resume = false, advice = `free up space, then continue with --resume ${folder}` } = {},
  ) {
    const path = join(folder, JOURNAL);
    this.#folder = folder;
    this.#advice = advice;
    try {
      makeFolder(folder);
      this.#file = openSync(path, 'a+');
    } catch (error) {
      throw new UserError(
        `cannot write results to ${folder}: ${reasonOf(error)}; ${resume ? 'copy it to where it can be written' : 'choose another --out'}`,
      );
    }
    try {
      if (!lockFile(this.#file))
        throw new UserError(`another hvbench is writing to ${folder}: choose another --out`);
      // A killed run may have left half a line at the end; what is appended must not run into it.
      if (resume) ftruncateSync(this.#file, endOfLines(this.#file));
      else if (hasWholeLine(this.#file))
        throw new UserError(
          `${folder} already holds a run: choose another --out, or continue it with --resume ${folder}`,
        );
      else ftruncateSync(this.#file, 0);
    } catch (error) {
      closeSync(this.#file);
      throw error;
    }
  }

  /** Throws UserError if it cannot be written: then all that came before it is there, and nothing can follow. */
  append(entry: Entry): void {
    if (this.#failure) throw this.#failure;
    try {
      appendWhole(this.#file, `${JSON.stringify(entry)}\n`);
    } catch (error) {
      this.#failure = this.#explain(error);
      throw this.#failure;
    }
  }

  /** Throws UserError if the system did not keep what it had taken. */
  close(): void {
    try {
      if (!this.#failure) fsyncSync(this.#file);
    } catch (error) {
      // A pipe or a device has nothing to keep.
      if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw this.#explain(error);
    } finally {
      closeSync(this.#file);
    }
  }

  #explain(error: unknown): UserError {
    const folder = this.#folder;
    const what = `cannot write ${join(folder, JOURNAL)}: ${reasonOf(error)}`;
    return new UnkeptError(
      fstatSync(this.#file).size > 0
        ? `${what}; earlier measurements are kept there: ${this.#advice}`
        : `${what}; free up space, or choose another --out`,
    );
  }
}

/** Whether an open file holds a line with its end: the header of a run at least. */
function hasWholeLine(file: number): boolean {
  const chunk = Buffer.alloc(1 << 16);
  for (let at = 0; ; ) {
    const count = readSync(file, chunk, 0, chunk.length, at);
    if (count === 0) return false;
    if (chunk.subarray(0, count).includes(0x0a)) return true;
    at += count;
  }
}

/** Where the last line with an end ends in an open file. It is looked for from behind: a journal may be too long to read. */
function endOfLines(file: number): number {
  const chunk = Buffer.alloc(1 << 16);
  for (let end = fstatSync(file).size; end > 0; end -= chunk.length) {
    const start = Math.max(0, end - chunk.length);
    const count = readSync(file, chunk, 0, end - start, start);
    const at = chunk.subarray(0, count).lastIndexOf(0x0a);
    if (at >= 0) return start + at + 1;
  }
  return 0;
}

/** Like mkdirSync's `recursive`, which never returns below /proc: its folders exist, but take no others. */
export function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  mkdirSync(folder);
}

/** Text of a file. One longer than a string can be is refused before it fills the memory. */
function readBounded(path: string, most: number): string {
  const status = statSync(path);
  if (!status.isFile()) throw new Error('it is not a file');
  if (status.size > most) throw new Error(`it is too large: ${status.size} bytes`);
  return readFileSync(path, 'utf8');
}

/** A run's journal, whose suites these are. Throws UserError if there is no readable one. */
export function readJournal(folder: string, suites: readonly KeptSuite[]): JournalEntry[] {
  return [...readEntries(folder, runLines(suites))];
}

/** The journal's entries, read one by one as they are asked for: then too, UserError is thrown. */
export function* readEntries<T>(folder: string, lines: LineSchema<T>): Generator<T> {
  try {
    yield* parseLines(linesOf(join(folder, JOURNAL)), lines);
  } catch (error) {
    throw new UserError(`cannot read ${join(folder, JOURNAL)}: ${explain(error)}`);
  }
}

/**
 * The folder's result.json, or null if there is none; counts of exits that an earlier version left out are taken from the
 * journal beside it. Throws UserError if it is not a result.
 */
export function readResult(folder: string, suites: readonly KeptSuite[]): Result | null {
  const result = readResultAt(join(folder, RESULT), (content) => parseResult(content, suites));
  return result && withExitCounts(result, () => readEntries(folder, runLines(suites)));
}

/**
 * What is in a file of any name, or null if there is no such file. Throws UserError if it cannot be read or `parse`
 * throws a ZodError.
 */
export function readResultAt<T>(path: string, parse: (content: unknown) => T): T | null {
  const text = readTextAt(path);
  return text === null ? null : parseTextOf(path, text, parse);
}

/** A file's text, or null if there is no such file. Throws UserError if it cannot be read, or has more bytes than `most`. */
export function readTextAt(path: string, most: number = constants.MAX_STRING_LENGTH): string | null {
  try {
    return readBounded(path, most);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new UserError(`cannot read ${path}: ${explain(error)}`);
  }
}

/** What is in a text that was in the file of that path. Throws UserError as {@link readResultAt} does. */
export function parseTextOf<T>(path: string, text: string, parse: (content: unknown) => T): T {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new UserError(`cannot read ${path}: ${explain(error)}`);
  }
  try {
    return parse(content);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    throw new UserError(`${path} is not an hvbench result: ${describe(error)}`);
  }
}

/** Throws UserError if a result that was made of the folder's journal has figures that no result may have. */
export function checkResult(result: Result, folder: string, suites: readonly KeptSuite[]): void {
  // Of samples there may be a million, and those of the journal are checked.
  const measurements = result.measurements.map((measurement) => ({ ...measurement, samples: [] }));
  try {
    parseResult({ ...result, measurements }, suites);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    throw new UserError(`${join(folder, JOURNAL)} cannot be read as a journal: ${describe(error)}`);
  }
}

function describe(error: z.ZodError): string {
  const { where, what } = firstIssue(error);
  return `${where || 'it'}: ${what}`;
}

/** Replaces result.json in one step. Throws the system's error where it cannot be written. */
export function writeResult(folder: string, result: Result): void {
  writeWhole(join(folder, RESULT), `${JSON.stringify(result, null, 1)}\n`);
}

function explain(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'no such file: is this a folder that hvbench run wrote?';
  return firstLine(message);
}
