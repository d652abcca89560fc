/** Any command, native and in each Linux guest. */

import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { resultOf } from '../exec/assemble.ts';
import { passingFolder } from '../exec/folder.ts';
import { FoundTable } from '../exec/found.ts';
import { EXEC_JOURNAL_SCHEMA, type ExecEntry, type ExecHeader } from '../exec/journal.ts';
import { COMMAND_ISA, commandLack } from '../exec/lack.ts';
import type { ExecMachine, ExecPlan } from '../exec/plan.ts';
import { type ExecSessionOptions, runExecSession } from '../exec/session.ts';
import { temporaryFolder } from '../files.ts';
import { buildImages } from '../guest/build.ts';
import { findKernels } from '../guest/kernels.ts';
import { linkedSuites } from '../guest/layout.ts';
import { type CpuChoice, pickCpus, stayOff } from '../host/affinity.ts';
import { lockCpu } from '../host/cpu-lock.ts';
import type { Host } from '../host/host.ts';
import { noiseBetween, readNoise } from '../host/noise.ts';
import { probeHost } from '../host/probe.ts';
import { readOnlyReason } from '../hypervisors/commands.ts';
import type { Availability, Hypervisor } from '../hypervisors/hypervisor.ts';
import { expectVariants } from '../hypervisors/variant.ts';
import { isReference } from '../model/role.ts';
import { SHARED } from '../model/shared.ts';
import { packageVersion } from '../package.ts';
import { type ExecResult, MOST_RUNS, MOST_WARMUP } from '../results/exec-schema.ts';
import { JOURNAL, JournalWriter } from '../results/folder.ts';
import type { HostRecord, HypervisorInfo } from '../results/schema.ts';
import type { Parts } from '../run/parts.ts';
import { pick } from '../run/selection.ts';
import { commandsOf, expectProgram, metricOf, workingFolder } from './exec-command.ts';
import { writeExecFolder } from './exec-folder.ts';
import type { ExecOptions, ExecOutcome } from './exec-options.ts';

const WARMUP = 1;
const BUDGET_SECONDS = 60;
const TIMEOUT_SECONDS = 300;
const MEMORY_MIB = 1024;
/** Timers go no further than 2^31 ms. */
const MOST_TIMEOUT_SECONDS = 1_000_000;

export interface MeasuredCommand extends Pick<ExecOutcome, 'result' | 'missing'> {
  /** Where the journal is. */
  readonly folder: string;
  /** What ended the measuring early, or could not be kept; undefined if all went well. */
  readonly error: unknown;
}

/**
 * Measures a command as `hvbench exec` does, in the working directory. `out` gets the result and its reports; without it
 * nothing is kept. Throws UserError if the command cannot be measured, or a file cannot be written: what was measured is
 * then in the folder that the message names.
 */
export async function exec(
  argv: readonly string[],
  options: ExecOptions,
  parts: Parts,
): Promise<ExecOutcome> {
  const { result, missing, folder, error } = await measureCommand(argv, options, parts);
  if (error !== undefined) throw withJournal(error, folder);
  if (options.out === undefined) {
    rmSync(folder, { recursive: true, force: true });
    return { result, missing, files: [] };
  }
  return { result, missing, files: writeExecFolder(result, folder) };
}

/**
 * Measures, and leaves the journal in a folder. Throws UserError if the command cannot be measured at all; what ends the
 * measuring later comes with what was found.
 */
