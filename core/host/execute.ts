import { spawn } from 'node:child_process';
import { capture } from './capture.ts';
import { findHelpers } from './helpers.ts';
import type { ExecuteOptions } from './host.ts';
import { findOnPath } from './path.ts';
import { cleanText } from './text.ts';

/** Why a program did not do its work, in one line. */
export class ExecutionError extends Error {
  override name = 'ExecutionError';
  /** Its exit code; null where it was killed, or never began. */
  readonly code: number | null;
  /** What it wrote to standard error before it exited unexpectedly. */
  readonly stderr: string;

  constructor(message: string, code: number | null, stderr = '') {
    super(message);
    this.code = code;
    this.stderr = stderr;
  }
}

/** How long output may stay open when all that was known to write to it is dead. */
const CLOSE_LIMIT_MS = 5000;
const LINE_LIMIT = 300;

/**
 * Standard output of a program, run without a shell and in the C locale. Where it is killed, all that it
 * started is killed too, and gone before this rejects. Rejects with the reason of `signal`, or with
 * ExecutionError.
 */
export async function execute(
  command: string,
  args: readonly string[],
  { cwd, env, timeoutMs, maxBytes = 1 << 20, signal }: ExecuteOptions,
): Promise<string> {
  const { setpriv } = await findHelpers({ find: findOnPath, capture });
  // It dies with the tool, even where the tool is killed by SIGKILL.
  const prefix = setpriv === null ? [] : [setpriv, '--pdeathsig', 'KILL', '--'];
  const [program = '', ...rest] = [...prefix, command, ...args];
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, {
      ...(cwd !== undefined && { cwd }),
      env: { ...process.env, ...env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A process group of its own, to be killed as one; and Ctrl-C reaches the tool alone.
      detached: true,
    });
    let failure: Error | null = null;
    let closing: NodeJS.Timeout | undefined;
    const kill = (reason: Error) => {
      failure ??= reason;
      try {
        if (child.pid) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has just exited unexpectedly.
      }
      closing ??= setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, CLOSE_LIMIT_MS);
    };
    const late = `${command} took longer than ${timeoutMs / 1000} s and was killed`;
    const timer = setTimeout(() => kill(new ExecutionError(late, null)), timeoutMs);
    const abort = () => kill(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });

    const output = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    let bytes = 0;
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= maxBytes) output[name].push(chunk);
        else kill(new ExecutionError(`${command} printed too much and was killed`, null));
      });
    }
    const text = (name: keyof typeof output) => Buffer.concat(output[name]).toString('utf8');
    child.on('error', ({ message }) => {
      failure ??= new ExecutionError(`${command} cannot be started: ${message}`, null);
    });
    child.on('close', (code, by) => {
      clearTimeout(timer);
      clearTimeout(closing);
      signal?.removeEventListener('abort', abort);
      if (failure) return reject(failure);
      if (code === 0) return resolve(text('stdout'));
      const end = by === null ? `exit code ${code}` : by;
      const said = text('stderr');
      reject(new ExecutionError(`${command}: ${complaint(said) || end}`, code, said));
    });
  });
}

/** The line of a program's complaints that says most: the first error, or else the last. */
function complaint(stderr: string): string {
  const lines = stderr.trim().split('\n');
  const line = lines.find((text) => /^E: |error|fatal/i.test(text)) ?? lines.at(-1) ?? '';
  return cleanText(line.replace(/^E: /, ''), LINE_LIMIT);
}
