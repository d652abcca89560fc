/** `hvbench run --suite system`: Linux guests, in the real command. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Result } from '../../core/results/schema.ts';
import { atLeastOne } from '../at-least-one.ts';
import { isUml, umlIsUsable } from '../linux.ts';
import { qemuIsUsable } from '../qemu.ts';
import { requireOrSkip } from '../require.ts';
import {
  hvbench,
  readResult,
  readSamples,
  type Started,
  sendSignal,
  start,
  temporaryFolder,
  until,
} from './command.ts';

const folder = temporaryFolder();
const temporary = temporaryFolder();
const options = { cwd: folder, env: { TMPDIR: temporary } };
const run = (out: string, ...more: string[]) => [
  ...'run --suite system --workload null,pipe,fork-exec --isa x86_64 --profile quick'.split(' '),
  ...['--out', out, ...more],
];

function expectNothingLeft(started: Started): void {
  expect(started.remains()).toEqual([]);
  expect(readdirSync(temporary)).toEqual([]);
  expect(readdirSync('/dev/shm').filter((name) => name.startsWith('hvbench'))).toEqual([]);
}

const noUml = requireOrSkip('uml', umlIsUsable);

describe.skipIf(noUml)('a run beside User Mode Linux and a container', () => {
  let result: Result;
  let stdout: string;
  beforeAll(async () => {
    const started = start(
      run('out', '--hypervisor', 'container,uml', '--budget', '1', '--seed', '3'),
      options,
    );
    const ended = await started.ended;
    expect(ended.code, ended.stderr).toBe(0);
    expectNothingLeft(started);
    result = readResult(join(folder, 'out'));
    stdout = ended.stdout;
  });

  test('every row is measured, with one digest on all machines', () => {
    expect(result.measurements.map(({ hypervisor, workload }) => `${hypervisor} ${workload}`).sort()).toEqual(
      ['container', 'native', 'uml']
        .flatMap((id) => ['null', 'pipe', 'fork-exec'].map((name) => `${id} ${name}`))
        .sort(),
    );
    for (const { status, launches, digest } of atLeastOne(result.measurements)) {
      expect({ status, launches }).toEqual({ status: 'ok', launches: 2 });
      expect(digest).toMatch(/^[0-9a-f]{64}$/);
    }
    for (const name of ['null', 'pipe', 'fork-exec']) {
      const rows = result.measurements.filter(({ workload }) => workload === name);
      expect(new Set(rows.map(({ digest }) => digest)).size).toBe(1);
    }
  });

  test('a system call costs many times as much in User Mode Linux, and as much in a container', () => {
    const overhead = (hypervisor: string) =>
      result.measurements.find((m) => m.hypervisor === hypervisor && m.workload === 'null')?.overhead
        ?.estimate;
    expect(overhead('uml')).toBeGreaterThan(5);
    expect(Math.abs(overhead('container') ?? Number.NaN)).toBeLessThan(1);
  });

  test('launches tell the milestones of each boot, and the evidence names the kernel', () => {
    expect(result.launches.map(({ platform }) => platform)).toEqual(['linux', 'linux']);
    for (const { startMs, bootMs } of atLeastOne(result.launches)) {
      expect(Object.keys(bootMs)).toEqual(['uml']);
      expect(bootMs.uml?.init).toBeGreaterThan(bootMs.uml?.console ?? Number.NaN);
      expect(startMs.uml).toBeGreaterThanOrEqual(bootMs.uml?.init ?? Number.NaN);
    }
    expect(stdout).toContain('Start-up of the machines');
    const inside = result.hypervisors.find(({ id }) => id === 'uml')?.evidence.join('\n');
    expect(inside).toMatch(/guest Linux \d/);
    expect(result.hypervisors.find(({ id }) => id === 'container')?.evidence.join('\n')).toMatch(
      /namespaces/,
    );
  });
});

describe.skipIf(noUml)('nothing outlives', () => {
  const begin = (out: string) =>
    start(run(out, '--hypervisor', 'container,uml', '--budget', '60', '--precision', '0.001'), options);
  const isMeasured = (out: string) => () =>
    readSamples(join(folder, out)).some((sample) => sample.hypervisor === 'uml' && sample.phase === 'round');

  test('Ctrl-C', async () => {
    const started = begin('interrupted');
    await until('a round in User Mode Linux', isMeasured('interrupted'), 60_000);
    expect(started.remains().some(({ commandLine }) => isUml(commandLine))).toBe(true);
    started.child.kill('SIGINT');
    expect((await started.ended).code).toBe(130);
    expectNothingLeft(started);
    expect(readResult(join(folder, 'interrupted')).stopped.reason).toBe('interrupted');
  });

  test('SIGKILL of the tool', async () => {
    const started = begin('killed');
    await until('a round in User Mode Linux', isMeasured('killed'), 60_000);
    started.child.kill('SIGKILL');
    await until('the end of its machines', () => started.remains().length === 0);
    await started.ended;
    expectNothingLeft(started);
  });

  test('SIGKILL of a machine, which costs its trial alone', async () => {
    const started = begin('machine');
    await until('a round in User Mode Linux', isMeasured('machine'), 60_000);
    // Each process in the guest is one on the host, with the command line of the kernel that started it. Its number
    // can be the lower one, since numbers start over.
    const all = started.remains().filter(({ commandLine }) => isUml(commandLine));
    const kernels = all.filter(({ parent }) => !all.some(({ pid }) => pid === parent));
    expect(kernels).toHaveLength(1);
    sendSignal(kernels[0]?.pid, 'SIGKILL');
    await until('the failure', () => started.progress().includes('failed: uml'), 30_000);
    started.child.kill('SIGINT');
    await started.ended;
    expectNothingLeft(started);
    const { failures } = readResult(join(folder, 'machine'));
    expect(failures.map(({ hypervisor }) => hypervisor)).toContain('uml');
    expect(failures[0]?.error).toMatch(/User Mode Linux (died by SIGKILL|exited unexpectedly)/);
  });
});

test('a process that a workload started does not outlive a killed tool, though it stands still', async () => {
  const args =
    '--suite system --workload pipe --hypervisor control --isa x86_64 --budget 60 --precision 0.001';
  const started = start(['run', ...args.split(' '), '--out', 'partner'], options);
  const measured = () =>
    readSamples(join(folder, 'partner')).filter(({ phase }) => phase === 'round').length > 4;
  await until('rounds', measured);
  // Native and control, each with its partner.
  const programs = () => started.remains().filter(({ commandLine }) => /\/linux $/.test(commandLine));
  await until('both partners', () => programs().length === 4);
  started.child.kill('SIGKILL');
  await until('the end of its machines', () => started.remains().length === 0);
  await started.ended;
  expectNothingLeft(started);
});

describe('a hypervisor that cannot boot Linux here', () => {
  const hasOwn = existsSync('/boot') && readdirSync('/boot').some((name) => name.startsWith('vmlinuz-'));
  test.skipIf(hasOwn)('without a kernel is unavailable, with the command that fetches one', async () => {
    const env = { ...options.env, XDG_CACHE_HOME: join(folder, 'empty cache') };
    const { code, stderr } = await hvbench(run('none', '--hypervisor', 'qemu-tcg'), { cwd: folder, env });
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /nothing can run here \(qemu-tcg: (there is no Linux kernel for|qemu-system-x86_64 is not)/,
    );
  });

  test.skipIf(requireOrSkip('qemu', qemuIsUsable))(
    'a file that is no kernel is refused in one line',
    async () => {
      const { code, stderr } = await hvbench(run('bad', '--kernel', process.execPath), options);
      expect(code).toBe(2);
      expect(stderr.trim().split('\n').at(-1)).toMatch(/^hvbench: cannot use .* as a guest's kernel: /);
    },
  );
});
