/** The program that is sent to other computers, run on this one: its lock, which is the one of whoever measures here, and its clock. */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { buildImages } from '../../../../core/guest/build.ts';
import { lockCpu } from '../../../../core/host/cpu-lock.ts';
import { parseTime } from '../../../../core/hypervisors/ssh/state.ts';
import { isaSchema } from '../../../../core/results/schema.ts';
import { requireOrSkip } from '../../../require.ts';

const folder = mkdtempSync(join(tmpdir(), 'hvbench-remote-'));
const locks = join(folder, 'locks');
mkdirSync(locks);
beforeEach(() => vi.stubEnv('HVBENCH_LOCKS', locks));
afterEach(() => vi.unstubAllEnvs());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const path = join(locks, 'hvbench-cpu-3.lock');
const quiet = { note: () => {}, patienceMs: 300 };
let copies = 0;

interface Started {
  readonly child: ChildProcessWithoutNullStreams;
  said(): string;
}

/** As the script there leaves it: in a folder of its own. */
function copyOf(image: string): string {
  const own = join(folder, `.hvbench-${copies++}`);
  mkdirSync(own);
  const copy = join(own, 'm');
  copyFileSync(image, copy);
  chmodSync(copy, 0o700);
  return copy;
}

/** Once it has said something. */
async function start(image: string, ...args: string[]): Promise<Started> {
  const copy = copyOf(image);
  const child = spawn(copy, args);
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  await vi.waitFor(() => expect(said).toMatch(/\n/), 5000);
  expect(existsSync(copy)).toBe(false);
  return { child, said: () => said };
}

const images = await Promise.all(
  isaSchema.options.map(async (isa) => {
    const built = await buildImages([], [isa]).catch(() => null);
    return { isa, image: built?.image(isa, 'remote').path ?? '' };
  }),
);
const runs = (image: string) => image !== '' && spawnSync(image, ['check']).status === 0;

describe.each(images)('on $isa', ({ isa, image }) => {
  beforeEach(({ skip }) => {
    if (requireOrSkip(isa, runs(image))) skip();
  });

  it('holds the lock against whoever measures here, until its connection ends', async () => {
    const { child, said } = await start(image, 'hold', path);
    expect(said()).toBe('held\n');
    await expect(lockCpu(3, quiet)).rejects.toThrow(/^another hvbench measures on CPU 3 /);
    child.stdin.end();
    await once(child, 'exit');
    // It leaves nothing behind, and nobody is kept out.
    expect(existsSync(path)).toBe(false);
    (await lockCpu(3, quiet))();
  });

  it('waits for whoever measures here, and says so', async () => {
    const giveBack = await lockCpu(3, quiet);
    const { said } = await start(image, 'hold', path);
    expect(said()).toBe('busy\n');
    giveBack();
    await vi.waitFor(() => expect(said()).toBe('busy\nheld\n'), 5000);
    await expect(lockCpu(3, quiet)).rejects.toThrow(/^another hvbench measures on CPU 3 /);
  });

  it('is followed by the next that waits, however it ends', async () => {
    const first = await start(image, 'hold', path);
    const second = await start(image, 'hold', path);
    const third = await start(image, 'hold', path);
    expect([first.said(), second.said(), third.said()]).toEqual(['held\n', 'busy\n', 'busy\n']);
    third.child.stdin.end();
    await once(third.child, 'exit');
    first.child.kill('SIGKILL');
    await vi.waitFor(() => expect(second.said()).toBe('busy\nheld\n'), 5000);
    // That the second ends takes the file away, and keeps nobody from making it anew.
    second.child.stdin.end();
    await once(second.child, 'exit');
    expect((await start(image, 'hold', path)).said()).toBe('held\n');
  });

  it('says why there is no lock', async () => {
    const own = copyOf(image);
    const child = spawn(own, ['hold', join(folder, 'nowhere', 'lock')]);
    const [said] = await once(child.stderr, 'data');
    expect(String(said)).toBe('hvbench: no lock can be made there\n');
  });

  it('tells the time, and again for each byte', async () => {
    const { child, said } = await start(image, 'time');
    child.stdin.write('?');
    await vi.waitFor(() => expect(said().split('\n')).toHaveLength(3));
    const [first, second] = said().split('\n');
    const [before, after] = [parseTime(`${first}\n`), parseTime(`${second}\n`)] as [bigint, bigint];
    expect(after).toBeGreaterThan(before);
    // The same day at least, whoever sets the clock meanwhile.
    expect(Math.abs(Number(after / 1_000_000n) - Date.now())).toBeLessThan(86_400_000);
    child.stdin.end();
    const [code] = await once(child, 'exit');
    expect(code).toBe(0);
  });
});
