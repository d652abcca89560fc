/** `hvbench exec -- COMMAND`: any command, native and in each Linux guest. */
import { existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import prettyMs from 'pretty-ms';
import { execFormats, renderExec } from '../../reports/exec/index.ts';
import { suites } from '../../suites/index.ts';
import { UserError } from '../errors.ts';
import { resultOf } from '../exec/assemble.ts';
import { passingFolder } from '../exec/folder.ts';
import { FoundTable } from '../exec/found.ts';
import { EXEC_JOURNAL_SCHEMA, type ExecEntry, type ExecHeader } from '../exec/journal.ts';
import { COMMAND_ISA, commandLack } from '../exec/lack.ts';
import type { ExecMachine, ExecPlan } from '../exec/plan.ts';
import { type ExecResult, MOST_RUNS, MOST_WARMUP } from '../exec/schema.ts';
import { type ExecEvent, runSession, type SessionOptions } from '../exec/session.ts';
import { temporaryFolder } from '../files.ts';
import { buildImages } from '../guest/build.ts';
import { COMMAND_CAPABILITIES } from '../guest/capabilities.ts';
import { findKernels } from '../guest/kernels.ts';
import type { Commands } from '../guest/steps.ts';
import { pickCpus, stayOff } from '../host/affinity.ts';
import { parseLimits } from '../host/command-limits.ts';
import { lockCpu } from '../host/cpu-lock.ts';
import { noiseBetween, readNoise } from '../host/noise.ts';
import { findOnPath } from '../host/path.ts';
import { probeHost } from '../host/probe.ts';
import { readText } from '../host/text.ts';
import { readOnlyReason } from '../hypervisors/commands.ts';
import { isSpecial } from '../hypervisors/host-root.ts';
import { type Availability, type Hypervisor, SHARED } from '../hypervisors/hypervisor.ts';
import { hypervisors } from '../hypervisors/registry.ts';
import { isReference } from '../model/role.ts';
import { packageVersion } from '../package.ts';
import { JOURNAL, JournalWriter } from '../results/folder.ts';
import type { Host, HypervisorInfo } from '../results/schema.ts';
import { pick } from '../run/selection.ts';
import { useColour } from './colour.ts';
import { write } from './compare.ts';
import { writeExecFolder } from './exec-folder.ts';
import { type ExitCode, exitCodes } from './exit.ts';
import { printable } from './printable.ts';
import { createSpinner } from './spinner.ts';
import { outputWidth } from './terminal.ts';
import { writtenLine } from './written.ts';

export interface ExecFlags {
  readonly hypervisor?: readonly string[];
  readonly setup?: string;
  readonly prepare?: string;
  readonly warmup: number;
  readonly runs?: number;
  /** Seconds. */
  readonly budget?: number;
  readonly timeout: number;
  /** MiB. */
  readonly memory: number;
  readonly share?: readonly string[];
  readonly keepCapabilities?: boolean;
  readonly ignoreFailure?: boolean;
  readonly metric?: string;
  readonly kernel?: readonly string[];
  readonly seed?: number;
  readonly wait?: boolean;
  readonly exportJson?: string;
  readonly exportCsv?: string;
  readonly exportMarkdown?: string;
  /** Where the journal, the result and its reports go. */
  readonly out?: string;
  readonly json?: boolean;
}

const BUDGET_SECONDS = 60;
/** Timers go no further than 2^31 ms. */
const MOST_TIMEOUT_SECONDS = 1_000_000;
/** Measured only where it is named: it is no hypervisor, and says what native says. */
const UNNAMED = 'container';

/** Throws UserError where the command cannot be measured at all. */
export async function exec(
  argv: readonly string[],
  flags: ExecFlags,
  signal: AbortSignal,
): Promise<ExitCode> {
  if (process.arch !== 'x64') throw new UserError('commands can be compared on x86-64 hosts only');
  if (flags.timeout > MOST_TIMEOUT_SECONDS)
    throw new UserError(`--timeout can be ${MOST_TIMEOUT_SECONDS} s at most`);
  if ((flags.runs ?? 0) > MOST_RUNS) throw new UserError(`--runs can be ${MOST_RUNS} at most`);
  if (flags.warmup > MOST_WARMUP) throw new UserError(`--warmup can be ${MOST_WARMUP} at most`);
  if (argv.some((text) => text.includes('\ufffd')))
    throw new UserError(
      'the command has bytes that are no UTF-8, which cannot be handed on: use other names',
    );
  await expectProgram(argv);
  if (flags.out !== undefined && statSync(join(flags.out, JOURNAL), { throwIfNoEntry: false })?.size)
    throw new UserError(`${flags.out} already holds a run: choose another --out`);
  const folder = workingFolder();
  const chosen = choose(flags.hypervisor);
  const share = pick('thing to share', flags.share ?? [], SHARED, (name) => name);
  const metric = metricOf(flags);
  const startedAt = new Date().toISOString();
  const progress = createProgress();
  let giveBack = () => {};
  try {
    const cpus = await pickCpus();
    giveBack = await lockCpu(cpus.benchCpu, { wait: flags.wait, note: progress.note, signal });
    progress.phase('looking at this host');
    const host = await probeHost();
    const kernels = await findKernels(flags.kernel ?? []);
    const kernel = kernels[COMMAND_ISA];
    progress.phase('building what runs the command');
    const images = await buildImages(suites, [COMMAND_ISA], { note: progress.note, signal });
    const program = images.image(COMMAND_ISA, 'commands').path;
    const machines: ExecMachine[] = [];
    const absent: HypervisorInfo[] = [];
    for (const hypervisor of chosen) {
      const availability = await hypervisor.probe(host, kernels);
      const lack = await commandLack(hypervisor, availability, program, kernel);
      const { commands: runner } = hypervisor;
      if (lack) {
        const reason = [lack.reason, lack.remedy].filter(Boolean).join('; try: ');
        absent.push({ ...infoOf(availability), reason });
      } else if (runner) machines.push({ hypervisor, availability, runner, kernel });
    }
    const [reference] = machines;
    if (reference === undefined || !isReference(reference.hypervisor.id))
      throw new UserError(`the command cannot be run natively: ${absent[0]?.reason}`);
    const missing = missingOf(flags.hypervisor, machines, absent);
    const readOnly = await readOnlyReason(program, folder);
    if (readOnly !== null) {
      progress.note(readOnly);
      machines[0] = withNote(reference, readOnly);
    }
    const plan: ExecPlan = {
      ...{ machines, program, metric, cpu: cpus.benchCpu },
      commands: await commandsOf(argv, folder, flags),
      seed: flags.seed ?? Math.floor(Math.random() * 2 ** 32),
      memoryMib: flags.memory,
      share,
      warmup: flags.warmup,
      runs: flags.runs ?? null,
      budgetSeconds: flags.budget ?? BUDGET_SECONDS,
      timeoutMs: Math.ceil(flags.timeout * 1000),
      ignoreFailure: flags.ignoreFailure ?? false,
    };
    const header = headerOf({ plan, flags, host, startedAt, argv }, absent);
    const { journal, out } = begin(header, flags.out);
    const append = (entry: ExecEntry) => journal.append(entry);
    try {
      progress.plan(plan, absent, out);
      const hooks = { append, listen: progress.listen, signal };
      const { result, error } = await measure(plan, header, cpus, hooks);
      progress.stop();
      await publish(result, flags, out, error);
      if (result.stopped.reason === 'interrupted') return exitCodes.interrupted;
      return missing.length > 0 || result.environments.some(({ status }) => status === 'failed')
        ? exitCodes.finding
        : exitCodes.done;
    } finally {
      journal.close();
    }
  } finally {
    giveBack();
    progress.stop();
  }
}

interface Begun {
  readonly journal: JournalWriter<ExecEntry>;
  readonly out: string;
}

/**
 * Begins the journal in this folder or, where none was asked for, in the cache or else in a temporary folder. Throws the
 * first place's UserError where none takes it.
 */
function begin(header: ExecHeader, folder: string | undefined): Begun {
  if (folder !== undefined) return beginIn(folder, header, join(folder, JOURNAL));
  let failure: unknown;
  for (const find of [() => passingFolder(header.startedAt), temporaryFolder]) {
    try {
      const out = find();
      return beginIn(out, header, out);
    } catch (error) {
      failure ??= error;
    }
  }
  throw failure;
}

/** A journal without a header would only keep the next one out of its folder: then `discarded` goes. */
function beginIn(out: string, header: ExecHeader, discarded: string): Begun {
  const advice = `hvbench report ${out} shows it; make room there, or choose another --out`;
  const journal = new JournalWriter<ExecEntry>(out, { advice });
  try {
    journal.append(header);
    return { journal, out };
  } catch (error) {
    journal.close();
    rmSync(discarded, { recursive: true, force: true });
    throw error;
  }
}

/** What was found is a result even where `error` ended it: a full disk, say. */
async function measure(
  plan: ExecPlan,
  header: ExecHeader,
  cpus: Awaited<ReturnType<typeof pickCpus>>,
  hooks: Pick<SessionOptions, 'append' | 'listen' | 'signal'>,
): Promise<{ result: ExecResult; error?: unknown }> {
  const found = new FoundTable(header.machines.map(({ id }) => id));
  const restore = await stayOff(cpus.toolCpus);
  const [before, began] = [await readNoise(cpus.benchCpu), performance.now()];
  const stopped = async (reason: ExecResult['stopped']['reason']) => ({
    ...{ reason, elapsedSeconds: (performance.now() - began) / 1000 },
    stealFraction: noiseBetween(before, await readNoise(cpus.benchCpu)).stealFraction,
  });
  try {
    const end = await stopped(await runSession({ plan, found, ...hooks }));
    hooks.append({ type: 'end', ...end });
    return { result: resultOf(header, found, end) };
  } catch (error) {
    const message = error instanceof UserError ? error.message : describeError(error);
    return { result: resultOf(header, found, { ...(await stopped('error')), error: message }), error };
  } finally {
    await restore();
  }
}

function describeError(error: unknown): string {
  return `internal error: ${(error as Error)?.message ?? error}`;
}

/** Native is what everything is compared with: it is always there, and the first. */
function choose(names: readonly string[] | undefined): Hypervisor[] {
  const named = names && pick('hypervisor', names, hypervisors, ({ id }) => id);
  return hypervisors.filter(
    (hypervisor) =>
      isReference(hypervisor.id) ||
      (named ? named.includes(hypervisor) : hypervisor.commands && hypervisor.id !== UNNAMED),
  );
}

/**
 * Those that were named and cannot run the command. Throws UserError, with each reason, where others than native were named
 * and none of them is left.
 */
function missingOf(
  named: readonly string[] = [],
  machines: readonly ExecMachine[],
  absent: readonly HypervisorInfo[],
): HypervisorInfo[] {
  const missing = absent.filter(({ id }) => named.includes(id));
  const isLeft = machines.some(({ hypervisor: { id } }) => !isReference(id) && named.includes(id));
  if (missing.length === 0 || isLeft) return missing;
  const reasons = missing.map(({ id, reason }) => `${id}: ${reason}`).join('; ');
  throw new UserError(
    `nothing that was named can run the command (${reasons}): see hvbench doctor, or leave --hypervisor out`,
  );
}

function withNote(machine: ExecMachine, note: string): ExecMachine {
  const { availability } = machine;
  return { ...machine, availability: { ...availability, notes: [...availability.notes, note] } };
}

function infoOf({ onRequest, features, linux, machineLacks, ...info }: Availability): HypervisorInfo {
  return info;
}

/** Throws UserError where one word holds what a shell would make several of, and no program has such a name. */
async function expectProgram(argv: readonly string[]): Promise<void> {
  const [word = '', ...more] = argv;
  if (more.length > 0 || !/\s/.test(word)) return;
  if (word.includes('/') ? existsSync(word) : await findOnPath(word)) return;
  throw new UserError(
    `there is no program called '${word}', and no shell is between that would split it: hvbench exec -- ${word}, or hvbench exec -- sh -c '${word}'`,
  );
}

/** Where the command runs. Throws UserError where that cannot be the same folder everywhere. */
function workingFolder(): string {
  let folder: string;
  try {
    folder = process.cwd();
  } catch {
    throw new UserError('the working directory is gone: change to another one');
  }
  if (isSpecial(folder))
    throw new UserError(
      `a command cannot run in ${folder}, which every machine has its own of: change to another one`,
    );
  return folder;
}

/** The same user, folder and environment everywhere; what is to be run by a shell comes as one text. */
async function commandsOf(
  argv: readonly string[],
  folder: string,
  { setup, prepare, keepCapabilities }: ExecFlags,
): Promise<Commands> {
  const shell = (text: string | undefined) => (text === undefined ? undefined : ['/bin/sh', '-c', text]);
  return {
    user: {
      uid: process.getuid?.() ?? 0,
      gid: process.getgid?.() ?? 0,
      groups: process.getgroups?.() ?? [],
    },
    capabilities: keepCapabilities ? null : COMMAND_CAPABILITIES,
    mask: process.umask(),
    limits: parseLimits((await readText('/', 'proc/self/limits')) ?? ''),
    folder,
    environment: Object.fromEntries(
      Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
    argvs: { command: argv, setup: shell(setup), before: shell(prepare) },
  };
}

function metricOf({ metric }: ExecFlags): RegExp | null {
  if (metric === undefined) return null;
  try {
    const pattern = new RegExp(metric, 'gm');
    // A match of nothing tells how many groups there are.
    const groups = (new RegExp(`${metric}|`).exec('')?.length ?? 1) - 1;
    if (groups === 0) throw new Error('it has no group in parentheses, which is to match the figure');
    return pattern;
  } catch (error) {
    throw new UserError(`--metric is not usable: ${(error as Error).message}`);
  }
}

interface About {
  readonly plan: ExecPlan;
  readonly flags: ExecFlags;
  readonly host: Host;
  readonly startedAt: string;
  readonly argv: readonly string[];
}

function headerOf({ plan, flags, host, startedAt, argv }: About, absent: HypervisorInfo[]): ExecHeader {
  const { machines, metric, commands, cpu, memoryMib, share, warmup, runs, budgetSeconds, timeoutMs, seed } =
    plan;
  return {
    type: 'header',
    schema: EXEC_JOURNAL_SCHEMA,
    tool: { name: 'hvbench', version: packageVersion() },
    ...{ host, startedAt, seed },
    command: [...argv],
    setup: flags.setup ?? null,
    prepare: flags.prepare ?? null,
    metric: metric?.source ?? null,
    plan: {
      ...{ benchCpu: cpu, memoryMib, warmup, runs, share: [...share] },
      keepCapabilities: commands.capabilities === null,
      budgetSeconds: runs === null ? budgetSeconds : null,
      timeoutSeconds: timeoutMs / 1000,
      folder: commands.folder,
    },
    machines: machines.map(({ availability }) => infoOf(availability)),
    absent,
  };
}

/**
 * What is measured is shown first, and a file that cannot be written costs no other. The journal goes when all of it is
 * there, unless its folder was asked for. `error`: what ended the measuring early; it is thrown last.
 */
async function publish(result: ExecResult, flags: ExecFlags, out: string, error: unknown): Promise<void> {
  const width = outputWidth();
  await show(flags.json ? `${JSON.stringify(result)}\n` : renderExec(result, { colour: useColour(), width }));
  const written: string[] = [];
  let failed: unknown;
  const attempt = (work: () => void) => {
    try {
      work();
    } catch (refusal) {
      failed ??= refusal;
    }
  };
  const files = { json: flags.exportJson, csv: flags.exportCsv, markdown: flags.exportMarkdown };
  for (const { name, render } of execFormats) {
    const path = files[name];
    if (path === undefined) continue;
    attempt(() => {
      write(path, render(result), `--export-${name}`);
      written.push(`Written: ${printable(path)}\n`);
    });
  }
  if (flags.out !== undefined)
    attempt(() => {
      written.push(writtenLine(out, writeExecFolder(result, out)));
    });
  if (!flags.json) await show(written.join(''));
  const isPassing = flags.out === undefined && !failed;
  if (isPassing) rmSync(out, { recursive: true, force: true });
  const cause = error ?? failed;
  if (cause) throw isPassing ? cause : withJournal(cause, out);
}

/** An error that says where what was measured is all the same. */
function withJournal(error: unknown, out: string): unknown {
  if (!(error instanceof UserError)) return error;
  return new UserError(`${error.message}; what was measured is in ${out}: hvbench report ${out}`);
}

/** Waits until it is written: what cannot be ends the command (core/cli/main.ts), and the journal stays. */
function show(text: string): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(text, (error) => {
      // A reader that has seen enough has seen it.
      if (!error || (error as NodeJS.ErrnoException).code === 'EPIPE') resolve();
    });
  });
}

