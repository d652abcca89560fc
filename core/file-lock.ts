/** Locks on files: so that two processes do not write one run, and none outlives its process. */
import { createRequire } from 'node:module';

const LOCK_EX = 2;
const LOCK_NB = 4;
/** EWOULDBLOCK on Linux, and on macOS. */
const HELD = [11, 35];

/**
 * Takes the lock of an open file (flock) until it is closed, or this process ends. False where another has it. Where a
 * system or a file system knows no locks, there is nothing to take, and nobody else has one.
 */
export function lockFile(file: number): boolean {
  try {
    // Only who writes a run needs it: loading it takes time.
    const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')['default'];
    const flock = koffi.load(null).func('int flock(int fd, int operation)');
    return flock(file, LOCK_EX | LOCK_NB) === 0 || !HELD.includes(koffi.errno());
  } catch {
    return true;
  }
}
