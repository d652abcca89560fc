/** The process of one emulated computer, from its start until its command has ended. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { unnamedFile } from '../hypervisors/commands.ts';
import type { CommandEnd } from './ending.ts';
import { type Emulated, emulatorArguments } from './qemu.ts';
import { Session, type SessionOptions } from './session.ts';

export interface ComputerOptions extends Omit<Emulated, 'onXen'>, SessionOptions {
  /** The path of the program. */
  readonly qemu: string;
  /** An image that QEMU boots, or the path of one. */
  readonly kernel: string | Buffer;
  /** The image of Xen; null where the kernel itself boots. */
  readonly xen: Buffer | null;
  /** The initramfs. */
  readonly archive: Buffer;
}

/**
 * Runs it. All of it is gone when this settles, and dies with this process. Throws UserError where the computer does not
 * come up, dies, or its command takes too long, StoodStill where it goes on no more; and what `signal` aborts with, if
 * that comes before the command.
 */
export async function runComputer(options: ComputerOptions): Promise<CommandEnd> {
  options.signal.throwIfAborted();
  const child = start(options);
  const gone = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  try {
    return await new Session(child, options).ended;
  } finally {
    kill(child);
    await gone;
  }
}

function start(options: ComputerOptions): ChildProcess {
  const { archive, kernel, xen } = options;
  const files = [
    unnamedFile(archive),
    typeof kernel === 'string' ? openSync(kernel, 'r') : unnamedFile(kernel),
    ...(xen ? [unnamedFile(xen)] : []),
  ];
  const [command = '', ...args] = emulatorArguments(options.qemu, { ...options, onXen: xen !== null });
  try {
    return spawn(command, args, {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe', ...files],
      // In a session of its own: Ctrl-C reaches the tool alone.
      detached: true,
    });
  } finally {
    for (const file of files) closeSync(file);
  }
}

function kill({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