export async function measureCommand(
  argv: readonly string[],
  options: ExecOptions,
  { suites, hypervisors, host: computer }: Parts,
): Promise<MeasuredCommand> {
  const { warmup = WARMUP, timeout = TIMEOUT_SECONDS, memory = MEMORY_MIB, runs = null } = options;
  const { listen = () => {}, signal = new AbortController().signal } = options;
  if (process.arch !== 'x64') throw new UserError('commands can be compared on x86-64 hosts only');
  if (argv.length === 0) throw new UserError('there is no command to measure');
  if (timeout > MOST_TIMEOUT_SECONDS)
    throw new UserError(`--timeout can be ${MOST_TIMEOUT_SECONDS} s at most`);
  if ((runs ?? 0) > MOST_RUNS) throw new UserError(`--runs can be ${MOST_RUNS} at most`);
  if (warmup > MOST_WARMUP) throw new UserError(`--warmup can be ${MOST_WARMUP} at most`);
  if (argv.some((text) => text.includes('\ufffd')))
    throw new UserError(
      'the command contains bytes that are not UTF-8 and cannot be passed on: use other names',
    );
  await expectProgram(argv);
  if (options.out !== undefined && statSync(join(options.out, JOURNAL), { throwIfNoEntry: false })?.size)
    throw new UserError(`${options.out} already holds a run: choose another --out`);
  const folder = workingFolder();
  const chosen = choose(options.hypervisors, hypervisors);
  const share = pick('resource to share', options.share ?? [], SHARED, (name) => name);
  const metric = metricOf(options);
  const startedAt = new Date().toISOString();
  const note = (text: string) => listen({ type: 'note', text });
  const phase = (text: string) => listen({ type: 'phase', text });
  let giveBack = () => {};
  try {
    const cpus = await pickCpus(computer, options.cpu);
    giveBack = await lockCpu(cpus.benchCpu, { wait: options.wait, note, signal });
    phase('inspecting this host');
    await expectVariants(computer, chosen);
    const host = await probeHost(computer, cpus.benchCpu);
    const kernels = await findKernels(options.kernels ?? []);
    const kernel = kernels[COMMAND_ISA];
    phase('building what runs the command');
    const images = await buildImages(linkedSuites(suites, []), [COMMAND_ISA], { note, signal });
    const program = images.image(COMMAND_ISA, 'commands').path;
    const machines: ExecMachine[] = [];
    const absent: HypervisorInfo[] = [];
    for (const hypervisor of chosen) {
      const availability = await hypervisor.probe(computer, { record: host, kernels });
      const lack = await commandLack(computer, hypervisor, availability, program, kernel);
      const { commands: runner } = hypervisor;
      if (lack) {
        const reason = [lack.reason, lack.remedy].filter(Boolean).join('; try: ');
        absent.push({ ...infoOf(availability), reason });
      } else if (runner) machines.push({ hypervisor, availability, runner, kernel });
    }
    const [reference] = machines;
    if (reference === undefined || !isReference(reference.hypervisor.id))
      throw new UserError(`the command cannot be run natively: ${absent[0]?.reason}`);
    const missing = missingOf(options.hypervisors, machines, absent);
    const readOnly = await readOnlyReason(computer, program, folder);
    if (readOnly !== null) {
      note(readOnly);
      machines[0] = withNote(reference, readOnly);
    }
    const plan: ExecPlan = {
      ...{ machines, program, metric, cpu: cpus.benchCpu },
      commands: await commandsOf(argv, folder, options),
      seed: options.seed ?? Math.floor(Math.random() * 2 ** 32),
      memoryMib: memory,
      share,
      ...{ warmup, runs },
      budgetSeconds: options.budget ?? BUDGET_SECONDS,
      timeoutMs: Math.ceil(timeout * 1000),
      ignoreFailure: options.ignoreFailure ?? false,
    };
    const header = headerOf({ plan, cpus, options, host, startedAt, argv }, absent);
    const { journal, out } = begin(header, options.out);
    const append = (entry: ExecEntry) => journal.append(entry);
    let unkept: unknown;
    let measured: Measured;
    try {
      listen({
        ...{ type: 'plan', folder: out, seed: plan.seed, absent, runs, budgetSeconds: plan.budgetSeconds },
        hypervisors: machines.map(({ hypervisor }) => hypervisor.id),
      });
      measured = await measure(plan, header, { cpus, host: computer }, { append, listen, signal });
    } finally {
      unkept = closing(journal);
    }
    return { result: measured.result, missing, folder: out, error: measured.error ?? unkept };
  } finally {
    giveBack();
  }
}

