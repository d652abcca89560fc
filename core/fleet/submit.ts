/** Hands a run over to many hosts. */
import { randomBytes } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UserError } from '../errors.ts';
import { reasonOf } from '../files.ts';
import { packageVersion } from '../package.ts';
import { makeFolder } from '../results/folder.ts';
import type { BackEndName, FleetBackEnd, FleetPlan } from './back-end.ts';
import { backEndOf, type OptionsOf } from './back-ends.ts';
import { commandLine, hostScript, SCRIPT } from './host-script.ts';
import {
  expectNone,
  FORMAT,
  SUBMISSION,
  type Submission,
  type SubmittedEntry,
  writeSubmission,
} from './submission.ts';

export interface SubmitOptions<Name extends BackEndName> {
  readonly on: Name;
  readonly options: OptionsOf[Name];
  /** The fleet's folder. */
  readonly out: string;
  /** What is called hvbench on the hosts, as a shell there reads it. */
  readonly hvbench: string;
  /** Of hvbench: `run` and what it is told. */
  readonly argv: readonly string[];
  readonly signal: AbortSignal;
}

export interface Submitted {
  readonly entries: readonly SubmittedEntry[];
  /** To be told, a line each. */
  readonly notes: readonly string[];
}

const CUT_SHORT = 'submitting was cut short: whether it runs, nobody wrote down';

/** Throws UserError if nothing could be submitted; then nothing runs, and the folder can be used again. */
export async function submitFleet<Name extends BackEndName>({
  on,
  options,
  out,
  hvbench,
  argv,
  signal,
}: SubmitOptions<Name>): Promise<Submitted> {
  const backEnd = backEndOf(on);
  expectNone(out);
  const hosts = await backEnd.hosts(options, signal);
  const folder = resolve(out);
  try {
    makeFolder(folder);
  } catch (error) {
    throw new UserError(`cannot write to ${out}: ${reasonOf(error)}; choose another --out`);
  }
  if (existsSync(join(folder, 'hosts')))
    throw new UserError(`${out} already holds hosts of a fleet: choose another --out`);
  const id = randomBytes(4).toString('hex');
  const command = commandLine(hvbench, argv);
  const about = { id, command, toolVersion: packageVersion(), submittedAt: new Date().toISOString() };
  const submissionOf = (entries: readonly SubmittedEntry[]) =>
    ({ format: FORMAT, ...about, backEnd: on, options, entries: [...entries] }) as Submission;
  // First: a fleet that runs while nobody knows of it could not be cancelled.
  writeSubmission(folder, submissionOf(hosts.map((name) => ({ name, job: null, error: CUT_SHORT }))));
  const plan = { id, folder, script: hostScript(command) };
  const submitted = await handOver(backEnd, plan, options, hosts, signal);
  const submission = submissionOf(submitted.entries);
  try {
    writeSubmission(folder, submission);
  } catch (error) {
    const unstoppable = new AbortController().signal;
    await backEnd.cancel({ folder, submission }, submitted.entries, unstoppable).catch(() => {});
    throw error;
  }
  return submitted;
}

async function handOver<Options>(
  backEnd: FleetBackEnd<Options>,
  plan: FleetPlan,
  options: Options,
  hosts: readonly string[],
  signal: AbortSignal,
): Promise<Submitted> {
  try {
    const submitted = await backEnd.submit(plan, options, hosts, signal);
    const [first] = submitted.entries;
    if (submitted.entries.every(({ error }) => error !== undefined))
      throw new UserError(`no host has begun; ${first?.name}: ${first?.error}`);
    return submitted;
  } catch (error) {
    for (const name of [SUBMISSION, SCRIPT]) rmSync(join(plan.folder, name), { force: true });
    throw error;
  }
}
