/** Consolidation, by the real command: it scales up as far as it may, and whatever ends it leaves figures and nothing else. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ConsolidationEntry, ConsolidationRow } from '../../suites/consolidation/schema.ts';
import { atLeastOne } from '../at-least-one.ts';
import { kvmIsUsable } from '../kvm.ts';
import { requireOrSkip } from '../require.ts';
import {
  detailsOf,
  found,
  hvbench,
  MAIN,
  ROOT,
  readResult,
  readSuiteEntries,
  type Started,
  sendSignal,
  start,
  temporaryFolder,
  until,
} from './command.ts';

const folder = temporaryFolder();
const RUN = ['run', '--suite', 'consolidation', '--profile', 'quick', '--seed', '7'];

const begin = (out: string, ...args: string[]): Started =>
  start([...RUN, '--hypervisor', 'native', '--budget', '29', '--out', out, ...args], { cwd: folder });

function rowOf(out: string, hypervisor: string): ConsolidationRow {
  const row = detailsOf<ConsolidationRow>(readResult(join(folder, out)), 'consolidation').find(
    (one) => one.hypervisor === hypervisor,
  );
  if (!row) throw new Error(`there is no row of ${hypervisor}`);
  return row;
}

const numbers = ({ steps }: ConsolidationRow) => steps.map(({ machines }) => machines);

/** Of a machine of the command, once it is there. */
function machineOf(started: Started): number | undefined {
  return started.remains().find(({ commandLine }) => /images\/[^ ]*\/linux/.test(commandLine))?.pid;
}

test.skipIf(requireOrSkip('kvm', kvmIsUsable))('two hypervisors, up to two machines', async () => {
  const args = [...RUN, '--hypervisor', 'native,kvm', '--machines', '2', '--budget', '29', '--out', 'out'];
  const { code, stdout, stderr } = await hvbench(args, { cwd: folder });
  expect({ code, failed: /failed|hvbench: /.exec(stderr) }).toEqual({ code: 0, failed: null });
  expect(stdout).toContain('How many busy machines this host sustains');
  expect(stdout).toContain('no more were requested (--machines 2)');
  for (const hypervisor of ['native', 'kvm']) {
    const row = rowOf('out', hypervisor);
    expect(row).toMatchObject({ status: 'ok', ended: { kind: 'machines', machines: 2 } });
    expect(numbers(row)).toEqual([1, 2]);
    for (const { levels, memory, storm } of atLeastOne(row.steps)) {
      expect(levels.map(({ demand }) => demand)).toEqual(['set', 'flat-out']);
      expect(storm.lastMs).toBeGreaterThan(0);
      expect(memory?.pssBytes).toBeGreaterThan(2 ** 16);
      for (const level of atLeastOne(levels)) {
        expect(level.turnsPerSecond.high).toBeGreaterThan(0);
        expect(level.fairness).toBeGreaterThan(0);
        expect(level.latencyMs.requests).toBeGreaterThan(0);
        expect(level.latencyMs.p95).toBeGreaterThanOrEqual(level.latencyMs.p50);
        expect(level.cpuOverhead === null).toBe(hypervisor !== 'kvm');
      }
    }
  }
  // What executed was proved.
  const { hypervisors } = readResult(join(folder, 'out'));
  expect(hypervisors.find(({ id }) => id === 'kvm')?.evidence.join()).toContain(
    'the process holds a KVM vCPU',
  );
  const csv = readFileSync(join(folder, 'out/consolidation.csv'), 'utf8').trim().split('\n');
  expect(csv).toHaveLength(1 + 2 * 2 * 2);
  expect(readFileSync(join(folder, 'out/consolidation.png')).subarray(1, 4).toString()).toBe('PNG');
  expect(readFileSync(join(folder, 'out/report.html'), 'utf8')).toContain('src="data:image/png;base64,');
  expect(readFileSync(join(folder, 'out/summary.md'), 'utf8')).toContain('`consolidation.png`');
});

test('a limit that falls in the middle ends the scale-up at the last number that held', async () => {
  const started = begin('limited');
  await until('two machines', () => started.progress().includes('2 machines of native'));
  const open = Number(execFileSync('sh', ['-c', `ls /proc/${started.child.pid}/fd | wc -l`]));
  // Room for what is open, and for two or three machines more.
  execFileSync('prlimit', ['--pid', String(started.child.pid), `--nofile=${open + 14}`]);
  const { code, stdout, stderr } = await started.ended;
  expect(code, stderr).toBe(0);
  const row = rowOf('limited', 'native');
  expect(row).toMatchObject({ status: 'ok', ended: { kind: 'limit' } });
  expect(row.ended.reason).toMatch(/limit of \d+ open files/);
  expect(row.ended.machines).toBeLessThan(8);
  expect(numbers(row).slice(0, 2)).toEqual([1, 2]);
  expect(stdout).toContain(row.ended.reason);
  expect(started.remains()).toEqual([]);
});

