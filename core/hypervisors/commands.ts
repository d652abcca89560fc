/** What drivers that run a user's commands have in common. */

import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cannotUseTemporary, temporaryFolder } from '../files.ts';
import { CLONE, encodeSteps, type Step } from '../guest/steps.ts';
import { ExecutionError } from '../host/execute.ts';
import type { Host } from '../host/host.ts';
import { type NamespaceFailure, namespaceAdvice } from '../host/namespace-advice.ts';
import { whyInPart, whyNoOverlay } from '../host/overlay-advice.ts';
import type { Shared } from '../model/shared.ts';
import { leaveHost } from './host-files.ts';
import { hostRoot } from './host-root.ts';
import type { CommandMachine, Lack } from './hypervisor.ts';
import { stepFailure } from './namespace-failure.ts';
import { onceFor } from './once-for.ts';
import { startProcessMachine } from './process-machine.ts';
import { readOnlyRoot } from './read-only-root.ts';
import type { CommandVm } from './vm-spec.ts';

/** The first open file that a machine finds besides its pipes. */
const FIRST = 3;
/** Besides those of mounts and processes: nobody's means of communication, networks and name but its own. */
const APART = CLONE.NEWIPC | CLONE.NEWUTS | CLONE.NEWNET;

/** A file without a name: it is gone with the last process that has it open. Throws UserError where there is no room. */
export function unnamedFile(content: Buffer): number {
  const folder = temporaryFolder();
  const path = join(folder, 'file');
  try {
    writeFileSync(path, content, { mode: 0o600 });
    return openSync(path, 'r');
  } catch (error) {
    throw cannotUseTemporary(error);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Of an open file of the first process of a PID namespace, for all that it starts. */
const pathInside = (file: number) => `/proc/1/fd/${file}`;

/** Starts a machine by steps of the program; further files follow the steps'. */
export async function launchBySteps(
  host: Host,
  { program, cpu, signal }: CommandVm,
  steps: Buffer,
  contents: readonly Buffer[] = [],
  limitMs?: number,
): Promise<CommandMachine> {
  const files = [steps, ...contents].map(unnamedFile);
  try {
    return await startProcessMachine(host, [program, 'steps', `/proc/self/fd/${FIRST}`], cpu, {
      limitMs,
      files,
      signal,
    });
  } finally {
    for (const file of files) closeSync(file);
  }
}

export interface ReadOnlyLaunch {
  /** Is given the path of the file that holds what it boots, and whether it runs in a user namespace. */
  readonly argv: (path: string, user: boolean) => readonly string[];
  readonly initramfs: Buffer;
  readonly limitMs: number;
  /** Devices that it needs. */
  readonly devices?: readonly string[];
}

/** Starts a hypervisor that can write none of the host's files. */
export async function launchReadOnly(
  host: Host,
  vm: CommandVm,
  { argv, initramfs, limitMs, devices = [] }: ReadOnlyLaunch,
): Promise<CommandMachine> {
  const user = (await needsUserNamespace(host, vm.program)) ?? true;
  const steps = await readOnlySteps(user, argv(pathInside(FIRST + 1), user), devices);
  return launchBySteps(host, vm, encodeSteps(steps), [initramfs], limitMs);
}

/** What a program does that is started there; `user` as in `leaveHost`. */
export async function readOnlySteps(
  user: boolean,
  argv: readonly string[],
  devices: readonly string[] = [],
): Promise<Step[]> {
  return [...leaveHost(user, APART), ...(await readOnlyRoot(user, devices)), { do: 'run', argv }];
}

/**
 * Starts a machine on the host itself, in namespaces that keep from the host what it leaves, and from it what the host has
 * besides files: of mounts, processes, means of communication, networks and names; and in `more`. What is shared is the
 * host's.
 */
export async function launchOnHost(host: Host, vm: CommandVm, more = 0): Promise<CommandMachine> {
  const user = (await needsUserNamespace(host, vm.program)) ?? true;
  const { share, memoryMib } = vm;
  const shared = share.reduce((flags, name) => flags | NAMESPACES[name], 0);
  const steps = [
    ...leaveHost(user, (APART & ~shared) | more),
    ...(await hostRoot(user, memoryMib)),
    ...(share.includes('net') ? [] : [LOOPBACK]),
  ];
  return launchBySteps(host, vm, encodeSteps(steps, { ...vm.commands, user: null }));
}

const NAMESPACES: Readonly<Record<Shared, number>> = { net: CLONE.NEWNET, ipc: CLONE.NEWIPC };
const LOOPBACK: Step = { do: 'loopback' };

/** Nothing is written in a trial. */
const TRIAL_MIB = 16;
const TRIAL_LIMIT_MS = 5000;
const TRIAL_NAME = '.hvbench-trial';

/** How this process can keep a user's commands off the host's files. */
export interface Enclosure {
  /** Whether mounts of one's own take a user namespace; null where they cannot be had at all. */
  readonly user: boolean | null;
  /** What failed then, if that is known. */
  readonly failure: NamespaceFailure | null;
}

const enclosure = onceFor(findOut, (_, program: string) => program);

/** Whether mounts of one's own take a user namespace here; null where they cannot be had at all. */
export async function needsUserNamespace(host: Host, program: string): Promise<boolean | null> {
  return (await enclosure(host, program)).user;
}

async function findOut(host: Host, program: string): Promise<Enclosure> {
  const failures: (NamespaceFailure | null)[] = [];
  for (const user of [false, true]) {
    const said = await attempt(host, program, await trialSteps(user));
    if (said === null) return { user, failure: null };
    failures.push(stepFailure(said, user));
  }
  const [own = null, inUser = null] = failures;
  // Whoever may make namespaces by himself is told what he lacks then; anybody else what keeps him from it.
  return { user: null, failure: own && own.step !== 'unshare' ? own : (inUser ?? own) };
}

async function trialSteps(user: boolean): Promise<Step[]> {
  return [...leaveHost(user, APART), ...(await hostRoot(user, TRIAL_MIB)), LOOPBACK];
}

/** What a program said that could not do steps, in a line; null where it could. */
async function attempt(host: Host, program: string, steps: readonly Step[]): Promise<string | null> {
  const file = unnamedFile(encodeSteps(steps));
  try {
    // Nobody asks it anything, so it ends as soon as it could serve.
    await host.execute(program, ['steps', `/proc/${process.pid}/fd/${file}`], { timeoutMs: TRIAL_LIMIT_MS });
    return null;
  } catch (error) {
    if (!(error instanceof ExecutionError)) throw error;
    return error.stderr.trim() || error.message;
  } finally {
    closeSync(file);
  }
}

/** Why a user's commands cannot be kept off the host's files here; null where they can. */
export async function protectionLack(host: Host, program: string): Promise<Lack | null> {
  const { user, failure } = await enclosure(host, program);
  if (user !== null) return null;
  const { reason, ...remedy } = await namespaceAdvice(failure, host);
  // Whoever asked for a command may wonder what it has to do with namespaces.
  const isOfNamespaces = failure === null || failure.step === 'unshare' || failure.step === 'map';
  const why = isOfNamespaces ? "; namespaces keep a command off the host's files" : '';
  return { reason: `${reason}${why}`, ...remedy };
}

/**
 * Why what is in a folder, or some of it, can only be read in a machine on the host, although its user might write there;
 * null where it can be written.
 */
export async function readOnlyReason(host: Host, program: string, folder: string): Promise<string | null> {
  const user = await needsUserNamespace(host, program);
  if (user === null) return null;
  const steps = [...(await trialSteps(user)), { do: 'directory', path: join(folder, TRIAL_NAME) } as const];
  const said = await attempt(host, program, steps);
  return said !== null && stepFailure(said, user)?.code === 'EROFS'
    ? whyNoOverlay(folder, host)
    : whyInPart(folder, host);
}
