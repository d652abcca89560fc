/** What drivers that run a user's commands have in common. */
import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cannotUseTemporary, temporaryFolder } from '../files.ts';
import { CLONE, encodeSteps, type Step } from '../guest/steps.ts';
import { capture } from '../host/capture.ts';
import { namespaceAdvice } from '../host/namespace-advice.ts';
import { leaveHost } from './host-files.ts';
import { hostRoot } from './host-root.ts';
import type { CommandMachine, CommandsImage, CommandsOptions, Lack, Shared } from './hypervisor.ts';
import { startProcessMachine } from './process-machine.ts';
import { readOnlyRoot } from './read-only-root.ts';

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
  { program }: CommandsImage,
  { cpu, signal }: CommandsOptions,
  steps: Buffer,
  contents: readonly Buffer[] = [],
  limitMs?: number,
): Promise<CommandMachine> {
  const files = [steps, ...contents].map(unnamedFile);
  try {
    return await startProcessMachine([program, 'steps', `/proc/self/fd/${FIRST}`], cpu, {
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
  image: CommandsImage,
  options: CommandsOptions,
  { argv, initramfs, limitMs, devices = [] }: ReadOnlyLaunch,
): Promise<CommandMachine> {
  const user = (await needsUserNamespace(image.program)) ?? true;
  const steps = await readOnlySteps(user, argv(pathInside(FIRST + 1), user), devices);
  return launchBySteps(image, options, encodeSteps(steps), [initramfs], limitMs);
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
export async function launchOnHost(
  image: CommandsImage,
  options: CommandsOptions,
  more = 0,
): Promise<CommandMachine> {
  const user = (await needsUserNamespace(image.program)) ?? true;
  const { share, memoryMib } = options;
  const shared = share.reduce((flags, name) => flags | NAMESPACES[name], 0);
  const steps = [
    ...leaveHost(user, (APART & ~shared) | more),
    ...(await hostRoot(user, memoryMib)),
    ...(share.includes('net') ? [] : [LOOPBACK]),
  ];
  return launchBySteps(image, options, encodeSteps(steps, { ...image.commands, user: null }));
}

const NAMESPACES: Readonly<Record<Shared, number>> = { net: CLONE.NEWNET, ipc: CLONE.NEWIPC };
const LOOPBACK: Step = { do: 'loopback' };

/** Nothing is written in a trial. */
const TRIAL_MIB = 16;

const userNamespaces = new Map<string, Promise<boolean | null>>();

/** Whether mounts of one's own take a user namespace here; null where they cannot be had at all. */
export function needsUserNamespace(program: string): Promise<boolean | null> {
  const known = userNamespaces.get(program) ?? findOut(program);
  userNamespaces.set(program, known);
  return known;
}

async function findOut(program: string): Promise<boolean | null> {
  for (const user of [false, true]) {
    // Nobody asks it anything, so it ends as soon as it could serve.
    const steps = [...leaveHost(user, APART), ...(await hostRoot(user, TRIAL_MIB)), LOOPBACK];
    const file = unnamedFile(encodeSteps(steps));
    try {
      if ((await capture(program, ['steps', `/proc/${process.pid}/fd/${file}`])) !== null) return user;
    } finally {
      closeSync(file);
    }
  }
  return null;
}

/** Why a user's commands cannot be kept off the host's files here; null where they can. */
export async function protectionLack(program: string): Promise<Lack | null> {
  if ((await needsUserNamespace(program)) !== null) return null;
  const advice = await namespaceAdvice();
  return { ...advice, reason: `${advice.reason}, which keep a command off the host's files` };
}
