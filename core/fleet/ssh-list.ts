/** A fleet by SSH: a list of hosts, on which the command goes on by itself when this computer sleeps. */
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from '../errors.ts';
import { reasonOf } from '../files.ts';
import { inOneLine } from '../host/advice.ts';
import { allowedCpus } from '../host/affinity.ts';
import { localHost } from '../host/local.ts';
import { cleanText } from '../host/text.ts';
import { converse, receive, SessionError } from '../hypervisors/ssh/session.ts';
import { atOnce } from './at-once.ts';
import type { FleetBackEnd, JobState } from './back-end.ts';
import { hostFolder } from './host-folder.ts';
import { addressOf, readHosts } from './hosts-file.ts';
import {
  archiveCommand,
  askCommand,
  cancelCommand,
  clearCommand,
  GRACE_SECONDS,
  startCommand,
} from './ssh-scripts.ts';
import type { SshOptions } from './submission.ts';
import { ArchiveError, Unpacker } from './unpack.ts';

const CONNECTIONS = 8;
const LIMIT_MS = 30_000;
/** Ten minutes: some MB over a slow line. */
const COPY_LIMIT_MS = 600_000;
const MOST_BYTES = 4096;
/** Of one host: a hundred times what a run writes. */
const LIMITS = { files: 2000, bytes: 512 * 2 ** 20 };

export const sshList: FleetBackEnd<SshOptions> = {
  async hosts({ hosts }) {
    if ((await localHost.find('ssh')) === null)
      throw new UserError('there is no ssh here: apt-get install openssh-client');
    return readHosts(hosts).map(({ name }) => name);
  },

  async submit({ id, script }, { hosts }, _, signal) {
    const input = Buffer.from(script);
    const entries = await atOnce(readHosts(hosts), CONNECTIONS, async ({ name, line }) => {
      const entry = { name, job: line };
      if (signal.aborted) return { ...entry, error: 'submitting was interrupted before' };
      const { failure } = await told(line, startCommand(id, name, input.length), { input });
      return failure === null ? entry : { ...entry, error: failure };
    });
    return { entries, notes: [] };
  },

  async ask({ submission: { id } }, entries) {
    const states = await atOnce(entries, CONNECTIONS, async ({ name, job, error }): Promise<JobState> => {
      const { printed, failure } =
        job === null ? { printed: '', failure: error ?? NEVER } : await told(job, askCommand(id, name));
      // One that answered too late has begun all the same.
      if (error !== undefined && (failure !== null || printed === 'absent'))
        return { state: 'failed', reason: `it did not begin: ${error}` };
      return failure === null ? stateOf(printed) : { state: 'unknown', reason: failure };
    });
    return new Map(entries.map(({ name }, index) => [name, states[index] as JobState]));
  },

  async cancel({ submission: { id } }, entries) {
    const answers = await atOnce(entries, CONNECTIONS, async ({ name, job, error }) => {
      if (job === null) return null;
      const limitMs = LIMIT_MS + GRACE_SECONDS * 1000;
      const { printed, failure } = await told(job, cancelCommand(id, name), { limitMs });
      if (failure === null) return { line: `${name}: ${ENDS[printed] ?? 'ended'}`, failed: false };
      // One that could not be told to begin has probably not begun.
      return error === undefined ? { line: `${name}: not cancelled: ${failure}`, failed: true } : null;
    });
    const known = answers.filter((answer) => answer !== null);
    return { lines: known.map(({ line }) => line), failed: known.filter(({ failed }) => failed).length };
  },

  async fetch({ folder, submission: { id } }, { name, job }, known) {
    const { state } = known;
    // What still runs is copied when it has ended.
    if (job === null || !(state === 'done' || (state === 'lost' && known.left))) return null;
    const fresh = join(folder, 'hosts', `.${name}.new`);
    try {
      const left = await copy(job, archiveCommand(id, name), fresh, name);
      const place = hostFolder(folder, name);
      rmSync(place, { recursive: true, force: true });
      renameSync(fresh, place);
      // Of what is lost, the host may know more than was copied.
      if (state === 'done' && left.length === 0) await told(job, clearCommand(id, name));
      return left.length > 0 ? `left on the host: ${left.slice(0, 5).join(', ')}` : null;
    } catch (error) {
      rmSync(fresh, { recursive: true, force: true });
      return `not copied: ${reasonFor(error)}`;
    }
  },
};

const NEVER = 'nobody wrote down that it was submitted';

/** What a cancelled one has become, by what its host prints. */
const ENDS: Readonly<Record<string, string>> = {
  ended: 'ended in order',
  killed: `killed: it did not end within ${GRACE_SECONDS} s`,
  over: 'was over',
};

function stateOf(printed: string): JobState {
  const code = /^done (\d{1,3})$/.exec(printed)?.[1];
  if (code !== undefined) return { state: 'done', exitCode: Number(code) };
  if (printed === 'running') return { state: 'running' };
  if (printed === 'gone')
    return {
      state: 'lost',
      reason: 'it ended without a word: killed, or its computer was restarted',
      left: true,
    };
  if (printed === 'absent') return { state: 'lost', reason: 'its computer has nothing of it any more' };
  return { state: 'unknown', reason: `it answered: ${cleanText(printed, 100)}` };
}

/** What a host answers to a command: text, or why there is none, in a line. */
async function told(
  line: string,
  command: string,
  { input, limitMs = LIMIT_MS }: { readonly input?: Buffer; readonly limitMs?: number } = {},
): Promise<{ readonly printed: string; readonly failure: string | null }> {
  try {
    const about = { ...(await aboutHost(line)), command, limitMs, mostBytes: MOST_BYTES };
    const printed = await converse(localHost, { ...about, ...(input && { input }) });
    return { printed: printed.trim(), failure: null };
  } catch (error) {
    if (!(error instanceof SessionError)) throw error;
    return { printed: '', failure: reasonFor(error) };
  }
}

/** Unpacks what a host sends into a folder that is made anew; returns what of it was left out. */
async function copy(line: string, command: string, fresh: string, name: string): Promise<readonly string[]> {
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(dirname(fresh), { recursive: true });
  mkdirSync(fresh);
  const unpacker = new Unpacker(fresh, name, LIMITS);
  try {
    const about = {
      ...(await aboutHost(line)),
      command,
      limitMs: COPY_LIMIT_MS,
      mostBytes: 2 * LIMITS.bytes,
    };
    await receive(localHost, about, (chunk) => unpacker.receive(chunk));
    unpacker.end();
    return unpacker.left;
  } finally {
    unpacker.close();
  }
}

async function aboutHost(line: string) {
  return { address: addressOf(line), cpus: await allowedCpus(localHost) };
}

function reasonFor(error: unknown): string {
  if (error instanceof SessionError) return inOneLine(error.trouble);
  return error instanceof ArchiveError ? error.message : reasonOf(error);
}
