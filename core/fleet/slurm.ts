/** A fleet on Slurm: a job for each host, which shares its node with no other job. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { reasonOf } from '../files.ts';
import { ExecutionError } from '../host/execute.ts';
import { localHost } from '../host/local.ts';
import type { FleetBackEnd, FleetPlan, JobState } from './back-end.ts';
import { endOfFile } from './host-folder.ts';
import { SCRIPT } from './host-script.ts';
import { causeIn, parseJobLines } from './slurm-states.ts';
import { HOST_NAME, MOST_HOSTS, type SlurmOptions, type SubmittedEntry } from './submission.ts';

/** Slurm's commands try for a while to reach a controller that does not answer. */
const LIMIT_MS = 60_000;
const MOST_BYTES = 16 * 2 ** 20;
/** That one command line takes. */
const MOST_JOBS = 1000;

/** Where Slurm itself writes of each job, in the fleet's folder. */
const SAID = 'slurm';

const jobName = (id: string) => `hvbench-${id}`;

export const slurm: FleetBackEnd<SlurmOptions> = {
  async hosts({ nodes, nodelist }, signal) {
    if (nodelist === undefined) return Array.from({ length: nodes ?? 0 }, (_, index) => `task-${index + 1}`);
    const text = await tell('scontrol', ['show', 'hostnames', nodelist], signal);
    const names = text.split('\n').filter((line) => line !== '');
    const wrong = names.find((name) => !HOST_NAME.test(name));
    if (wrong !== undefined || names.length === 0)
      throw new UserError(`--nodelist ${nodelist} names no node: ${wrong ?? 'it is empty'}`);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw new UserError(`--nodelist names ${twice} twice: a node has one part`);
    if (names.length > MOST_HOSTS) throw new UserError(`--nodelist names more than ${MOST_HOSTS} nodes`);
    return names;
  },

  async submit(plan, options, hosts, signal) {
    const script = writeScript(plan);
    const common = sbatchArguments(plan, options);
    try {
      if (options.nodelist === undefined) {
        const array = [`--array=1-${hosts.length}`, `--error=${said(plan, '%A_%a')}`];
        const job = await sbatch([...common, ...array, script, plan.folder], signal);
        const entries = hosts.map((name, index) => ({ name, job: `${job}_${index + 1}` }));
        return { entries, notes: hosts.length > 1 ? [SAME_NODE] : [] };
      }
      const entries: SubmittedEntry[] = [];
      for (const name of hosts)
        entries.push({
          name,
          job: await sbatch(
            [...common, `--nodelist=${name}`, `--error=${said(plan, '%j')}`, script, plan.folder, name],
            signal,
          ),
        });
      return { entries, notes: [] };
    } catch (error) {
      // Some may have been submitted: all or none.
      await cancelAll(plan.id, new AbortController().signal).catch(() => {});
      throw error;
    }
  },

  async ask({ submission: { id } }, entries, signal) {
    const known = await jobsKnown(id, signal);
    if (typeof known === 'string')
      return byName(entries, () => ({ state: 'unknown', reason: `Slurm does not answer: ${known}` }));
    const gone = entries.filter(({ job }) => job !== null && !known.has(job));
    const accounted = await jobsAccounted(gone, signal);
    return byName(entries, ({ job, error }) => {
      if (job === null) return { state: 'failed', reason: error ?? 'it was never submitted' };
      return known.get(job) ?? accounted.get(job) ?? { state: 'lost', reason: FORGOTTEN };
    });
  },

  cause({ folder }, { job }) {
    // The name of a file, from one that anybody may have written.
    if (job === null || !/^\d+(_\d+)?$/.test(job)) return null;
    return causeIn(endOfFile(join(folder, SAID, job)) ?? '');
  },

  async cancel({ submission: { id } }, entries, signal) {
    await cancelAll(id, signal);
    const line = `told Slurm to cancel ${entries.length} jobs: scancel --name=${jobName(id)}`;
    return { lines: [line], failed: 0 };
  },
};

const SAME_NODE =
  'with fewer free nodes, Slurm may run two of these on one node after each other: --nodelist names nodes, each once';
