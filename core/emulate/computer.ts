/** The process of one emulated computer, from its start until its command has ended. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Duplex, Writable } from 'node:stream';
import prettyMs from 'pretty-ms';
import { UserError } from '../errors.ts';
import { unnamedFile } from '../hypervisors/commands.ts';
import { lastWords } from '../hypervisors/last-words.ts';
import { BootConsole } from '../hypervisors/linux-boot.ts';
import { ControlReader, type Found, type Told } from './control.ts';
import { listenToFirstProcess } from './first-process.ts';
import { passOn } from './pass-on.ts';
import { type Emulated, emulatorArguments, FD } from './qemu.ts';

/** Until the script runs: a quarter of a minute, if nobody else works. */
const START_LIMIT_MS = 180_000;
/** To write results when it is told to end. */
const GRACE_MS = 180_000;
const STDERR_LIMIT = 4096;

export interface ComputerOptions extends Omit<Emulated, 'onXen'> {
  /** The path of the program. */
  readonly qemu: string;
  readonly kernel: string;
  /** The image of Xen; null where the kernel itself boots. */
  readonly xen: Buffer | null;
  /** The initramfs. */
  readonly archive: Buffer;
  /** As in the script. */
  readonly mark: string;
  /** What the command writes goes there. */
  readonly output: Writable;
  readonly errors: Writable;
  /** Told once, when the command begins. */
  readonly ready: (found: Found, ms: number) => void;
  /** How long the command may take, ms; then it is told to end. */
  readonly limitMs: number;
  /** Has the command end as by a user's wish. */
  readonly signal: AbortSignal;
}

export interface CommandEnd {
  /** As a shell gives it. */
  readonly code: number;
  /** Some files that the command wrote, and that are gone. */
  readonly lost: readonly string[];
}

/**
 * Runs it. All of it is gone when this settles, and dies with this process. Throws UserError where the computer does not
 * come up, dies, or its command takes too long; and what `signal` aborts with, if that comes before the command.
 */
export async function runComputer(options: ComputerOptions): Promise<CommandEnd> {
  options.signal.throwIfAborted();
  const child = start(options);
  const gone = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  try {
    return await watch(child, options);
  } finally {
    kill(child);
    await gone;
  }
}

function start(options: ComputerOptions): ChildProcess {
  const { archive, kernel, xen } = options;
  const files = [unnamedFile(archive), openSync(kernel, 'r'), ...(xen ? [unnamedFile(xen)] : [])];
  const [command = '', ...args] = emulatorArguments(options.qemu, { ...options, onXen: xen !== null });
  try {
    return spawn(command, args, {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe', ...files],
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

function watch(child: ChildProcess, options: ComputerOptions): Promise<CommandEnd> {
  const { mark, output, errors, ready, limitMs, signal } = options;
  const began = performance.now();
  const boot = new BootConsole();
  const lost: string[] = [];
  const stream = (name: keyof typeof FD) => (child.stdio as unknown as readonly Duplex[])[FD[name]] as Duplex;
  let said = '';
  let timer: NodeJS.Timeout | undefined;
  let abort = () => {};

  return new Promise<CommandEnd>((resolve, reject) => {
    let isRunning = false;
    let isLate = false;
    let code: number | null = null;
    let open = 2;
    const fail = (reason: string) => reject(new UserError(`the emulated computer failed: ${reason}`));
    const settle = () => {
      if (code === null || open > 0) return;
      if (isLate) reject(new UserError(`${lateness()}; what it had measured by then is kept (--limit)`));
      else resolve({ code, lost });
    };
    const lateness = () => `the command did not end within ${prettyMs(limitMs)}`;
    const after = (ms: number, what: () => void) => {
      clearTimeout(timer);
      timer = setTimeout(what, ms);
    };
    const end = () => {
      stream('control').write('end\n');
      after(GRACE_MS, () =>
        reject(new UserError(`the command did not end within ${prettyMs(GRACE_MS)} when it was told to`)),
      );
    };
    abort = () => (isRunning ? end() : reject(signal.reason));
    signal.addEventListener('abort', abort, { once: true });
    after(START_LIMIT_MS, () =>
      fail(
        `it did not come up within ${prettyMs(START_LIMIT_MS)}${boot.last && `; its last line: ${boot.last}`}`,
      ),
    );

    const told = (what: Told) => {
      if (what.type === 'lost') lost.push(what.path);
      else if (what.type === 'exit') {
        code = what.code;
        settle();
      } else {
        isRunning = true;
        ready(what.found, performance.now() - began);
        after(limitMs, () => {
          isLate = true;
          end();
        });
      }
    };
    const control = new ControlReader(told);

    child.on('error', ({ message }) => fail(`QEMU cannot be started: ${message}`));
    child.on('close', (_, by) =>
      fail(boot.panic ?? lastWords(said) ?? (by ? `QEMU died by ${by}` : 'QEMU ended unexpectedly')),
    );
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('utf8')).slice(-STDERR_LIMIT);
    });
    listenToFirstProcess(stream('way'), fail);
    stream('console').on('data', (chunk: Buffer) => boot.receive(chunk));
    stream('control').on('data', (chunk: Buffer) => {
      try {
        control.receive(chunk);
      } catch (error) {
        fail((error as Error).message);
      }
    });
    for (const name of ['console', 'control'] as const) stream(name).on('error', () => {});
    const streamEnded = () => {
      open--;
      settle();
    };
    passOn(stream('output'), output, mark, streamEnded);
    passOn(stream('errors'), errors, mark, streamEnded);
  }).finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  });
}
