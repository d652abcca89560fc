/** Emulated computers: whether there can be one, and a command in one, which has to leave nothing behind. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { cachedHostKernel, hostKernel } from '../../core/emulate/kernel.ts';
import { findEmulator } from '../../core/emulate/qemu.ts';
import { type Ended, start } from './command.ts';

/** A minute, if nobody else works: a neighbour costs a translator much. Then hvbench says what it knows of it. */
const LIMIT_S = 300;
export const LIMIT_MS = 450_000;
export const TIMEOUT_MS = LIMIT_MS + 20_000;

/** A kernel is fetched where there is none yet. */
export const canEmulate =
  (await findEmulator()).lack === null &&
  (await cachedHostKernel()
    .then((kernel) => kernel ?? hostKernel(undefined, () => {}, {}))
    .catch(() => null)) !== null;

/** What mounts there are, and what is in a folder for temporary files. */
const traces = (temporary: string) => ({
  mounts: readFileSync('/proc/self/mounts', 'utf8'),
  temporary: readdirSync(temporary),
});

/** Runs `hvbench emulate ARGS` in a folder. `name`: one that no other test has. */
export async function emulate(folder: string, name: string, args: readonly string[]): Promise<Ended> {
  const TMPDIR = join(folder, `tmp of ${name}`);
  mkdirSync(TMPDIR);
  const before = traces(TMPDIR);
  const started = start(['emulate', '--limit', String(LIMIT_S), ...args], {
    cwd: folder,
    env: { TMPDIR },
    limitMs: LIMIT_MS,
  });
  const ended = await started.ended;
  expect(started.remains()).toEqual([]);
  expect(traces(TMPDIR)).toEqual(before);
  return ended;
}
