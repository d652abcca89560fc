/** One connection that asks for the lock of a CPU on another computer, or has it. */
import type { Host } from '../../host/host.ts';
import { type Address, sshArguments } from './address.ts';
import { startScript } from './scripts.ts';
import { type Trouble, troubleOf } from './session.ts';

/** For a connection, and for the copy of the program on a slow line. */
const START_LIMIT_MS = 60_000;
const MOST_SAID = 4096;

export interface LockThere {
  readonly address: Address;
  /** CPUs of this computer for `ssh`. */
  readonly cpus: readonly number[];
  /** The program that holds it: `hold` of suites/runtime/linux/remote.c. */
  readonly program: Buffer;
  /** The folder of locks there. */
  readonly folder: string;
  readonly cpu: number;
}

/** Whether it has the lock, or another still has it, or what keeps it from asking. */
export type Outcome = 'held' | 'busy' | Trouble;

interface LockAttempt {
  /**
   * What becomes of it within so many ms; null: it waits for another without limit. It goes on only if it holds the lock.
   * Throws what `signal` aborts with.
   */
  outcome(patienceMs: number | null, signal?: AbortSignal): Promise<Outcome>;
  /** When it has ended, and the lock with it. */
  readonly ended: Promise<unknown>;
  end(): void;
}

/** Begins one; `busy` is called, once, if another has the lock. */
export async function askForLock(
  host: Host,
  { address, cpus, program, folder, cpu }: LockThere,
  busy: () => void,
): Promise<LockAttempt> {
  const command = startScript(program.length, `hold ${folder}/hvbench-cpu-${cpu}.lock`);
  const started = await host
    .start(['ssh', ...sshArguments(address, command)], { cpus })
    .catch((error: Error) => error);
  if (started instanceof Error) {
    const trouble = { reason: `ssh cannot be started: ${started.message}`, passing: false };
    return { outcome: async () => trouble, ended: Promise.resolve(), end: () => {} };
  }
  let isBusy = false;
  let said = '';
  let failed = '';
  started.stderr.on('data', (chunk: Buffer) => {
    if (failed.length < MOST_SAID) failed += chunk.toString('utf8');
  });
  const ended = started.ended.then((end) => troubleOf(address, end, failed));
  const held = new Promise<'held'>((resolve) => {
    started.stdout.on('data', (chunk: Buffer) => {
      if (said.length < MOST_SAID) said += chunk.toString('latin1');
      if (/^held$/m.test(said)) resolve('held');
      if (isBusy || !/^busy$/m.test(said)) return;
      isBusy = true;
      busy();
    });
  });
  started.stdin.write(program);
  const end = () => started.signal('SIGKILL');
  return {
    ...{ ended, end },
    async outcome(patienceMs, signal) {
      const over = new AbortController();
      const late = new Promise<Outcome>((resolve) => {
        const timer = setTimeout(() => {
          const reason = `no answer within ${(patienceMs ?? START_LIMIT_MS) / 1000} s`;
          if (!isBusy) resolve({ reason, passing: true });
          else if (patienceMs !== null) resolve('busy');
        }, patienceMs ?? START_LIMIT_MS);
        over.signal.addEventListener('abort', () => clearTimeout(timer));
      });
      const aborted = new Promise<never>((_, reject) => {
        const abort = () => reject(signal?.reason);
        if (signal?.aborted) abort();
        signal?.addEventListener('abort', abort, { signal: over.signal });
      });
      let outcome: Outcome | null = null;
      try {
        outcome = await Promise.race([held, ended, late, aborted]);
        return outcome;
      } finally {
        over.abort();
        if (outcome !== 'held') end();
      }
    },
  };
}
