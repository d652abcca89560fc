/** Two at once: the second waits for the first, which gives the CPU back however it ends; and neither takes the other's folder. */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hvbench, readSamples, start, temporaryFolder, until } from './command.ts';

const folder = temporaryFolder();
const WORK = '--profile quick --suite cpu --workload integer --hypervisor control --isa x86_64'.split(' ');
const locks = join(folder, 'locks');
mkdirSync(locks);
const options = { cwd: folder, env: { HVBENCH_LOCKS: locks } };

test('the second waits, says for whom, and goes on as soon as the first is killed', async () => {
  const first = start(['run', ...WORK, '--budget', '60', '--precision', '0.0001', '--out', 'first'], options);
  await until('samples', () => {
    try {
      return readSamples(join(folder, 'first')).length > 0;
    } catch {
      return false;
    }
  });
  const second = start(
    ['exec', '--hypervisor', 'native', '--runs', '1', '--warmup', '0', '--', 'true'],
    options,
  );
  const waiting = new RegExp(
    `^note: waiting for another hvbench that measures on CPU \\d+, 60 s at most \\(pid ${first.child.pid}, user .* run --profile quick`,
    'm',
  );
  await until('waiting', () => waiting.test(second.progress()));
  expect(second.progress()).not.toContain('Measuring on');
  first.child.kill('SIGKILL');
  await first.ended;
  const { code, stderr } = await second.ended;
  expect(code, stderr).toBe(0);
});

test('a waiting one is interrupted, and leaves its folder to others', async () => {
  const held = start(['run', ...WORK, '--budget', '60', '--precision', '0.0001', '--out', 'held'], options);
  await until('samples', () => /^launch 1/m.test(held.progress()));
  const waiting = start(['run', ...WORK, '--budget', '1', '--wait', '--out', 'waiting'], options);
  await until('waiting', () => waiting.progress().includes('waiting for another hvbench that measures'));
  expect(waiting.progress()).not.toContain('60 s at most');
  waiting.child.kill('SIGINT');
  expect((await waiting.ended).code).toBe(130);
  expect(readdirSync(join(folder, 'waiting'))).toEqual([]);
  held.child.kill('SIGINT');
  expect((await held.ended).code).toBe(130);
});

test('a run takes another folder than that of the same second', async () => {
  for (let second = 0; second < 60; second++) {
    const time = new Date(Date.now() + second * 1000).toISOString().slice(0, 19).replaceAll(':', '-');
    mkdirSync(join(folder, 'results', `${time}Z`), { recursive: true });
  }
  const { code, stderr } = await hvbench(['run', ...WORK, '--budget', '1'], options);
  expect(code, stderr).toBe(0);
  expect(stderr).toMatch(/results in results\/\S+Z-2$/m);
});
