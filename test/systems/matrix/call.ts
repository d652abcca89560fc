/** The real command, called in a place, and what is expected of what it says. */
import assert from 'node:assert/strict';
import { type Ended, type Options, type Started, start } from '../../cli/command.ts';

let running: Started | undefined;

/** Ends the command that runs, in order: whoever started this wants no more of it. */
export function stop(): void {
  running?.child.kill('SIGTERM');
}

/** A run that leaves no process behind. */
export async function call(options: Options, ...args: string[]): Promise<Ended> {
  // Whatever else measures on this computer, nothing is made of the figures.
  const started = start(args, { ...options, env: { HVBENCH_LOCKS: '', ...options.env } });
  running = started;
  const ended = await started.ended;
  running = undefined;
  expectSame(
    'processes left',
    started.remains().map(({ commandLine }) => commandLine),
    [],
  );
  return ended;
}

/** One that ends with exit code 0. */
export async function expectDone(options: Options, ...args: string[]): Promise<Ended> {
  const ended = await call(options, ...args);
  assert.equal(
    ended.code,
    0,
    `hvbench ${args.join(' ')} ended with ${ended.code}: ${lastLine(ended.stderr)}`,
  );
  return ended;
}

/** Throws with what is missing and what is too many. */
export function expectSame(what: string, actual: readonly string[], expected: readonly string[]): void {
  const missing = expected.filter((each) => !actual.includes(each));
  const more = actual.filter((each) => !expected.includes(each));
  assert.ok(
    missing.length === 0 && more.length === 0,
    `${what}: missing: ${missing.join(', ') || 'nothing'}; unexpected: ${more.join(', ') || 'nothing'}`,
  );
}

export const lastLine = (text: string) => text.trim().split('\n').at(-1) ?? '';