const FORGOTTEN = 'Slurm knows it no more, and it has left no exit code';

function byName(
  entries: readonly SubmittedEntry[],
  stateOf: (entry: SubmittedEntry) => JobState,
): ReadonlyMap<string, JobState> {
  return new Map(entries.map((entry) => [entry.name, stateOf(entry)]));
}

function writeScript({ folder, script }: FleetPlan): string {
  const path = join(folder, SCRIPT);
  try {
    writeFileSync(path, script, { mode: 0o755, flag: 'wx' });
    mkdirSync(join(folder, SAID), { recursive: true });
  } catch (error) {
    throw new UserError(`cannot write ${path}: ${reasonOf(error)}; choose another --out`);
  }
  return path;
}

/**
 * What sbatch calls the file of a job's standard error, in which Slurm says why it ends a job; `job`: as {@link SubmittedEntry}
 * has it, in sbatch's pattern. With a backslash in its path sbatch would leave that as it is: then there is none.
 */
function said({ folder }: FleetPlan, job: string): string {
  return folder.includes('\\') ? '/dev/null' : join(folder.replaceAll('%', '%%'), SAID, job);
}

/** A node each, and all of it. Where the command writes is told by the script. */
function sbatchArguments({ id }: FleetPlan, { constraint, partition, time }: SlurmOptions): string[] {
  return [
    ...['--parsable', `--job-name=${jobName(id)}`, '--nodes=1', '--ntasks=1', '--exclusive', '--mem=0'],
    '--output=/dev/null',
    ...(constraint === undefined ? [] : [`--constraint=${constraint}`]),
    ...(partition === undefined ? [] : [`--partition=${partition}`]),
    ...(time === undefined ? [] : [`--time=${time}`]),
  ];
}

/** The job's number. */
async function sbatch(args: readonly string[], signal: AbortSignal): Promise<string> {
  const printed = await tell('sbatch', args, signal);
  const job = /^\d+/.exec(printed)?.[0];
  if (job === undefined) throw new UserError('sbatch did not tell the number of its job');
  return job;
}

/** Those that the controller has, ended ones included for a while; or why it does not tell. */
async function jobsKnown(id: string, signal: AbortSignal): Promise<Map<string, JobState> | string> {
  const told = ['--noheader', '--array', '--states=all', `--name=${jobName(id)}`, '--format=%i|%T|%r'];
  try {
    return parseJobLines(await tell('squeue', told, signal));
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

/** Those that accounting has, where there is any. */
async function jobsAccounted(
  entries: readonly SubmittedEntry[],
  signal: AbortSignal,
): Promise<Map<string, JobState>> {
  const jobs = entries.map(({ job }) => job);
  const found = new Map<string, JobState>();
  for (let at = 0; at < jobs.length; at += MOST_JOBS) {
    const asked = `--jobs=${jobs.slice(at, at + MOST_JOBS).join(',')}`;
    const told = ['--noheader', '--parsable2', '--allocations', '--format=JobID,State', asked];
    const text = await tell('sacct', told, signal).catch((error) => {
      if (error instanceof UserError) return null;
      throw error;
    });
    // Where accounting is off, it is so for all.
    if (text === null) return found;
    for (const [job, state] of parseJobLines(text)) found.set(job, state);
  }
  return found;
}

async function cancelAll(id: string, signal: AbortSignal): Promise<void> {
  await tell('scancel', [`--name=${jobName(id)}`], signal);
}

/** What a command of Slurm prints. Throws UserError if it is missing, fails or takes too long. */
async function tell(command: string, args: readonly string[], signal: AbortSignal): Promise<string> {
  if ((await localHost.find(command)) === null)
    throw new UserError(
      `there is no ${command} here: run this where Slurm's commands are (Debian: apt-get install slurm-client)`,
    );
  try {
    return await localHost.execute(command, args, { timeoutMs: LIMIT_MS, maxBytes: MOST_BYTES, signal });
  } catch (error) {
    if (error instanceof ExecutionError) throw new UserError(error.message.replace(/^(\w+: )\1/, '$1'));
    throw error;
  }
}