/** Why a journal could not be kept; undefined if it is. */
function closing(journal: JournalWriter<ExecEntry>): unknown {
  try {
    journal.close();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** The error, with the folder that holds the measurements so far. */
export function withJournal(error: unknown, out: string): unknown {
  if (!(error instanceof UserError)) return error;
  return new UserError(`${error.message}; the measurements so far are in ${out}: hvbench report ${out}`);
}

interface Begun {
  readonly journal: JournalWriter<ExecEntry>;
  readonly out: string;
}

/**
 * Starts the journal in this folder or, if none was requested, in the cache or else in a temporary folder. Throws the
 * first place's UserError if none takes it.
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
  const advice = `hvbench report ${out} shows it; free up space there, or choose another --out`;
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

interface Measured {
  readonly result: ExecResult;
  /** What ended the measuring early. */
  readonly error?: unknown;
}

/** The measurements are a result even if `error` ended them: a full disk, say. */
async function measure(
  plan: ExecPlan,
  header: ExecHeader,
  { cpus, host }: { readonly cpus: CpuChoice; readonly host: Host },
  hooks: Pick<ExecSessionOptions, 'append' | 'listen' | 'signal'>,
): Promise<Measured> {
  const found = new FoundTable(header.machines.map(({ id }) => id));
  const restore = await stayOff(cpus.toolCpus, host);
  const [before, began] = [await readNoise(cpus.benchCpu, host), performance.now()];
  const stopped = async (reason: ExecResult['stopped']['reason']) => {
    const elapsedSeconds = (performance.now() - began) / 1000;
    const { stealFraction, throttling } = noiseBetween(before, await readNoise(cpus.benchCpu, host));
    return { reason, elapsedSeconds, stealFraction, throttling };
  };
  try {
    const end = await stopped(await runExecSession({ plan, host, found, ...hooks }));
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
function choose(names: readonly string[] | undefined, hypervisors: readonly Hypervisor[]): Hypervisor[] {
  const named = names && pick('hypervisor', names, hypervisors, ({ id }) => id);
  return hypervisors.filter(
    (hypervisor) =>
      isReference(hypervisor.id) ||
      (named ? named.includes(hypervisor) : hypervisor.commands && !hypervisor.commands.onRequest),
  );
}

/**
 * Those that were named and cannot run the command. Throws UserError, with each reason, if others than native were named
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
    `none of the named hypervisors can run the command (${reasons}): see hvbench doctor, or leave --hypervisor out`,
  );
}

function withNote(machine: ExecMachine, note: string): ExecMachine {
  const { availability } = machine;
  return { ...machine, availability: { ...availability, notes: [...availability.notes, note] } };
}

function infoOf({ onRequest, features, linux, machineLacks, ...info }: Availability): HypervisorInfo {
  return info;
}

interface About {
  readonly plan: ExecPlan;
  readonly cpus: CpuChoice;
  readonly options: ExecOptions;
  readonly host: HostRecord;
  readonly startedAt: string;
  readonly argv: readonly string[];
}

function headerOf(
  { plan, cpus, options, host, startedAt, argv }: About,
  absent: HypervisorInfo[],
): ExecHeader {
  const { machines, metric, commands, memoryMib, share, warmup, runs, budgetSeconds, timeoutMs, seed } = plan;
  return {
    type: 'header',
    schema: EXEC_JOURNAL_SCHEMA,
    tool: { name: 'hvbench', version: packageVersion() },
    ...{ host, startedAt, seed },
    command: [...argv],
    setup: options.setup ?? null,
    prepare: options.prepare ?? null,
    metric: metric?.source ?? null,
    plan: {
      ...{ benchCpu: cpus.benchCpu, cpuChosen: cpus.cpuChosen, memoryMib, warmup, runs, share: [...share] },
      keepCapabilities: commands.capabilities === null,
      budgetSeconds: runs === null ? budgetSeconds : null,
      timeoutSeconds: timeoutMs / 1000,
      folder: commands.folder,
    },
    machines: machines.map(({ availability }) => infoOf(availability)),
    absent,
  };
}
