import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { ExecutionError, execute } from '../../../core/host/execute.ts';
import { isRunning } from '../hypervisors/remains.ts';
import { fakeRoot } from './fake-root.ts';

const LIMITS = { timeoutMs: 30_000 };

async function failure(command: string, args: readonly string[], options = {}): Promise<ExecutionError> {
  const error = await execute(command, args, { ...LIMITS, ...options }).catch((reason) => reason);
  expect(error).toBeInstanceOf(ExecutionError);
  expect(error.message).not.toContain('\n');
  return error;
}

/** A program that ignores what can be ignored and starts another such; both write down who they are. */
const STUBBORN = 'trap "" INT TERM HUP; sleep 600 & echo $! > second; echo $$ > first; wait';

/** What was killed may be a moment from its end when its output has ended. */
async function expectGone(folder: string): Promise<void> {
  for (const name of ['first', 'second']) {
    const pid = Number(await readFile(join(folder, name), 'utf8'));
    await vi.waitFor(() => expect(isRunning(pid), name).toBe(false), { timeout: 20_000, interval: 5 });
  }
}

describe('a program', () => {
  it('gives what it printed, in the folder and the locale that it is run in', async () => {
    expect(await execute('printf', ['%s', 'a $HOME'], LIMITS)).toBe('a $HOME');
    expect(await execute('sh', ['-c', 'pwd; echo $LC_ALL'], { ...LIMITS, cwd: '/usr' })).toBe('/usr\nC\n');
  });

  it('sees the end of its input', async () => {
    expect(await execute('cat', [], LIMITS)).toBe('');
  });

  it('that fails is told by the line that says most', async () => {
    const say = (...lines: string[]) =>
      failure('sh', ['-c', 'printf "%s\\n" "$@" >&2; exit 7', 'sh', ...lines]);
    expect(await say('W: old', 'E: no such\u001bpackage', 'E: more')).toMatchObject({
      message: 'sh: no such package',
      code: 7,
    });
    expect((await say('first', 'last')).message).toBe('sh: last');
    expect((await say('x'.repeat(5000))).message.length).toBeLessThan(400);
    expect(await failure('false', [])).toMatchObject({ message: 'false: exit code 1', code: 1 });
    expect((await failure('sh', ['-c', 'kill -TERM $$'])).message).toBe('sh: SIGTERM');
  });

  it('that is missing is told by its name', async () => {
    expect((await failure('no-such-program', [])).message).toContain('no-such-program');
    expect((await failure('true', [], { cwd: '/no-such-folder' })).message).toContain(
      'true cannot be started',
    );
  });

  it('that prints too much is killed', async () => {
    expect(await failure('yes', [], { maxBytes: 1000 })).toMatchObject({
      message: 'yes printed too much and was killed',
      code: null,
    });
  });

  it('that takes too long is killed, with all that it started', async () => {
    const cwd = await fakeRoot({});
    const { message } = await failure('sh', ['-c', STUBBORN], { cwd, timeoutMs: 500 });
    expect(message).toBe('sh took longer than 0.5 s and was killed');
    await expectGone(cwd);
  });

  it('is killed when its signal aborts, with all that it started', async () => {
    const cwd = await fakeRoot({});
    const controller = new AbortController();
    const ended = execute('sh', ['-c', STUBBORN], { ...LIMITS, cwd, signal: controller.signal }).catch(
      (reason) => reason,
    );
    const written = () => readFile(join(cwd, 'first'), 'utf8').catch(() => '');
    while (!(await written()).endsWith('\n')) await sleep(10);
    const reason = new Error('enough');
    controller.abort(reason);
    expect(await ended).toBe(reason);
    await expectGone(cwd);
    await expect(execute('true', [], { ...LIMITS, signal: controller.signal })).rejects.toBe(reason);
  });
});
