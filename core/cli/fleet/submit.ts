/** `hvbench fleet submit -- run …`: the same run on many hosts. */
import { join } from 'node:path';
import type { Command } from 'commander';
import type { z } from 'zod';
import { firstIssue, UserError } from '../../errors.ts';
import { BACK_ENDS, type BackEndName } from '../../fleet/back-end.ts';
import type { OptionsOf } from '../../fleet/back-ends.ts';
import { kubernetesOptions, slurmOptions, sshOptions } from '../../fleet/submission.ts';
import { submitFleet } from '../../fleet/submit.ts';
import { quoted } from '../../host/advice.ts';
import { packageRoot } from '../../package.ts';
import { count } from '../../present/format.ts';
import { type ExitCode, exitCodes } from '../exit.ts';
import { printable } from '../printable.ts';

export interface SubmitFlags {
  readonly on: BackEndName;
  readonly out: string;
  readonly hvbench?: string;
  readonly nodes?: number;
  readonly nodelist?: string;
  readonly constraint?: string;
  readonly partition?: string;
  readonly time?: string;
  readonly hosts?: string;
  readonly image?: string;
  readonly claim?: string;
  readonly cpus?: number;
  readonly memory?: number;
  readonly kvmResource?: string;
}

/** What each back end is told by flags, and what it cannot do without. */
const FLAGS: Readonly<
  Record<BackEndName, { readonly may: readonly string[]; readonly must: readonly string[] }>
> = {
  slurm: { may: ['nodes', 'nodelist', 'constraint', 'partition', 'time'], must: [] },
  ssh: { may: ['hosts'], must: ['hosts'] },
  kubernetes: {
    may: ['nodes', 'image', 'claim', 'cpus', 'memory', 'kvm-resource'],
    must: ['nodes', 'image', 'claim', 'cpus', 'memory'],
  },
};

/** What the fleet tells each run itself. */
const OWNED = ['out', 'resume', 'json', 'format'];

/** `run`: the command of that name, which knows its flags. Throws UserError if nothing could be submitted. */
export async function submit(
  argv: readonly string[],
  flags: SubmitFlags,
  run: Command,
  signal: AbortSignal,
): Promise<ExitCode> {
  expectRun(argv, run);
  const { on, out } = flags;
  const { entries, notes } = await submitFleet({
    ...{ on, out, argv, signal },
    options: optionsOf(flags),
    hvbench: flags.hvbench ?? usualCommand(on),
  });
  const failed = entries.filter(({ error }) => error !== undefined);
  for (const { name, error } of failed) say(process.stderr, `${name} did not begin: ${error}`);
  for (const note of notes) say(process.stderr, `note: ${note}`);
  const begun = entries.length - failed.length;
  if (on !== 'kubernetes') say(process.stdout, `Submitted to ${count(begun, 'host')}.`);
  say(process.stdout, `How far it is: hvbench fleet status ${quoted(out)}`);
  return failed.length > 0 ? exitCodes.finding : exitCodes.done;
}

/** Before a hundred hosts find out. */
function expectRun(argv: readonly string[], run: Command): void {
  const [name, ...told] = argv;
  if (name !== 'run')
    throw new UserError(`a fleet can only run: what follows -- begins with run, not '${name}'`);
  const owned = OWNED.find((flag) =>
    told.some((word) => word === `--${flag}` || word.startsWith(`--${flag}=`)),
  );
  if (owned !== undefined)
    throw new UserError(
      `the fleet has one folder for all, so that its run takes no --${owned}: leave it out`,
    );
  const { operands, unknown } = run.parseOptions([...told]);
  const [stray] = [...operands, ...unknown];
  if (stray !== undefined) throw new UserError(`hvbench run knows no '${stray}'`);
}

function optionsOf(flags: SubmitFlags): OptionsOf[BackEndName] {
  const { on } = flags;
  const { may, must } = FLAGS[on];
  const given = givenOf(flags);
  for (const name of Object.keys(given))
    if (!may.includes(name)) throw new UserError(`--${name} means nothing with --on ${on}: leave it out`);
  const missing = must.filter((name) => given[name] === undefined);
  if (missing.length > 0)
    throw new UserError(`--on ${on} needs ${missing.map((name) => `--${name}`).join(', ')} too`);
  if (on === 'slurm' && (given.nodes === undefined) === (given.nodelist === undefined))
    throw new UserError('--on slurm needs either --nodes or --nodelist');
  const { memory, 'kvm-resource': kvmResource, ...rest } = given;
  const schema: z.ZodType<OptionsOf[BackEndName]> = {
    slurm: slurmOptions,
    ssh: sshOptions,
    kubernetes: kubernetesOptions,
  }[on];
  const parsed = schema.safeParse({
    ...rest,
    ...(memory !== undefined && { memoryMib: memory }),
    ...(kvmResource !== undefined && { kvmResource }),
  });
  if (parsed.success) return parsed.data;
  const { where, what } = firstIssue(parsed.error);
  throw new UserError(`--${where}: ${what}`);
}

/** Flags of back ends that were given, by the names that users give them. */
function givenOf({ kvmResource, ...flags }: SubmitFlags): Record<string, string | number | undefined> {
  const all: Record<string, string | number | undefined> = { ...flags, 'kvm-resource': kvmResource };
  const known = new Set(BACK_ENDS.flatMap((name) => FLAGS[name].may));
  return Object.fromEntries(
    Object.entries(all).filter(([name, value]) => known.has(name) && value !== undefined),
  );
}

/** Nodes of Slurm see what this one sees; elsewhere it is what was installed there. */
function usualCommand(on: BackEndName): string {
  if (on !== 'slurm') return 'hvbench';
  return [process.execPath, join(packageRoot(), 'bin/hvbench.cjs')].map(quoted).join(' ');
}

function say(stream: NodeJS.WriteStream, line: string): void {
  stream.write(`${printable(line)}\n`);
}
