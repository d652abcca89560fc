/** Ctrl-C at any moment: exit code 130, everything measured so far kept and readable, nothing left behind. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { requireOrSkip } from '../require.ts';
import {
  hvbench,
  MAIN,
  ROOT,
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
const WORK = '--profile quick --suite cpu --workload integer,sieve --budget 1'.split(' ');
const FEW = ['--hypervisor', 'control,kvm,v86'];
/** For what does not depend on who is measured: the run is to end, or to be in its reports. */
const ONE = ['--hypervisor', 'control', '--isa', 'x86_64'];

const begin = (out: string, env: Record<string, string> = {}, machines: readonly string[] = FEW) =>
  start(['run', ...WORK, ...machines, '--out', out], {
    cwd: folder,
    env: { TMPDIR: temporary, ...env },
    detached: true,
  });

type Target = 'the command' | 'its process group';

/** Interrupts as `kill` does, or as a terminal does, and checks what holds at every moment. */
async function interrupt(started: Started, target: Target): Promise<string> {
  sendSignal(started.child.pid, 'SIGINT', target === 'the command' ? 'process' : 'group');
  const { code, stderr } = await started.ended;
  expect(code, stderr).toBe(130);
  expect(started.remains()).toEqual([]);
  expect(readdirSync(temporary)).toEqual([]);
  // Node ends by the signal itself as long as it has not read the very first of our modules.
  const told = started.child.signalCode === null ? ['hvbench: interrupted'] : [];
  const lines = stderr.split('\n').filter((line) => /hvbench: |^ {4}at /.test(line));
  expect(lines.map((line) => line.replace(/: finishing up.*/, ''))).toEqual(told);
  return stderr;
}

/** Everything in the journal is in the result, and every report can be made again. */
async function expectReadable(out: string): Promise<void> {
  const rounds = readSamples(join(folder, out)).filter(({ phase }) => phase === 'round').length;
  rmSync(join(folder, out, 'report.html'), { force: true });
  const { code, stdout, stderr } = await hvbench(['report', out, '--json'], { cwd: folder });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const result = JSON.parse(stdout);
  const measured = result.measurements.reduce((sum: number, row: { rounds: number }) => sum + row.rounds, 0);
  expect(measured).toBe(rounds);
  expect(readdirSync(join(folder, out))).toEqual(
    expect.arrayContaining(['overhead.csv', 'overhead.png', 'report.html', 'samples.ndjson', 'summary.md']),
  );
}

test.each([
  ['at once', 0],
  ['while its modules load', 150],
  ['when it looks at the host', 400],
])('%s', async (_, delayMs) => {
  const started = begin(`early-${delayMs}`);
  await new Promise((resolve) => setTimeout(resolve, delayMs));
  await interrupt(started, 'the command');
});

test('from the very first module on', () => {
  const module = JSON.stringify(join(ROOT, 'dist/core/cli/interrupt.js'));
  const script = `await import(${module}); process.kill(process.pid, 'SIGINT'); setInterval(() => {}, 1e6);`;
  const ended = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(ended).toMatchObject({ status: 130, signal: null, stderr: 'hvbench: interrupted\n' });
  // Whatever else is loaded comes later.
  const imports = readFileSync(MAIN, 'utf8').match(/^import .*;$/gm) ?? [];
  expect(imports.slice(0, 2)).toContain("import './interrupt.js';");
});

test.each<Target>(['the command', 'its process group'])('while images are built: %s', async (target) => {
  const out = `building ${target}`;
  const cache = join(folder, `cache of ${out}`);
  const images = join(cache, 'hvbench/images');
  const building = () =>
    existsSync(images) && readdirSync(images).some((name) => name.startsWith('building-'));
  const started = begin(out, { XDG_CACHE_HOME: cache });
  await until('building', building);
  await until('a compiler', () => started.remains().some(({ commandLine }) => /cc1/.test(commandLine)));
  await interrupt(started, target);
  expect(building()).toBe(false);
  // Nothing was measured: the folder is as good as none.
  expect(readdirSync(join(folder, out))).toEqual([]);
});

test('while machines start', async () => {
  const started = begin('starting');
  await until('launch 1', () => started.progress().includes('launch 1'));
  await interrupt(started, 'its process group');
  await expectReadable('starting');
});

