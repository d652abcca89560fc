/**
 * What the host's page cache holds of files, and how to drop it without privileges: posix_fadvise(2) gives back pages
 * that nobody has mapped, mincore(2) tells which are there. Through koffi; Linux only.
 */
import { accessSync, closeSync, constants, fdatasyncSync, fstatSync, openSync, readSync } from 'node:fs';
import koffi from 'koffi';

const PAGE = 4096;
const CHUNK = 1 << 20;
const PROT_READ = 1;
const MAP_SHARED = 1;
const MAP_FAILED = 0xffff_ffff_ffff_ffffn;
const POSIX_FADV_DONTNEED = 4;

interface Calls {
  fadvise(fd: number, offset: number, length: number, advice: number): number;
  mmap(at: null, length: number, protection: number, flags: number, fd: number, offset: number): unknown;
  munmap(at: unknown, length: number): number;
  mincore(at: unknown, length: number, vector: Buffer): number;
}

let loaded: Calls | null = null;

function calls(): Calls {
  const libc = koffi.load(null);
  loaded ??= {
    fadvise: libc.func('int posix_fadvise(int fd, int64_t offset, int64_t length, int advice)'),
    mmap: libc.func('void *mmap(void *at, size_t length, int protection, int flags, int fd, int64_t offset)'),
    munmap: libc.func('int munmap(void *at, size_t length)'),
    mincore: libc.func('int mincore(void *at, size_t length, void *vector)'),
  };
  return loaded;
}

/** How much of some files is in the page cache. */
export interface Residency {
  /** Of files whose pages could be looked at. */
  readonly bytes: number;
  readonly residentBytes: number;
  /** Of files that the kernel does not let this user look at: mincore calls all their pages resident. */
  readonly unknownBytes: number;
}

/**
 * Asks the kernel to forget what it has read of these files. What others have mapped, such as the programs that run,
 * stays; what is not there is left out.
 */
export function dropFromCache(paths: readonly string[]): void {
  for (const path of paths)
    withFile(path, (fd) => {
      // What is not written back yet would stay.
      writeBack(fd);
      calls().fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    });
}

/** Read-only file systems, such as squashfs and erofs, refuse it (EINVAL): what cannot be written back has nothing to be. */
function writeBack(fd: number): void {
  try {
    fdatasyncSync(fd);
  } catch {
    // Where it fails otherwise some pages stay, and residency() tells.
  }
}

/** Reads these files whole, so that the page cache holds them; what is not there is left out. */
export function fillCache(paths: readonly string[]): void {
  const chunk = Buffer.alloc(CHUNK);
  for (const path of paths)
    withFile(path, (fd) => {
      const { size } = fstatSync(fd);
      if (size === 0 || (mayLook(path, fd) && (residentBytes(fd, size) ?? 0) >= size)) return;
      for (let at = 0; at < size; ) {
        const read = readSync(fd, chunk, 0, chunk.length, at);
        if (read === 0) return;
        at += read;
      }
    });
}

/** How much of these files the page cache holds; what is not there is left out. */
export function residency(paths: readonly string[]): Residency {
  const sum = { bytes: 0, residentBytes: 0, unknownBytes: 0 };
  for (const path of paths) {
    withFile(path, (fd) => {
      const { size } = fstatSync(fd);
      if (size === 0) return;
      const resident = mayLook(path, fd) ? residentBytes(fd, size) : null;
      if (resident === null) sum.unknownBytes += size;
      else {
        sum.bytes += size;
        sum.residentBytes += Math.min(resident, size);
      }
    });
  }
  return sum;
}

function residentBytes(fd: number, size: number): number | null {
  const { mmap, munmap, mincore } = calls();
  const at = mmap(null, size, PROT_READ, MAP_SHARED, fd, 0);
  if (koffi.address(at) === MAP_FAILED) return null;
  const pages = Buffer.alloc(Math.ceil(size / PAGE));
  const answer = mincore(at, size, pages);
  munmap(at, size);
  if (answer !== 0) return null;
  return pages.reduce((count, page) => count + (page & 1), 0) * PAGE;
}

/** Since Linux 5.2 mincore tells the truth to owners and to those who may write. */
function mayLook(path: string, fd: number): boolean {
  if (fstatSync(fd).uid === process.getuid?.()) return true;
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function withFile(path: string, work: (fd: number) => void): void {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return; // It is gone, or not for us to read: then a launch does not read it either.
  }
  try {
    if (fstatSync(fd).isFile()) work(fd);
  } finally {
    closeSync(fd);
  }
}
