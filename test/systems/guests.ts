/** Guest code by some compiler: built, and run natively. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { hvbench, readResult } from '../cli/command.ts';

/** An environment with a cache of its own, in a new folder. */
export function ownCache(folder: string, name: string, more: Record<string, string>) {
  const own = join(folder, name);
  mkdirSync(own);
  return { cwd: own, env: { XDG_CACHE_HOME: join(own, 'cache'), ...more } };
}

/** Guests of both ISAs are built by that compiler without a loss, and run. */
export async function expectGuests(options: ReturnType<typeof ownCache>, compiler: RegExp): Promise<void> {
  const flags = '--profile quick --suite cpu --workload integer --hypervisor control --budget 1'.split(' ');
  const { code, stderr } = await hvbench(['run', ...flags, '--out', 'out'], options);
  expect(code, stderr).toBe(0);
  // Of a budget so short it says that two launches take longer; of the compiler it has nothing to say.
  const notes = stderr.split('\n').filter((line) => line.startsWith('note: '));
  expect(notes.filter((note) => !note.includes('the fewest that give a CI'))).toEqual([]);
  const { failures, host, measurements } = readResult(join(options.cwd, 'out'));
  expect(failures).toEqual([]);
  expect(host.compiler).toMatch(compiler);
  const rows = measurements.map(({ isa, hypervisor, status }) => `${isa} ${hypervisor} ${status}`);
  for (const row of ['x86_64 native', 'x86_64 control', 'i386 native', 'i386 control'])
    expect(rows).toContain(`${row} ok`);
}