test.each<[launch: number, target: Target]>([
  [0, 'the command'],
  [1, 'its process group'],
])('while launch %i is measured: %s', async (launch, target) => {
  const out = `measuring-${launch}`;
  // The first launch has machines of every hypervisor.
  const started = begin(out, {}, launch === 0 ? [] : FEW);
  const counted = () =>
    readSamples(join(folder, out)).filter((sample) => sample.phase === 'round' && sample.launch === launch);
  await until('a round', () => counted().length > 0);
  await interrupt(started, target);
  expect(counted().length).toBeGreaterThan(0);
  const { stopped, launches } = readResult(join(folder, out));
  expect(stopped.reason).toBe('interrupted');
  expect(launches.at(-1)?.index).toBe(launch);
  await expectReadable(out);
});

test('while reports are written', async () => {
  const started = begin('reporting', {}, ONE);
  await until('result.json', () => existsSync(join(folder, 'reporting/result.json')));
  await interrupt(started, 'the command');
  await expectReadable('reporting');
});

test('a second one is obeyed at once', async () => {
  const started = begin('twice');
  await until('a sample', () => readSamples(join(folder, 'twice')).length > 0);
  started.child.kill('SIGINT');
  await new Promise((resolve) => setTimeout(resolve, 400));
  started.child.kill('SIGTERM');
  const { code } = await started.ended;
  expect(code).toBe(130);
  await until('the end of its machines', () => started.remains().length === 0);
  await expectReadable('twice');
});

test('one that comes twice, as timeout and npm send it, is one', async () => {
  const started = begin('limited');
  await until('a sample', () => readSamples(join(folder, 'limited')).length > 0, 60_000);
  started.child.kill('SIGTERM');
  await new Promise((resolve) => setTimeout(resolve, 20));
  started.child.kill('SIGTERM');
  const { code, stderr } = await started.ended;
  expect(code).toBe(130);
  expect(stderr.match(/^hvbench: .*$/gm)).toEqual([
    'hvbench: interrupted: finishing up; interrupt again to stop at once',
  ]);
  expect(readResult(join(folder, 'limited')).stopped.reason).toBe('interrupted');
  await expectReadable('limited');
});

describe('SIGHUP', () => {
  test('does nothing to a run without a terminal', async () => {
    const started = begin('detached', {}, ONE);
    await until('a sample', () => readSamples(join(folder, 'detached')).length > 0, 60_000);
    started.child.kill('SIGHUP');
    const { code, stderr } = await started.ended;
    expect(code, stderr).toBe(0);
    expect(readResult(join(folder, 'detached')).stopped.reason).not.toBe('interrupted');
  });

  const hasScript = spawnSync('script', ['--version']).status === 0;
  /** A shell in a terminal, which is closed once the run has measured something; how the run ended. */
  async function inTerminal(out: string, shell: (command: string) => string): Promise<string> {
    const command = [process.execPath, MAIN, 'run', ...WORK, ...FEW, '--precision', '0.01', '--out', out];
    const terminal = spawn('script', ['-qec', shell(command.join(' ')), '/dev/null'], {
      cwd: folder,
      env: { ...process.env, TMPDIR: temporary },
      stdio: ['ignore', 'ignore', 'ignore'],
    });
    try {
      await until('a sample', () => readSamples(join(folder, out)).length > 0, 60_000);
    } finally {
      terminal.kill('SIGKILL');
    }
    await until('the end', () => existsSync(join(folder, out, 'summary.md')), 90_000);
    return readResult(join(folder, out)).stopped.reason;
  }

  describe.skipIf(requireOrSkip('script', hasScript))('of a terminal that is closed', () => {
    test('does nothing to a run under nohup', async () => {
      const reason = await inTerminal('nohup', (run) => `nohup ${run} > nohup.log 2>&1 & sleep 1000`);
      expect(reason).toBe('budget');
      // Its machines share its fate, and have none of their own.
      expect(readFileSync(join(folder, 'nohup.log'), 'utf8')).not.toMatch(/^failed: /m);
    });

    test('ends a run that was shown there, in order', async () => {
      expect(await inTerminal('shown', (run) => `${run} --budget 60`)).toBe('interrupted');
    });
  });
});
