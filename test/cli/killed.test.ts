/** SIGKILL, of the tool and of a machine: nothing outlives it, nothing measured is lost, and it can go on. */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Result } from '../../core/results/schema.ts';
import { atLeastOne } from '../at-least-one.ts';
import { kvmIsUsable } from '../kvm.ts';
import {
  found,
  hvbench,
  readEntries,
  readResult,
  readSamples,
  sendSignal,
  start,
  temporaryFolder,
  until,
} from './command.ts';

const folder = temporaryFolder();
const WORK = '--profile quick --suite cpu --workload integer,sieve'.split(' ');

/** One machine of each kind: what a killed run has to go on with does not depend on how many there are. */
const FEW = ['--hypervisor', `control,v86${kvmIsUsable ? ',kvm' : ''}`];

const launchesOf = ({ measurements }: Result) => measurements.map(({ launches }) => launches);

const roundsIn = (out: string) =>
  readSamples(join(folder, out)).filter(({ phase }) => phase === 'round').length;

/** Kills a run once it has measured a round more; returns when its machines are gone too. */
async function kill(out: string, ...args: string[]): Promise<void> {
  const before = roundsIn(out);
  const started = start(['run', ...args], { cwd: folder });
  await until('a round', () => roundsIn(out) > before);
  expect(started.remains().length).toBeGreaterThan(1);
  started.child.kill('SIGKILL');
  await until('the end of its machines', () => started.remains().length === 0);
  expect((await started.ended).code).toBe(137);
}

/** The result, and all reports unless one is named. */
async function report(out: string, ...formats: string[]): Promise<Result> {
  const flags = formats.flatMap((format) => ['--format', format]);
  const { code, stdout, stderr } = await hvbench(['report', out, '--json', ...flags], { cwd: folder });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

async function resume(out: string): Promise<Result> {
  const { code, stderr } = await hvbench(['run', '--resume', out, '--budget', '1'], { cwd: folder });
  expect(code, stderr).toBe(0);
  return readResult(join(folder, out));
}

test('a killed run leaves no machine of any hypervisor', async () => {
  await kill('every', ...WORK, '--budget', '1', '--out', 'every');
  expect((await report('every', 'csv')).stopped.reason).toBe('recovered');
});

test('a killed run is recovered from its journal, and resumed', async () => {
  const journal = join(folder, 'out/samples.ndjson');
  await kill('out', ...WORK, ...FEW, '--seed', '7', '--budget', '1', '--out', 'out');
  expect(existsSync(join(folder, 'out/result.json'))).toBe(false);

  const recovered = await report('out');
  expect(recovered).toMatchObject({ seed: 7, stopped: { reason: 'recovered' } });
  expect(recovered.measurements.reduce((sum, row) => sum + row.rounds, 0)).toBe(roundsIn('out'));
  expect(existsSync(join(folder, 'out/report.html'))).toBe(true);

  cpSync(join(folder, 'out'), join(folder, 'cut'), { recursive: true });
  const before = readFileSync(journal, 'utf8');
  const resumed = await resume('out');
  expect(readFileSync(journal, 'utf8').startsWith(before)).toBe(true);
  expect(resumed).toMatchObject({ seed: 7, profile: 'quick', stopped: { reason: 'budget' } });
  expect(resumed.startedAt).toBe(recovered.startedAt);
  const measurable = resumed.measurements.filter(({ status }) => status !== 'unavailable');
  for (const { status, launches } of atLeastOne(measurable)) {
    expect(status).toBe('ok');
    expect(launches).toBeGreaterThanOrEqual(2);
  }
  expect(measurable.length).toBeGreaterThanOrEqual(6);
  // What was proved once is not told twice.
  for (const { evidence } of atLeastOne(resumed.hypervisors))
    expect(new Set(evidence).size).toBe(evidence.length);

  // A result that is older than the journal must not hide what a second killed run has measured.
  await kill('out', '--resume', 'out', '--budget', '60', '--precision', '0.001');
  const again = await report('out', 'csv');
  expect(again.stopped.reason).toBe('recovered');
  const measured = ({ measurements }: Result) => measurements.reduce((sum, row) => sum + row.rounds, 0);
  expect(measured(again)).toBeGreaterThan(measured(resumed));
});

test('a run that was killed before every machine had a sample measures them all when resumed', async () => {
  const entries = readEntries(join(folder, 'cut'));
  const first = entries.findIndex((entry) => entry.type === 'sample');
  expect(entries[first]).toMatchObject({ launch: 0 });
  const kept = entries.slice(0, first + 1).map((entry) => `${JSON.stringify(entry)}\n`);
  writeFileSync(join(folder, 'cut/samples.ndjson'), kept.join(''));
  rmSync(join(folder, 'cut/result.json'), { force: true });
  const { measurements } = await resume('cut');
  const measurable = measurements.filter(({ status }) => status !== 'unavailable');
  expect(measurable.length).toBeGreaterThanOrEqual(6);
  for (const { status, launches } of atLeastOne(measurable))
    expect({ status, launches }).toEqual({ status: 'ok', launches: 2 });
});

describe('a run that was killed before it began', () => {
  const TINY = ['run', ...WORK, '--hypervisor', 'control', '--isa', 'x86_64', '--budget', '1'];
  const early = (out: string) => {
    const started = start([...TINY, '--out', out], {
      cwd: folder,
      env: { XDG_CACHE_HOME: join(folder, `cache of ${out}`) },
    });
    return until('the journal', () => existsSync(join(folder, out, 'samples.ndjson')), 60_000).then(
      () => started,
    );
  };

  test('leaves an empty journal, and no compiler', async () => {
    const started = await early('nothing');
    started.child.kill('SIGKILL');
    await started.ended;
    await until('the end of its compilers', () => started.remains().length === 0);
    expect(readFileSync(join(folder, 'nothing/samples.ndjson'), 'utf8')).toBe('');
  });

  test.each([
    ['before its header', ''],
    ['amid its header', '{"type":"header","schema":"hvbench/jour'],
  ])('can be begun anew, and says so where that is not asked: %s', async (name, content) => {
    const out = name.replaceAll(' ', '-');
    mkdirSync(join(folder, out));
    writeFileSync(join(folder, out, 'samples.ndjson'), content);
    for (const args of [
      ['report', out],
      ['run', '--resume', out],
    ]) {
      const { code, stderr } = await hvbench(args, { cwd: folder });
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: expect.stringMatching(
          /^hvbench: .* holds no measurement.*start a new run with --out [\w-]+\n$/,
        ),
      });
    }
    const again = await hvbench([...TINY, '--out', out], { cwd: folder });
    expect(again.code, again.stderr).toBe(0);
    expect(readResult(join(folder, out)).stopped.reason).not.toBe('recovered');
  });

  test('is not taken for one that is about to begin, or is under way', async () => {
    const started = await early('busy');
    const second = await hvbench([...TINY, '--out', 'busy'], { cwd: folder });
    expect(second).toEqual({
      code: 2,
      stdout: '',
      stderr: 'hvbench: another hvbench is writing to busy: choose another --out\n',
    });
    await until('a sample', () => readSamples(join(folder, 'busy')).length > 0, 90_000);
    const resumed = await hvbench(['run', '--resume', 'busy'], { cwd: folder });
    expect(resumed.code).toBe(2);
    const { code, stderr } = await started.ended;
    expect(code, stderr).toBe(0);
    expect(readResult(join(folder, 'busy')).measurements.every(({ status }) => status === 'ok')).toBe(true);
  });
});

