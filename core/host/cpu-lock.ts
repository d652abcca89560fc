/**
 * One measurement at a time on a CPU, whoever makes it: a lock on an empty file that all users may open. The kernel takes it
 * back when its process ends, however it ends. (An abstract socket would do the same, but nobody could be named who has it,
 * and a network namespace, which many a service has, hides it.)
 */
import { closeSync, constants, fchmodSync, fstatSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../errors.ts';
import { lockFile } from '../file-lock.ts';
import { reasonOf } from '../files.ts';
import { probeContainer } from './container.ts';
import { describeHolder } from './holder.ts';
import type { Host } from './host.ts';
import { localHost } from './local.ts';

/** Another folder for the locks; empty: none is taken, for those who measure at once on purpose. */
const PLACE = 'HVBENCH_LOCKS';
const PATIENCE_MS = 60_000;
const STEP_MS = 200;
/** The first PID namespace of a system has this number always (include/linux/proc_ns.h: PROC_PID_INIT_INO). */
const FIRST_PIDS = 'pid:[4026531836]';

export interface LockOptions {
  /** Waits without limit. */
  readonly wait?: boolean | undefined;
  /** Told whom it waits for, and once what cannot be seen from here. */
  readonly note: (text: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds to wait at most, unless `wait`. */
  readonly patienceMs?: number;
}

/** Whether the user wants no locks, here or elsewhere. */
export function isUnlocked(): boolean {
  return process.env[PLACE] === '';
}

let blindnessTold = false;

/**
 * Takes this CPU for measuring; returns how to give it back. Where there is no place for a lock it says so and takes none.
 * Throws UserError where another has it for too long, and AbortError.
 */
export async function lockCpu(cpu: number, options: LockOptions): Promise<() => void> {
  const { wait = false, note, signal, patienceMs = PATIENCE_MS } = options;
  if (isUnlocked()) return () => {};
  const place = process.env[PLACE] ?? commonPlace();
  const path = join(place, `hvbench-cpu-${cpu}.lock`);
  if (!blindnessTold) {
    const blindness = await whyBlind(localHost);
    if (blindness) note(`hvbench may not see another hvbench that measures on CPU ${cpu}: ${blindness}`);
    blindnessTold = true;
  }
  const end = performance.now() + patienceMs;
  for (let told = false; ; ) {
    let file: number;
    try {
      file = openShared(path);
    } catch (error) {
      note(`hvbench cannot see another hvbench that measures on CPU ${cpu}: ${path}: ${reasonOf(error)}`);
      return () => {};
    }
    try {
      const isOurs = lockFile(file);
      if (isOurs && isStill(file, path)) return () => closeSync(file);
      const isLate = !wait && performance.now() > end;
      if (!isOurs && (isLate || !told)) {
        const who = await describeHolder(file, localHost);
        if (isLate)
          throw new UserError(
            `another hvbench measures on CPU ${cpu} (${who}): try again when it has finished, or use --wait`,
          );
        const limit = wait ? '' : `, ${Math.ceil(patienceMs / 1000)} s at most`;
        told = true;
        note(`waiting for another hvbench that measures on CPU ${cpu}${limit} (${who})`);
      }
    } catch (error) {
      closeSync(file);
      throw error;
    }
    closeSync(file);
    await sleep(STEP_MS, undefined, { signal });
  }
}

/** The same for every user of a system: it depends on the folders alone. Not all systems let all users write to the first. */
function commonPlace(): string {
  const mode = statSync('/run/lock', { throwIfNoEntry: false })?.mode ?? 0;
  return (mode & 0o1777) === 0o1777 ? '/run/lock' : '/tmp';
}

/**
 * Opens the file, or makes it for everybody. Reading is enough for a lock. Not with O_CREAT alone: in a folder like /tmp the
 * kernel may refuse that for another user's file, even to root (fs.protected_regular).
 */
function openShared(path: string): number {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = openOrMake(path, flags);
  if (fstatSync(file).isFile()) return file;
  closeSync(file);
  throw new Error('it is no file');
}

function openOrMake(path: string, flags: number): number {
  try {
    return openSync(path, flags);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  try {
    const file = openSync(path, flags | constants.O_CREAT | constants.O_EXCL, 0o444);
    // Whatever the umask is.
    fchmodSync(file, 0o444);
    return file;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return openSync(path, flags);
  }
}

/** A file that was cleared away meanwhile keeps nobody out. */
function isStill(file: number, path: string): boolean {
  const [own, there] = [fstatSync(file), statSync(path, { throwIfNoEntry: false })];
  return own.ino === there?.ino && own.dev === there.dev;
}

async function whyBlind(host: Host): Promise<string | null> {
  const container = await probeContainer(host);
  if (container) return `this is a container, ${container}`;
  const pids = await host.link('/proc/self/ns/pid');
  return pids === null || pids === FIRST_PIDS ? null : 'this is a separate PID namespace';
}
