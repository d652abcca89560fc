/**
 * Unpacks an archive (tar) that another computer has sent, as it comes: folders and files, and nothing else. Whoever may
 * write there may have written anything, so that no name leads out of its folder, and there is an end to everything.
 */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cleanText } from '../host/text.ts';

const BLOCK = 512;
const NAME = /^[A-Za-z0-9_.+@=,-][A-Za-z0-9_.+@=, -]{0,199}$/;
const DEEPEST = 8;

export interface UnpackLimits {
  readonly files: number;
  readonly bytes: number;
}

export class ArchiveError extends Error {
  override name = 'ArchiveError';
}

export class Unpacker {
  readonly #folder: string;
  readonly #root: string;
  readonly #limits: UnpackLimits;
  #held: Buffer = Buffer.alloc(0);
  #file: number | null = null;
  /** Of the file at work: content, and what fills its last block. */
  #content = 0;
  #filling = 0;
  #files = 0;
  #bytes = 0;
  #ended = false;
  readonly #left: string[] = [];

  /** Writes below `folder`, which is empty and its own, what the archive has below `root`. */
  constructor(folder: string, root: string, limits: UnpackLimits) {
    this.#folder = folder;
    this.#root = root;
    this.#limits = limits;
  }

  /** What was neither folder nor file, or had a name that is refused: what it is called. */
  get left(): readonly string[] {
    return this.#left;
  }

  /** Throws ArchiveError for what is no such archive or goes beyond the limits, and the system's error. */
  receive(chunk: Buffer): void {
    let bytes = this.#held.length > 0 ? Buffer.concat([this.#held, chunk]) : chunk;
    for (;;) {
      bytes = this.#take(bytes);
      if (this.#ended || bytes.length < BLOCK || this.#content + this.#filling > 0) break;
      this.#begin(bytes.subarray(0, BLOCK));
      bytes = bytes.subarray(BLOCK);
    }
    this.#held = this.#ended ? Buffer.alloc(0) : Buffer.from(bytes);
  }

  /** Throws ArchiveError if it was cut short. */
  end(): void {
    this.close();
    if (!this.#ended) throw new ArchiveError('the archive is cut short');
  }

  /** Closes what is open. */
  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }

  /** Content of the file at work; returns what is left. */
  #take(bytes: Buffer): Buffer {
    const content = bytes.subarray(0, this.#content);
    this.#content -= content.length;
    if (this.#file !== null) writeWholly(this.#file, content);
    const filling = Math.min(this.#filling, bytes.length - content.length);
    this.#filling -= filling;
    if (this.#content === 0) this.close();
    return bytes.subarray(content.length + filling);
  }

  #begin(header: Buffer): void {
    if (header.every((byte) => byte === 0)) {
      this.#ended = true;
      return;
    }
    if (checksumOf(header) !== octal(header, 148, 8)) throw new ArchiveError('it is no archive (tar)');
    const size = octal(header, 124, 12);
    const type = String.fromCharCode(header[156] ?? 0);
    const name = [text(header, 345, 155), text(header, 0, 100)].filter(Boolean).join('/');
    this.#content = size;
    this.#filling = (BLOCK - (size % BLOCK)) % BLOCK;
    this.#bytes += size;
    this.#files++;
    if (this.#files > this.#limits.files)
      throw new ArchiveError(`it has more than ${this.#limits.files} files`);
    if (this.#bytes > this.#limits.bytes)
      throw new ArchiveError(`it has more than ${this.#limits.bytes / 2 ** 20} MiB`);
    const path = this.#pathOf(name);
    if (path !== null && type === '5' && size === 0) mkdirSync(path, { recursive: true });
    else if (path !== null && (type === '0' || type === '\0')) this.#file = create(path);
    else this.#left.push(cleanText(name, 100));
  }

  /** Null for a name that is refused. */
  #pathOf(name: string): string | null {
    const [root, ...parts] = name.replace(/\/$/, '').split('/');
    const isGood = (part: string) => NAME.test(part) && part !== '.' && part !== '..';
    if (root !== this.#root || parts.length > DEEPEST || !parts.every(isGood)) return null;
    return join(this.#folder, ...parts);
  }
}

/** A new file: what is there already, a link or not, is neither opened nor replaced. */
function create(path: string): number {
  mkdirSync(dirname(path), { recursive: true });
  try {
    return openSync(path, 'wx', 0o666);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new ArchiveError('it has one file twice');
  }
}

function writeWholly(file: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}

const text = (header: Buffer, at: number, length: number): string =>
  header
    .subarray(at, at + length)
    .toString('latin1')
    .replace(/\0.*$/s, '');

/** Throws ArchiveError for sizes beyond 8 GiB, which have another notation, and for what is no number. */
function octal(header: Buffer, at: number, length: number): number {
  const digits = text(header, at, length).trim();
  if (!/^[0-7]{1,12}$/.test(digits)) throw new ArchiveError('it is no archive (tar)');
  return Number.parseInt(digits, 8);
}

/** Of all bytes, with spaces for the sum itself. */
function checksumOf(header: Buffer): number {
  return header.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 32 : byte), 0);
}
