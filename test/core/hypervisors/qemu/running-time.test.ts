import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { RunningTime } from '../../../../core/hypervisors/qemu/running-time.ts';

/** A shell that is always busy. */
const BUSY = ['sh', '-c', 'echo; while :; do :; done'] as const;
/** No kernel counts by its timer more often than once in 1 ms. */
const BRIEF_NS = 2_500_000n;
const READS = 20;

let stop = async () => {};
afterEach(() => stop());

async function start(...[command = '', ...args]: readonly string[]): Promise<number> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  stop = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  await once(child.stdout, 'data');
  return child.pid as number;
}

const policyOf = (pid: number) =>
  /policy: (\w+)/.exec(execFileSync('chrt', ['-p', String(pid)], { encoding: 'utf8' }))?.[1];

/** Different values among reads that all lie within a few ticks at most; the most of many attempts, which others disturb. */
function mostDistinct(read: () => number | null): number {
  let most = 0;
  for (const until = performance.now() + 10_000; most < READS && performance.now() < until; ) {
    const began = process.hrtime.bigint();
    const values = Array.from({ length: READS }, read);
    if (process.hrtime.bigint() - began < BRIEF_NS) most = Math.max(most, new Set(values).size);
  }
  return most;
}

test('CPU time of a process that runs is as of now, not of its last tick', async () => {
  const pid = await start(...BUSY);
  const running = new RunningTime(pid);
  expect(mostDistinct(() => running.read())).toBe(READS);
  expect(policyOf(pid)).toBe('SCHED_OTHER');
  running.close();
});

test('a batch process stays one', async () => {
  const pid = await start('chrt', '-b', '0', ...BUSY);
  const running = new RunningTime(pid);
  expect(mostDistinct(() => running.read())).toBe(READS);
  expect(policyOf(pid)).toBe('SCHED_BATCH');
  running.close();
});

test('the policy of a process of idle times is not touched, and its time not known', async () => {
  const pid = await start('chrt', '-i', '0', ...BUSY);
  const running = new RunningTime(pid);
  expect(running.read()).toBeNull();
  expect(policyOf(pid)).toBe('SCHED_IDLE');
  running.close();
});

test('what took its time and has ended keeps it', async () => {
  const pid = await start(...BUSY);
  const running = new RunningTime(pid);
  await new Promise((done) => setTimeout(done, 50));
  const before = running.read();
  await stop();
  expect(running.read()).toBe(before);
  expect(before).toBeGreaterThan(0);
  running.close();
});
