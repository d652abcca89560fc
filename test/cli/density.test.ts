/** Many machines at once: all answer, limits are found or met without harm, and nothing is left behind. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { countsOf } from '../../core/host/limits.ts';
import type { DensityResult } from '../../core/results/density-schema.ts';
import { kvmIsUsable } from '../kvm.ts';
import { requireOrSkip } from '../require.ts';
import { hvbench, readEntries, readResult, type Started, start, temporaryFolder, until } from './command.ts';

const folder = temporaryFolder();
const WORK = '--suite density --profile quick --seed 3'.split(' ');

const rowOf = (out: string, hypervisor = 'kvm') =>
  readResult(join(folder, out)).density.find((row) => row.hypervisor === hypervisor) as DensityResult;
const herdOf = (started: Started) =>
  started.remains().find(({ commandLine }) => /^\S*node\S* \S*kvm\/herd\/machine\.js/.test(commandLine))
    ?.pid ?? 0;
const begin = (out: string, machines: number) =>
  start(['run', ...WORK, '--hypervisor', 'kvm', '--machines', String(machines), '--out', out], {
    cwd: folder,
  });

/** All that lived at a step answered rightly, up to the last that held. */
function expectHeld({ held, steps }: DensityResult): void {
  expect(steps.length).toBeGreaterThan(0);
  for (const { machines, right, wrong, dead } of steps)
    expect({ right, wrong, dead }).toEqual({ right: machines, wrong: 0, dead: 0 });
  expect(steps.at(-1)?.machines).toBe(held);
}

describe.skipIf(requireOrSkip('kvm', kvmIsUsable))('density', () => {
  test('every machine answers, at each power of ten, and the reports say so', async () => {
    const args = ['run', ...WORK, '--hypervisor', 'kvm,qemu-kvm', '--machines', '12', '--out', 'all'];
    const { code, stdout, stderr } = await hvbench(args, { cwd: folder });
    expect(code, stderr).toBe(0);
    const row = rowOf('all');
    expectHeld(row);
    expect(row).toMatchObject({ status: 'ok', held: 12, stopped: { reason: 'goal' }, terms: { goal: 12 } });
    expect(row.steps.map(({ machines }) => machines)).toEqual([1, 10, 12]);
    // Each guest has a stack and a page of data at least, and little else.
    const touched = (row.steps.at(-1)?.touchedBytes ?? 0) / 12;
    expect(touched).toBeGreaterThanOrEqual(4096);
    expect(touched).toBeLessThan(2 ** 20);
    expect(row.limits.find(({ name }) => name.includes('RLIMIT_NOFILE'))?.fits).toBeGreaterThan(12);
    expect(stdout).toMatch(/kvm × 12/);
    expect(stdout).toMatch(/kvm: 12 machines lived and answered/);
    const files = ['density.csv', 'density.png', 'report.html', 'summary.md'];
    for (const file of files) expect(existsSync(join(folder, 'all', file)), file).toBe(true);
    expect(readFileSync(join(folder, 'all/density.csv'), 'utf8').split('\n')[3]).toMatch(
      /^density,x86_64,kvm,ok/,
    );

    const qemu = rowOf('all', 'qemu-kvm');
    if (qemu.status !== 'unavailable') {
      expectHeld(qemu);
      expect(qemu.terms?.budgetBytes).toBeGreaterThan(0);
    }

    const before = readEntries(join(folder, 'all')).filter(({ type }) => type === 'density-step').length;
    const again = await hvbench(['run', '--resume', 'all'], { cwd: folder });
    expect(again.code, again.stderr).toBe(0);
    expect(readEntries(join(folder, 'all')).filter(({ type }) => type === 'density-step')).toHaveLength(
      before,
    );
  });

  test('a limit is found before it is met', async () => {
    const args = ['run', ...WORK, '--hypervisor', 'kvm', '--machines', '400', '--out', 'few'];
    const { code, stderr } = await hvbench(args, { cwd: folder, under: ['prlimit', '--nofile=160:160'] });
    expect(code, stderr).toBe(0);
    const row = rowOf('few');
    expectHeld(row);
    expect(row.stopped).toMatchObject({ reason: 'limit', text: expect.stringMatching(/file descriptors/) });
    expect(row.binds).toMatch(/RLIMIT_NOFILE/);
    expect(row.held).toBeLessThan(160);
  });

  test.each([
    ['nofile', () => 700, /EMFILE.*RLIMIT_NOFILE/],
    ['as', (pid: number) => countsOf(pid).addressBytes + 200 * 2 ** 20, /RLIMIT_AS|ENOMEM/],
  ])('it meets a limit (%s) in the midst, and those that live answer', async (limit, value, reason) => {
    const out = `met ${limit}`;
    const started = begin(out, 8000);
    await until('500 machines', () => started.progress().includes('500 machines live'));
    const pid = herdOf(started);
    const most = value(pid);
    execFileSync('prlimit', ['--pid', String(pid), `--${limit}=${most}:${most}`]);
    const { code, stderr } = await started.ended;
    expect(code, stderr).toBe(0);
    const row = rowOf(out);
    expectHeld(row);
    expect(row.stopped).toMatchObject({ reason: 'limit', text: expect.stringMatching(reason) });
    expect(row.held).toBeGreaterThanOrEqual(500);
    expect(row.held).toBeLessThan(8000);
    expect(started.remains()).toEqual([]);
  });

  test('a process that is killed costs what it held, not what was measured', async () => {
    const started = begin('killed', 8000);
    await until('500 machines', () => started.progress().includes('500 machines live'));
    process.kill(herdOf(started), 'SIGKILL');
    const { code, stderr } = await started.ended;
    expect(stderr).toMatch(/^failed: kvm x86_64 density: the process of the machines died by SIGKILL/m);
    expect(code).toBe(1);
    const row = rowOf('killed');
    expect(row).toMatchObject({ status: 'failed', held: 100, stopped: { reason: 'failed' } });
    expect(started.remains()).toEqual([]);
  });

  test('Ctrl-C in the midst leaves what was measured, and no machine', async () => {
    const started = begin('interrupted', 8000);
    await until('500 machines', () => started.progress().includes('500 machines live'));
    started.child.kill('SIGINT');
    const { code, stderr } = await started.ended;
    expect(code, stderr).toBe(130);
    expect(started.remains()).toEqual([]);
    expect(readResult(join(folder, 'interrupted')).stopped.reason).toBe('interrupted');
    expect(rowOf('interrupted')).toMatchObject({ held: 100, stopped: null });
  });

  test('SIGKILL in the midst leaves no machine', async () => {
    const started = begin('dead', 8000);
    await until('500 machines', () => started.progress().includes('500 machines live'));
    started.child.kill('SIGKILL');
    await started.ended;
    await until('the end of its machines', () => started.remains().length === 0);
    const { code, stdout } = await hvbench(['report', 'dead', '--json'], { cwd: folder });
    expect(code).toBe(0);
    expect(JSON.parse(stdout).density[0]).toMatchObject({ held: 100, stopped: null });
  });
});