test('a half-written last line costs no more than itself', async () => {
  const journal = join(folder, 'out/samples.ndjson');
  const whole = await report('out', 'csv');
  writeFileSync(journal, `${readFileSync(journal, 'utf8')}{"type":"sample","launch":`);
  expect(launchesOf(await report('out', 'csv'))).toEqual(launchesOf(whole));
});

test('a machine that dies in a later launch is a failure, and ends what it was measured for', async () => {
  // Nothing is that precise, and no host too busy for three launches in that time.
  const budget = '--suite cpu --workload integer --isa i386 --hypervisor v86 --budget 600 --precision 0.0001';
  const started = start(['run', ...budget.split(' '), '--out', 'stopped'], { cwd: folder });
  const samples = () => readSamples(join(folder, 'stopped'));
  const third = () => samples().some((s) => s.launch === 2 && s.hypervisor === 'v86');
  await until('launch 3', third, 90_000);
  const machine = () => started.remains().find(({ commandLine }) => commandLine.includes('v86/machine.js'));
  sendSignal((await found('a machine', machine)).pid, 'SIGKILL');
  const { code, stderr } = await started.ended;
  expect(stderr).toMatch(/^failed: v86 i386 integer: the machine died by SIGKILL$/m);
  expect(code, stderr).toBe(1);
  expect(started.remains()).toEqual([]);
  const { failures, measurements } = readResult(join(folder, 'stopped'));
  expect(failures).toHaveLength(1);
  expect(measurements.find(({ hypervisor }) => hypervisor === 'v86')).toMatchObject({ status: 'failed' });
});
