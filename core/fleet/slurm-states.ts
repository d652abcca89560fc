/** What Slurm's words for the state of a job mean for a fleet (squeue(1), "JOB STATE CODES"). */
import { cleanText } from '../host/text.ts';
import type { JobState } from './back-end.ts';

const PENDING = ['PENDING', 'CONFIGURING', 'REQUEUED', 'REQUEUE_HOLD', 'REQUEUE_FED', 'SPECIAL_EXIT'];
const RUNNING = ['RUNNING', 'COMPLETING', 'RESIZING', 'SIGNALING', 'STAGE_OUT', 'STOPPED', 'SUSPENDED'];
const LINE = 200;

/** In words, where the code says little. */
const MEANINGS: Readonly<Record<string, string>> = {
  CANCELLED: 'cancelled',
  NODE_FAIL: 'its node failed',
  TIMEOUT: 'its time limit (--time) was over',
  OUT_OF_MEMORY: 'it ran out of memory',
  PREEMPTED: 'a job of higher priority took its place',
  BOOT_FAIL: 'its node could not be booted',
  DEADLINE: 'its deadline was over',
};

const NO_CODE = 'it has left no exit code: do all nodes see the folder?';

/** What slurmstepd(8) writes of a job that it ends; "DUE TO" is missing from a job that was cancelled. */
const ENDED = /\*\*\* JOB \S+ ON \S+ CANCELLED AT \S+(?: DUE TO ([A-Z ]+))?/g;
const CAUSES: Readonly<Record<string, string>> = {
  'TIME LIMIT': 'TIMEOUT',
  'NODE FAILURE': 'NODE_FAIL',
  PREEMPTION: 'PREEMPTED',
};

/** Why Slurm has ended a job, from what it wrote to the job's standard error; null if it has not. */
export function causeIn(text: string): string | null {
  const last = [...text.matchAll(ENDED)].at(-1);
  if (!last) return null;
  const due = last[1]?.trim();
  const meaning = due === undefined ? MEANINGS.CANCELLED : MEANINGS[CAUSES[due] ?? ''];
  return `Slurm ended it: ${meaning ?? due?.toLowerCase()}`;
}

/** `word`: as squeue (%T) or sacct (State) prints it; `reason`: squeue's %r, why it waits. */
export function jobStateOf(word: string, reason = ''): JobState {
  const [code = ''] = word.split(/[ +]/);
  const why = cleanText(reason, LINE);
  const told = why === '' || why === 'None' ? {} : { reason: `Slurm: ${why}` };
  if (PENDING.includes(code)) return { state: 'pending', ...told };
  if (RUNNING.includes(code))
    return { state: 'running', ...(code === 'SUSPENDED' && { reason: 'suspended' }) };
  if (code === 'COMPLETED')
    return {
      state: 'lost',
      reason: 'Slurm says COMPLETED, and it has left nothing: do all nodes see the folder?',
    };
  const meaning = MEANINGS[code];
  if (code === 'FAILED' || meaning !== undefined)
    return { state: 'failed', reason: `Slurm says ${code}: ${meaning ?? NO_CODE}` };
  return { state: 'unknown', reason: `Slurm says ${cleanText(word, LINE) || 'nothing'}` };
}

/** The lines `JOB|STATE[|REASON]` that squeue and sacct were asked for, by job. */
export function parseJobLines(text: string): Map<string, JobState> {
  return new Map(
    text.split('\n').flatMap((line) => {
      const [job = '', state = '', reason] = line.split('|');
      return /^\d+(_\d+)?$/.test(job) && state !== '' ? [[job, jobStateOf(state, reason)] as const] : [];
    }),
  );
}
