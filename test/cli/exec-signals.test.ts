/** `hvbench exec`: what ends it from outside leaves nothing behind. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isUml } from '../linux.ts';
import { MAIN, start, until } from './command.ts';
import { expectNothingLeft, folder, noUml, options } from './exec-command.ts';

/** A mount lives as long as a process in its namespace; by process, of all those that there are. */
function mountNamespaces(pids: readonly (string | number)[] = readdirSync('/proc')): string[] {
  return pids.flatMap((pid) => {
    try {
      return [readlinkSync(`/proc/${pid}/ns/mnt`)];
    } catch {
      return []; // No process, or one that has just ended.
    }
  });
}

describe.skipIf(noUml)('a run', () => {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGKILL', 137],
  ] as const) {
    test(`nothing outlives ${signal}`, async () => {
      const args = ['exec', '--hypervisor', 'uml', '--runs', '50', '--', 'sh', '-c', 'sleep 0.3; sleep 0.3'];
      const started = start(args, options);
      const isRunning = () =>
        started.remains().some(({ commandLine }) => isUml(commandLine)) &&
        started.remains().some(({ commandLine }) => commandLine.startsWith('sleep'));
      await until('a run', isRunning, 60_000);
      const own = new Set(mountNamespaces(started.remains().map(({ pid }) => pid)));
      own.delete(readlinkSync('/proc/self/ns/mnt'));
      expect(own.size).toBeGreaterThan(1);
      started.child.kill(signal);
      expect((await started.ended).code).toBe(code);
      await until('the end of its machines', () => started.remains().length === 0);
      expectNothingLeft(started);
      expect(mountNamespaces().filter((one) => own.has(one))).toEqual([]);
      // What only a killed one leaves: its journal, for `hvbench report`.
      const journal = /journal in (\/.*)$/m.exec(started.progress())?.[1] ?? '';
      expect(existsSync(journal)).toBe(signal === 'SIGKILL');
      rmSync(journal, { recursive: true, force: true });
    });
  }
});

test('a terminal without a size, and one that it is in the background of', async () => {
  const command = `${process.execPath} ${MAIN} exec --hypervisor native --runs 1 --warmup 0 -- true`;
  for (const shell of [
    `stty cols 0; timeout --foreground -k 1 60 ${command}`,
    `stty cols 80; timeout -k 1 60 ${command}`,
  ]) {
    // It gives the command a terminal of its own.
    const { status, stdout } = spawnSync('script', ['-qec', shell, '/dev/null'], {
      cwd: folder,
      timeout: 90_000,
    });
    expect(status, stdout.toString()).toBe(0);
    expect(stdout.length).toBeLessThan(100_000);
  }
});

test.skipIf(noUml)('Ctrl-C while a machine starts is heard', async () => {
  // So large a memory that it takes User Mode Linux a minute.
  const args = ['exec', '--hypervisor', 'uml', '--memory', '1000000', '--runs', '1', '--', 'true'];
  const started = start(args, options);
  await until('its start', () => started.remains().some(({ commandLine }) => isUml(commandLine)));
  started.child.kill('SIGINT');
  await until('its end', () => started.child.exitCode !== null, 30_000);
  expect((await started.ended).code).toBe(130);
  expectNothingLeft(started);
});
