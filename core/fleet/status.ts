/** How far a fleet is: what its hosts have left in its folder, and else what whoever runs them knows. */
import type { FleetEntry } from '../results/fleet/entry.ts';
import { atOnce } from './at-once.ts';
import type { JobState } from './back-end.ts';
import { backEndOf } from './back-ends.ts';
import { lastLine, readHostFolder } from './host-folder.ts';
import type { SubmittedEntry, SubmittedFleet } from './submission.ts';

/** At once: a line is seldom faster for more. */
const COPIES = 4;

export interface HostStatus {
  readonly name: string;
  readonly job: string | null;
  /** `unknown`: who should know does not answer. */
  readonly state: FleetEntry['state'] | 'unknown';
  /** What the command ended with; null if it has not, or nobody knows. */
  readonly exitCode: number | null;
  /** What the host calls itself; null if it has not begun. */
  readonly host: string | null;
  /** Why it is so, in one line; null if there is nothing to say. */
  readonly reason: string | null;
  /** Path of its result.json; null if there is none in the fleet's folder. */
  readonly result: string | null;
}

/** In the order in which they were submitted. Rejects only if `signal` aborts. */
export async function fleetStatus(fleet: SubmittedFleet, signal: AbortSignal): Promise<HostStatus[]> {
  const known = await jobStates(fleet, signal);
  // Read again: one may have ended while another was asked.
  return fleet.submission.entries.map((entry) => statusOf(fleet, entry, known.get(entry.name)));
}

/** Brings here what hosts have left that do not write into the folder themselves. Returns why some could not, by name. */
export async function fetchFleet(
  fleet: SubmittedFleet,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const { submission } = fleet;
  const backEnd = backEndOf(submission.backEnd);
  const failures = new Map<string, string>();
  if (!backEnd.fetch) return failures;
  const known = await jobStates(fleet, signal);
  await atOnce(submission.entries, COPIES, async (entry) => {
    const job = known.get(entry.name);
    const failure = job && (await backEnd.fetch?.(fleet, entry, job, signal));
    if (failure) failures.set(entry.name, failure);
  });
  return failures;
}

/** Of those that have not left an exit code. */
async function jobStates(fleet: SubmittedFleet, signal: AbortSignal): Promise<ReadonlyMap<string, JobState>> {
  const open = openEntries(fleet);
  if (open.length === 0) return new Map();
  return await backEndOf(fleet.submission.backEnd).ask(fleet, open, signal);
}

/** The parts that have not ended, as far as the folder tells. */
export const openEntries = ({ folder, submission }: SubmittedFleet): SubmittedEntry[] =>
  submission.entries.filter(({ name }) => readHostFolder(folder, name).exitCode === null);

function statusOf(fleet: SubmittedFleet, entry: SubmittedEntry, known: JobState | undefined): HostStatus {
  const status = foundOf(fleet, entry, known);
  const { state, exitCode, reason } = status;
  // Whoever ended it is asked only for those without an exit code, and may have forgotten them.
  if (state !== 'lost' && !(state === 'failed' && exitCode !== null)) return status;
  const cause = backEndOf(fleet.submission.backEnd).cause?.(fleet, entry) ?? null;
  if (cause === null) return status;
  return { ...status, state: 'failed', reason: state === 'lost' ? cause : `${cause}; ${reason}` };
}

/** What is known of an end by the host itself, or by whoever was asked. */
function foundOf(
  { folder }: SubmittedFleet,
  { name, job }: SubmittedEntry,
  known: JobState | undefined,
): HostStatus {
  const { exitCode, host, result } = readHostFolder(folder, name);
  const common = { name, job, host, result };
  if (exitCode !== null) return { ...common, ...ended(exitCode, result !== null, lastLine(folder, name)) };
  if (known?.state === 'done')
    return { ...common, exitCode: known.exitCode, ...judged(known.exitCode, NOT_HERE) };
  const { state, reason = null } = known ?? { state: 'unknown', reason: 'nobody was asked' };
  const again = state === 'pending' && host !== null ? `begun on ${host}, and to be begun again` : null;
  return { ...common, exitCode: null, state, reason: [again, reason].filter(Boolean).join('; ') || null };
}

/** Of an end that its host has told of. */
const NOT_HERE = 'hvbench fleet collect copies its log';

/** Exit codes of `hvbench run` after which there is a result: done, and a finding in it. */
const FINDING = 1;

function ended(exitCode: number, hasResult: boolean, last: string | null) {
  if (exitCode <= FINDING && !hasResult)
    return {
      exitCode,
      state: 'failed',
      reason: `exit code ${exitCode}, and there is no result.json`,
    } as const;
  return { exitCode, ...judged(exitCode, last) };
}

function judged(exitCode: number, more: string | null): Pick<HostStatus, 'state' | 'reason'> {
  if (exitCode === 0) return { state: 'done', reason: null };
  if (exitCode === FINDING) return { state: 'done', reason: join('a finding (exit code 1)', more) };
  return { state: 'failed', reason: join(`exit code ${exitCode}`, more) };
}

const join = (what: string, more: string | null): string => (more ? `${what}: ${more}` : what);
