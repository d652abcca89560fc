/** CPU time of a process whose threads run on while it is read. */
import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import koffi from 'koffi';

const libc = koffi.load(null);
const getPolicy = libc.func('int sched_getscheduler(int thread)');
const setPolicy = libc.func('int sched_setscheduler(int thread, int policy, const int *priority)');

/** Both share CPUs alike; the kernel lets every process change its own from one to the other. */
const SCHED_OTHER = 0;
const SCHED_BATCH = 3;
const NO_PRIORITY = [0];
const ESRCH = koffi.os.errno.ESRCH;

interface Thread {
  readonly id: number;
  readonly policy: number;
  /** The kernel's file on it, kept open, since opening it takes longer than all the rest. */
  readonly file: number;
  cpuNs: number;
}

/**
 * What /proc shows of a thread that runs is as of its last switch or timer tick, 1 to 10 ms back. To change a thread's
 * policy the kernel takes it off its queue for a moment, and counts: it is changed and changed back.
 */
export class RunningTime {
  readonly #folder: string;
  /** Those that ran longest first. */
  #threads: Thread[] = [];
  readonly #bytes = Buffer.alloc(80);

  constructor(pid: number) {
    this.#folder = `/proc/${pid}/task`;
  }

  /**
   * CPU time of all its threads up to now, ns; of one that has ended, up to the last time. Null if one of them cannot be
   * counted up to now.
   */
  read(): number | null {
    // What runs comes first: the less passes between a mark and this, the better.
    for (const thread of this.#threads) if (!this.#update(thread)) return null;
    for (const thread of this.#added()) {
      this.#threads.push(thread);
      if (!this.#update(thread)) return null;
    }
    this.#threads.sort((a, b) => b.cpuNs - a.cpuNs);
    return this.#threads.reduce((sum, { cpuNs }) => sum + cpuNs, 0);
  }

  close(): void {
    for (const { file } of this.#threads) closeSync(file);
    this.#threads = [];
  }

  #added(): Thread[] {
    const known = new Set(this.#threads.map(({ id }) => id));
    return namesIn(this.#folder)
      .map(Number)
      .flatMap((id) => {
        const policy: number = known.has(id) ? -1 : getPolicy(id);
        const file = policy < 0 ? null : opened(`${this.#folder}/${id}/schedstat`);
        return file === null ? [] : { id, policy, file, cpuNs: 0 };
      });
  }

  /** False if it could not be counted; one that has ended need not be. */
  #update(thread: Thread): boolean {
    if (!countUpToNow(thread)) return koffi.errno() === ESRCH;
    try {
      // proc(5): time spent on the CPU, ns; time spent waiting for it; time slices.
      const length = readSync(thread.file, this.#bytes, 0, this.#bytes.length, 0);
      thread.cpuNs = Number(this.#bytes.toString('latin1', 0, length).split(' ', 1)[0]);
    } catch {
      // It has just ended.
    }
    return true;
  }
}

/** It keeps the policy that it has. A real-time policy, or that of idle times, is not ours to change. */
function countUpToNow({ id, policy }: Thread): boolean {
  if (policy !== SCHED_OTHER && policy !== SCHED_BATCH) return false;
  const other = policy === SCHED_OTHER ? SCHED_BATCH : SCHED_OTHER;
  return setPolicy(id, other, NO_PRIORITY) === 0 && setPolicy(id, policy, NO_PRIORITY) === 0;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function opened(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch {
    return null;
  }
}