test('a machine that dies among others ends the scale-up, and nothing stays of them', async () => {
  const started = begin('died');
  await until('four machines', () => started.progress().includes('4 machines of native'));
  sendSignal(await found('a machine', () => machineOf(started)), 'SIGKILL');
  const { code, stderr } = await started.ended;
  expect(code, stderr).toBe(0);
  const row = rowOf('died', 'native');
  expect(numbers(row)).toEqual([1, 2]);
  expect(row.ended.kind).toBe('limit');
  expect(row.ended.reason).toMatch(/^with 4 at once: .*SIGKILL/);
  expect(started.remains()).toEqual([]);
});

test('a machine that dies alone is a failure', async () => {
  const started = begin('alone');
  await until('a machine', () => started.progress().includes('1 machine of native'));
  sendSignal(await found('its process', () => machineOf(started)), 'SIGKILL');
  const { code, stderr } = await started.ended;
  expect(code, stderr).toBe(1);
  expect(rowOf('alone', 'native')).toMatchObject({ status: 'failed', steps: [] });
});

test('Ctrl-C keeps what was measured, and a resumed run goes on from there', async () => {
  const started = begin('stopped', '--machines', '2');
  await until('a whole step', () =>
    readSuiteEntries<ConsolidationEntry>(join(folder, 'stopped'), 'consolidation').some(
      ({ type }) => type === 'consolidation-step',
    ),
  );
  await until('two machines', () => started.progress().includes('2 machines of native'));
  started.child.kill('SIGINT');
  const { code, stderr } = await started.ended;
  expect(code, stderr).toBe(130);
  expect(started.remains()).toEqual([]);
  expect(numbers(rowOf('stopped', 'native'))).toEqual([1]);
  expect(rowOf('stopped', 'native').ended.kind).toBe('interrupted');

  const resumed = await hvbench(['run', '--resume', 'stopped'], { cwd: folder });
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(resumed.stderr).not.toContain('1 machine of native');
  expect(numbers(rowOf('stopped', 'native'))).toEqual([1, 2]);
  expect(rowOf('stopped', 'native').ended.kind).toBe('machines');
});

test('SIGKILL leaves no machine, and the journal gives a result', async () => {
  const started = begin('killed');
  await until('two machines', () => started.progress().includes('2 machines of native'));
  await until('a machine', () => machineOf(started) !== undefined);
  started.child.kill('SIGKILL');
  await until('the end of its machines', () => started.remains().length === 0);
  await started.ended;
  expect(existsSync(join(folder, 'killed/result.json'))).toBe(false);
  const { code, stdout, stderr } = await hvbench(['report', 'killed', '--json'], { cwd: folder });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout).details.consolidation[0].steps).toHaveLength(1);
});

test('a launch that the system refuses is told, and those that came up are stopped', async () => {
  const script = `
    import { execFileSync } from 'node:child_process';
    import { readdirSync } from 'node:fs';
    const root = process.argv[1];
    const { buildImages } = await import(root + '/dist/core/guest/build.js');
    const { suites } = await import(root + '/dist/suites/index.js');
    const { native } = await import(root + '/dist/core/hypervisors/native/driver.js');
    const { localHost } = await import(root + '/dist/core/host/local.js');
    const { MachineGroup } = await import(root + '/dist/suites/consolidation/machine-group.js');
    const images = await buildImages(suites, ['x86_64']);
    const image = images.image('x86_64', 'linux');
    const planned = { hypervisor: native, image, availability: { features: [] }, kernel: undefined };
    const open = readdirSync('/proc/self/fd').length;
    execFileSync('prlimit', ['--pid', String(process.pid), '--nofile=' + (open + 16)]);
    const { signal } = new AbortController();
    const error = await MachineGroup.launch(planned, 12, [0], localHost, signal).catch((error) => error);
    console.log(error.name + ': ' + error.message);`;
  const text = execFileSync(process.execPath, ['--input-type=module', '-e', script, ROOT], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect(text).toMatch(
    /^MachineGroupError: \d+ of 12 machines did not start: the machine cannot be started: .*EMFILE/,
  );
});

test('the number of machines is a whole one above 0', async () => {
  const { code, stderr } = await hvbench([...RUN, '--machines', '0.5'], { cwd: folder });
  expect(code).toBe(2);
  expect(stderr).toMatch(/--machines/);
  expect(existsSync(MAIN)).toBe(true);
});
