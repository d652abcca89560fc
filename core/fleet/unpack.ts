/**
 * Unpacks an archive (tar) that another computer has sent, as it comes: folders and files, and nothing else. Whoever may
 * write there may have written anything, so that no name leads out of its folder, and there is an end to everything.
 * The package `tar` reads what there is; names are judged, and files written, here.
 */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Parser } from 'tar/parse';
import type { ReadEntry } from 'tar/read-entry';
import { cleanText } from '../host/text.ts';

const NAME = /^[A-Za-z0-9_.+@=,-][A-Za-z0-9_.+@=, -]{0,199}$/;
const DEEPEST = 8;
/** How gzip begins. */
const GZIP = 0x1f;
/** Of each file, beside its content: its header, one of its long name, and what fills blocks. */
const BESIDE_BYTES = 4096;
/** Of all files together, beside that: headers of attributes. */
const MORE_MIB = 1;

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
  readonly #parser = new Parser({ strict: true, zstd: false, maxMetaEntrySize: Number.POSITIVE_INFINITY });
  #file: number | null = null;
  #received = 0;
  #files = 0;
  #bytes = 0;
  #ended = false;
  readonly #left: string[] = [];

  /** Writes below `folder`, which is empty and its own, what the archive has below `root`. */
  constructor(folder: string, root: string, limits: UnpackLimits) {
    this.#folder = folder;
    this.#root = root;
    this.#limits = limits;
    for (const event of ['entry', 'ignoredEntry'])
      this.#parser.on(event, (entry: ReadEntry) => this.#begin(entry));
    this.#parser.on('error', refuse);
    this.#parser.on('eof', () => {
      this.#ended = true;
    });
  }

  /** What was neither folder nor file, or had a name that is refused: what it is called. */
  get left(): readonly string[] {
    return this.#left;
  }

  /** Throws ArchiveError for what is no such archive or goes beyond the limits, and the system's error. */
  receive(chunk: Buffer): void {
    // The parser would keep what follows the end, and unpack what is compressed, to a thousand times its size.
    if (this.#ended) return;
    if (this.#received === 0 && chunk[0] === GZIP) refuse();
    this.#received += chunk.length;
    this.#parser.write(chunk);
    // It keeps headers that describe the next file, and tells nothing of them; its own limit trusts what they say.
    const most = this.#bytes + this.#files * BESIDE_BYTES + MORE_MIB * 2 ** 20;
    if (!this.#ended && this.#received > most)
      throw new ArchiveError(`it has headers of more than ${MORE_MIB} MiB`);
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

  #begin(entry: ReadEntry): void {
    // What is no number, the parser takes for nothing. In the entry itself, `size` may be another one's.
    const size = entry.header.size ?? refuse();
    this.#bytes += size;
    this.#files++;
    if (this.#files > this.#limits.files)
      throw new ArchiveError(`it has more than ${this.#limits.files} files`);
    if (this.#bytes > this.#limits.bytes)
      throw new ArchiveError(`it has more than ${this.#limits.bytes / 2 ** 20} MiB`);
    const path = this.#pathOf(entry.path);
    if (path !== null && entry.type === 'Directory') mkdirSync(path, { recursive: true });
    else if (path !== null && entry.type === 'File') this.#file = create(path);
    else this.#left.push(cleanText(entry.path, 100));
    entry.on('end', () => this.close());
    entry.on('data', (content) => {
      if (this.#file !== null) writeWholly(this.#file, content);
    });
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

function refuse(): never {
  throw new ArchiveError('it is no archive (tar)');
}
