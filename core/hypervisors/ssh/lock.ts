/** The CPU of another computer, for one hvbench at a time: a lock there that lives as long as a connection. */
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../errors.ts';
import type { LockOptions } from '../../host/cpu-lock.ts';
import type { Host } from '../../host/host.ts';
import { askForLock, type LockThere, type Outcome } from './lock-attempt.ts';

const PATIENCE_MS = 60_000;
/** Between two attempts to take again what was lost. */
const AGAIN_MS = 2_000;

/**
 * As {@link lockCpu}: waits for another hvbench that measures on that CPU, from wherever, and says so; `name`: what the user
 * calls the machine. If there can be no lock it says so and takes none. Throws UserError if another has it for too long, and
 * what `signal` aborts with.
 */
export async function lockThere(
  host: Host,
  there: LockThere,
  name: string,
  options: LockOptions,
): Promise<() => void> {
  const { wait = false, note, signal, patienceMs = PATIENCE_MS } = options;
  const where = `CPU ${there.cpu} of ${name}`;
  const limit = wait ? '' : `, ${Math.ceil(patienceMs / 1000)} s at most`;
  const attempt = await askForLock(host, there, () =>
    note(`waiting for another hvbench that measures on ${where}${limit}`),
  );
  const outcome = await attempt.outcome(wait ? null : patienceMs, signal);
  if (outcome === 'busy')
    throw new UserError(
      `another hvbench measures on ${where}: try again when it has finished, or use --wait`,
    );
  if (outcome !== 'held') {
    note(`hvbench cannot lock ${where} against another hvbench: ${outcome.reason}`);
    return () => {};
  }
  const given = new AbortController();
  given.signal.addEventListener('abort', attempt.end, { once: true });
  void attempt.ended.then(() => takeAgain(host, there, { where, note, given: given.signal }));
  return () => given.abort();
}

interface Lost {
  readonly where: string;
  readonly note: LockOptions['note'];
  /** Aborts when the lock is given back. */
  readonly given: AbortSignal;
}

/** Once the connection has ended: if the lock was not given back, it is taken again, until it is. Never rejects. */
async function takeAgain(host: Host, there: LockThere, { where, note, given }: Lost): Promise<void> {
  while (!given.aborted) {
    note(`the lock of ${where} was lost with its connection, and is taken again`);
    for (let outcome: Outcome | null = null; outcome !== 'held' && !given.aborted; ) {
      await sleep(AGAIN_MS, undefined, { signal: given, ref: false }).catch(() => {});
      if (given.aborted) return;
      const attempt = await askForLock(host, there, () =>
        note(`another hvbench measures on ${where} now: each disturbs the other`),
      );
      given.addEventListener('abort', attempt.end, { once: true });
      if (given.aborted) attempt.end();
      outcome = await attempt.outcome(null);
      if (outcome === 'held') await attempt.ended;
    }
  }
}