/** One line that changes in a terminal, one line a launch elsewhere; on standard error. */
function createProgress() {
  const stream = process.stderr;
  const { spinner, live } = createSpinner(stream);
  const say = (text: string) => {
    spinner.stop();
    stream.write(`${printable(text)}\n`);
    spinner.start();
  };
  return {
    phase: (text: string) => void spinner.start(text),
    note: (text: string) => say(`note: ${text}`),
    plan(plan: ExecPlan, absent: readonly HypervisorInfo[], out: string) {
      const ids = plan.machines.map(({ hypervisor }) => hypervisor.id).join(', ');
      const much =
        plan.runs === null
          ? `at most ${prettyMs(plan.budgetSeconds * 1000)} where runs are short enough`
          : `${plan.runs} runs each`;
      say(`Measuring on ${ids}, ${much}; seed ${plan.seed}; journal in ${out}`);
      for (const { id, reason } of absent) say(`${id} is not measured: ${reason}`);
    },
    listen(event: ExecEvent) {
      if (event.type === 'failure') say(`failed: ${event.id}: ${event.error}`);
      else if (event.type === 'launch') {
        const text = `launch ${event.launch + 1}: starting ${event.ids.join(', ')}`;
        if (live) spinner.text = text;
        else say(text);
      } else {
        const round = event.round < 0 ? 'warming up' : `run ${event.made + 1}`;
        spinner.text = `launch ${event.launch + 1}, ${round}: ${event.id}, about ${Math.round(event.secondsLeft)} s left`;
      }
    },
    stop: () => void spinner.stop(),
  };
}
