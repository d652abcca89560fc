import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { lockCpu } from '../../../core/host/cpu-lock.ts';
import { holderOf } from '../../../core/host/holder.ts';
import { requireOrSkip } from '../../require.ts';

const place = mkdtempSync(join(tmpdir(), 'hvbench-locks-'));
chmodSync(place, 0o1777);
beforeEach(() => vi.stubEnv('HVBENCH_LOCKS', place));
afterEach(() => vi.unstubAllEnvs());
afterAll(() => rmSync(place, { recursive: true, force: true }));

function watch() {
  const notes: string[] = [];
  return { notes, note: (text: string) => void notes.push(text) };
}

/** What waiting tells, without what a container adds. */
const waits = (notes: readonly string[]) => notes.filter((text) => text.startsWith('waiting for'));

describe('lockCpu', () => {
  it('gives a CPU to one at a time, and names whoever has it', async () => {
    const giveBack = await lockCpu(3, watch());
    const { notes, note } = watch();
    const me = `pid ${process.pid}, user [^,]+, since 20\\d\\d-[^:]+:\\d\\d:\\d\\d UTC: \\S*node`;
    await expect(lockCpu(3, { note, patienceMs: 300 })).rejects.toThrow(
      new RegExp(`^another hvbench measures on CPU 3 \\(${me}.*\\): try again .*--wait$`),
    );
    expect(waits(notes)).toEqual([
      expect.stringMatching(
        new RegExp(`^waiting for another hvbench that measures on CPU 3, 1 s at most \\(${me}`),
      ),
    ]);
    (await lockCpu(2, watch()))();
    giveBack();
    (await lockCpu(3, watch()))();
  });

  it('waits without limit where it is told to, and takes what is given back', async () => {
    const giveBack = await lockCpu(3, watch());
    const { notes, note } = watch();
    let has = false;
    const second = lockCpu(3, { note, wait: true, patienceMs: 0 }).then((give) => {
      has = true;
      return give;
    });
    await vi.waitFor(() => expect(waits(notes)).toHaveLength(1));
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(has).toBe(false);
    giveBack();
    (await second)();
    expect(waits(notes)).toHaveLength(1);
  });

  it('stops waiting when it is interrupted', async () => {
    const giveBack = await lockCpu(3, watch());
    const signal = AbortSignal.timeout(100);
    await expect(lockCpu(3, { ...watch(), wait: true, signal })).rejects.toThrow(/aborted/);
    giveBack();
  });

  it('says so where there is no place for a lock, and goes on', async () => {
    vi.stubEnv('HVBENCH_LOCKS', join(place, 'none'));
    const missing = watch();
    (await lockCpu(3, missing))();
    expect(missing.notes.at(-1)).toMatch(
      /cannot see another hvbench that measures on CPU 3: .*none\/hvbench-cpu-3\.lock: /,
    );
    vi.stubEnv('HVBENCH_LOCKS', place);
    mkdirSync(join(place, 'hvbench-cpu-9.lock'));
    const folder = watch();
    (await lockCpu(9, folder))();
    expect(folder.notes.at(-1)).toMatch(/hvbench-cpu-9\.lock: it is no file/);
  });

  const noNobody = requireOrSkip('nobody', process.getuid?.() === 0);
  it.skipIf(noNobody)('is seen by other users, whoever made its file', async () => {
    const umask = process.umask(0o077);
    const giveBack = await lockCpu(5, watch());
    process.umask(umask);
    const path = join(place, 'hvbench-cpu-5.lock');
    expect(statSync(path).mode & 0o777).toBe(0o444);
    const asNobody = () =>
      spawnSync('setpriv', [
        '--reuid',
        '65534',
        '--regid',
        '65534',
        '--clear-groups',
        'flock',
        '-n',
        path,
        'true',
      ]);
    expect(asNobody()).toMatchObject({ status: 1, stderr: Buffer.alloc(0) });
    giveBack();
    expect(asNobody().status).toBe(0);
  });

  it('takes none where none is wanted', async () => {
    vi.stubEnv('HVBENCH_LOCKS', '');
    const both = await Promise.all([lockCpu(3, watch()), lockCpu(3, watch())]);
    for (const giveBack of both) giveBack();
  });
});

describe('holderOf', () => {
  const locks = `1: POSIX  ADVISORY  WRITE 11 fe:00:42 0 EOF
2: FLOCK  ADVISORY  WRITE 12 fe:00:42 0 EOF
2: -> FLOCK  ADVISORY  WRITE 14 fe:00:42 0 EOF
3: FLOCK  ADVISORY  WRITE 13 00:1f:42 0 EOF
4: FLOCK  ADVISORY  WRITE 0 fe:00:43 0 EOF`;

  it.each([
    ['of the same device', 0xfe00, 42, 12],
    ['of another one with the same inode', 0x1f, 42, 13],
    ['that cannot be told from another', 0x20, 42, null],
    ['of a process that this one cannot see', 0xfe00, 43, null],
    ['that nobody has', 0xfe00, 44, null],
  ])('finds the process with a lock %s', (_, dev, ino, pid) => {
    expect(holderOf(locks, { dev, ino })).toBe(pid);
  });
});
