/** Many machines at once: all answer, limits are found or met without harm, and nothing is left behind. */

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { resourceCountsOf } from '../../core/host/limits.ts';
import { localHost } from '../../core/host/local.ts';
import type { DensityEntry, DensityResult } from '../../suites/density/schema.ts';
import { kvmIsUsable } from '../kvm.ts';
import { qemuIsUsable } from '../qemu.ts';
import { requireOrSkip } from '../require.ts';
import {
  detailsOf,
  found,
  hvbench,
  readResult,
  readSuiteEntries,
  type Started,
  sendSignal,
  start,
  temporaryFolder,
  until,
} from './command.ts';

const folder = temporaryFolder();
const WORK = '--suite density --profile quick --seed 3'.split(' ');

const rowsOf = (out: string) => detailsOf<DensityResult>(readResult(join(folder, out)), 'density');
const rowOf = (out: string, hypervisor = 'kvm') =>
  rowsOf(out).find((row) => row.hypervisor === hypervisor) as DensityResult;
const vmGroupOf = (started: Started) =>
  started.remains().find(({ commandLine }) => /^\S*node\S* \S*kvm\/vm-group\/machine\.js/.test(commandLine))
    ?.pid;
const begin = (out: string, machines: number) =>
  start(['run', ...WORK, '--hypervisor', 'kvm', '--machines', String(machines), '--out', out], {
    cwd: folder,
  });

/** Steps up to the last that held at which not all that lived answered rightly. */
const broken = ({ steps }: DensityResult) =>
  steps.filter(({ machines, right, wrong, dead }) => right !== machines || wrong !== 0 || dead !== 0);

/** All that lived at a step answered rightly, up to the last that held. */
function expectHeld(row: DensityResult): void {
  expect(row.steps.length).toBeGreaterThan(0);
  expect(broken(row)).toEqual([]);
  expect(row.steps.at(-1)?.machines).toBe(row.held);
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
    const isCarried = qemu.status !== 'unavailable';
    expect(broken(qemu)).toEqual([]);
    expect(qemu.steps.at(-1)?.machines ?? 0).toBe(qemu.held);
    expect((qemu.terms?.budgetBytes ?? 0) > 0).toBe(isCarried);

    const before = readSuiteEntries<DensityEntry>(join(folder, 'all'), 'density').filter(
      ({ type }) => type === 'density-step',
    ).length;
    const again = await hvbench(['run', '--resume', 'all'], { cwd: folder });
    expect(again.code, again.stderr).toBe(0);
    expect(
      readSuiteEntries<DensityEntry>(join(folder, 'all'), 'density').filter(
        ({ type }) => type === 'density-step',
      ),
    ).toHaveLength(before);
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
    // Of the descriptors below it, those are free that belong to VMs created ahead: some hundreds more live.
    ['nofile', () => 300, /EMFILE.*RLIMIT_NOFILE/],
    [
      'as',
      (pid: number) => resourceCountsOf(pid, localHost).addressBytes + 200 * 2 ** 20,
      /RLIMIT_AS|ENOMEM/,
    ],
  ])('it meets a limit (%s) in the midst, and those that live answer', async (limit, value, reason) => {
    const out = `met ${limit}`;
    const started = begin(out, 8000);
    await until('500 machines', () => started.progress().includes('500 machines live'));
    const pid = await found('the process of the machines', () => vmGroupOf(started));
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
    sendSignal(await found('the process of the machines', () => vmGroupOf(started)), 'SIGKILL');
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

  test.each([
    ['a native process is measured', (started: Started) => started.progress().includes('measuring a native')],
    [
      'memory settles',
      (_: Started, out: string) =>
        readSuiteEntries<DensityEntry>(join(folder, out), 'density').some(
          ({ type }) => type === 'density-start',
        ),
    ],
  ])('Ctrl-C while %s ends it before it scales up', async (moment, hasCome) => {
    const out = `early, ${moment}`;
    const started = begin(out, 8000);
    await until('the moment', () => hasCome(started, out));
    started.child.kill('SIGINT');
    const { code, stderr } = await started.ended;
    expect(code, stderr).toBe(130);
    expect(started.remains()).toEqual([]);
    expect(rowsOf(out).filter(({ held }) => held > 0)).toEqual([]);
  });

  test('SIGKILL in the midst leaves no machine', async () => {
    const started = begin('dead', 8000);
    await until('500 machines', () => started.progress().includes('500 machines live'));
    started.child.kill('SIGKILL');
    await started.ended;
    await until('the end of its machines', () => started.remains().length === 0);
    const { code, stdout } = await hvbench(['report', 'dead', '--json'], { cwd: folder });
    expect(code).toBe(0);
    expect(JSON.parse(stdout).details.density[0]).toMatchObject({ held: 100, stopped: null });
  });
});

describe.skipIf(requireOrSkip('qemu', qemuIsUsable))('density of QEMU', () => {
  test('Ctrl-C while machines start leaves none', async () => {
    const args = ['run', ...WORK, '--hypervisor', 'qemu-tcg', '--machines', '100', '--out', 'qemu'];
    const started = start(args, { cwd: folder });
    await until('a step', () => /qemu-tcg: 1 of 1 machines answered/.test(started.progress()));
    await until('machines', () => started.remains().length > 4);
    started.child.kill('SIGINT');
    const { code, stderr } = await started.ended;
    expect(code, stderr).toBe(130);
    expect(started.remains()).toEqual([]);
    expect(rowOf('qemu', 'qemu-tcg')).toMatchObject({ stopped: null, terms: { budgetBytes: null } });
    expect(rowOf('qemu', 'qemu-tcg').held).toBeGreaterThan(0);
  });
});

/** A user other than root becomes root of a user namespace. */
const UNSHARE = process.getuid?.() === 0 ? ['unshare', '-m'] : ['unshare', '-r', '-m'];
const [unshare = '', ...flags] = UNSHARE;
const permitted = spawnSync(unshare, [...flags, 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;
/** Opening a device below a mount without devices is forbidden even to root. */
const FORBIDDEN = 'mount --bind /dev/kvm /dev/kvm; mount -o remount,bind,nodev /dev/kvm';
const ANOTHER_DEVICE = 'mount --bind /dev/zero /dev/kvm';

describe.skipIf(requireOrSkip('unshare', permitted) || requireOrSkip('kvm', kvmIsUsable))(
  'density with a /dev/kvm that is of no use',
  () => {
    const run = (script: string, hypervisors: string, out: string) =>
      hvbench(['run', ...WORK, '--machines', '3', '--hypervisor', hypervisors, '--out', out], {
        cwd: folder,
        under: [...UNSHARE, 'sh', '-e', '-c', `${script}\nexec "$@"`, 'sh'],
      });

    test('one that may not be opened is unavailable, with the reason', async () => {
      const { code, stdout, stderr } = await run(FORBIDDEN, 'kvm,v86', 'forbidden');
      // What was named and cannot run is told.
      expect(code, stderr).toBe(1);
      expect(rowOf('forbidden')).toMatchObject({ status: 'unavailable', held: 0, steps: [] });
      expect(rowOf('forbidden').error).toMatch(/EACCES/);
      expect(stdout).toMatch(/kvm unavailable: .*EACCES/);
    });

    test('one that is another device fails', async () => {
      const { code, stderr } = await run(ANOTHER_DEVICE, 'kvm', 'another');
      expect(code, stderr).toBe(1);
      expect(rowOf('another')).toMatchObject({ status: 'failed', error: expect.stringMatching(/ENOTTY/) });
    });
  },
);
