/** `hvbench exec` keeps what it has measured: killed, stopped, on a full disk, and of very many runs. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { assembleExec } from '../../core/exec/assemble.ts';
import { type ExecEntry, execEntrySchema } from '../../core/exec/journal.ts';
import { type ExecResult, execSchema } from '../../core/results/exec-schema.ts';
import { readEntries } from '../../core/results/folder.ts';
import { header, run } from '../core/exec/example.ts';
import { hvbench, type Started, start, temporaryFolder, until } from './command.ts';

const folder = temporaryFolder();
const temporary = temporaryFolder();
const options = { cwd: folder, env: { TMPDIR: temporary } };
const MANY = ['exec', '--hypervisor', 'control', '--runs', '100000'];
const SEEN = 20;

function entriesIn(path: string): ExecEntry[] {
  const run = join(folder, path);
  return existsSync(join(run, 'samples.ndjson')) ? [...readEntries(run, { schema: execEntrySchema })] : [];
}

const runsIn = (path: string) => entriesIn(path).filter(({ type }) => type === 'run').length;
const runsOf = ({ environments }: ExecResult) => environments.flatMap(({ runs }) => runs).length;

/** Where an exec that was told no folder keeps its journal meanwhile. */
const passing = (started: Started) => /journal in (\/.*)$/m.exec(started.progress())?.[1] ?? '';

async function report(path: string, ...flags: string[]): Promise<ExecResult> {
  const { code, stdout, stderr } = await hvbench(['report', path, '--json', ...flags], options);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return execSchema.parse(JSON.parse(stdout));
}

async function ended(started: Started): Promise<void> {
  await until('the end of its machines', () => started.remains().length === 0);
  expect(readdirSync(temporary)).toEqual([]);
}

test('one that is killed is reported from its journal', async () => {
  const started = start([...MANY, '--out', 'killed', '--', 'echo', 'text'], options);
  await until('runs', () => runsIn('killed') > SEEN, 60_000);
  started.child.kill('SIGKILL');
  expect((await started.ended).code).toBe(137);
  await ended(started);
  const result = await report('killed');
  expect(result).toMatchObject({ command: ['echo', 'text'], stopped: { reason: 'recovered' } });
  expect(runsOf(result)).toBe(runsIn('killed'));
  expect(result.environments.map(({ id, status, stdout }) => `${id} ${status} ${stdout}`)).toEqual([
    'native ok text\n',
    'control ok text\n',
  ]);
  expect(readdirSync(join(folder, 'killed')).sort()).toEqual([
    'overhead.csv',
    'samples.ndjson',
    'summary.md',
  ]);

  // A last line that is half written costs no more than itself.
  const journal = join(folder, 'killed/samples.ndjson');
  writeFileSync(journal, `${readFileSync(journal, 'utf8')}{"type":"run","hyperv`);
  expect(runsOf(await report('killed', '--format', 'csv'))).toBe(runsOf(result));

  // Nor does one that was damaged make more than a line.
  mkdirSync(join(folder, 'damaged'));
  const stranger = { type: 'failure', hypervisor: 'vmware', error: '' };
  writeFileSync(
    join(folder, 'damaged/samples.ndjson'),
    `${JSON.stringify(header())}\n${JSON.stringify(stranger)}\n`,
  );

  for (const [args, message] of [
    [['report', 'damaged'], 'cannot read damaged/samples.ndjson: no machine vmware is planned'],
    [['exec', '--out', 'killed', '--', 'true'], 'killed already holds a run: choose another --out'],
    [
      ['report', 'killed', '--format', 'html'],
      "unknown format 'html' for a result of hvbench exec: use one of csv, markdown",
    ],
    [
      ['compare', 'killed', 'killed'],
      'killed holds a result of hvbench exec, not of hvbench run: hvbench report killed shows it',
    ],
  ] as const)
    expect(await hvbench(args, options)).toEqual({ code: 2, stdout: '', stderr: `hvbench: ${message}\n` });
});

test('one that is stopped shows and keeps what it has, and its journal says the same', async () => {
  const started = start([...MANY, '--out', 'stopped', '--metric', '(x)', '--', 'echo', 'x'], options);
  await until('runs', () => runsIn('stopped') > SEEN, 60_000);
  started.child.kill('SIGTERM');
  const { code, stdout } = await started.ended;
  expect(code).toBe(130);
  await ended(started);
  expect(stdout).toMatch(/│ native .*runs in 1 launch/);
  expect(stdout).toContain('Measuring ended when it was interrupted');
  expect(stdout).toContain('Written to stopped: result.json, overhead.csv, summary.md');
  const result = await report('stopped');
  expect(result.stopped.reason).toBe('interrupted');
  expect(runsOf(result)).toBe(runsIn('stopped'));
  expect(assembleExec(entriesIn('stopped'))).toEqual(result);
});

test('a journal that was not asked for goes when what it holds has been shown, and only then', async () => {
  const whole = start(['exec', '--hypervisor', 'control', '--runs', '1', '--', 'true'], options);
  const { code, stderr } = await whole.ended;
  expect(code, stderr).toBe(0);
  expect(passing(whole)).not.toBe('');
  expect(existsSync(passing(whole))).toBe(false);

  const unwritten = start(
    [...MANY.slice(0, 3), '--runs', '1', '--export-csv', '/dev/full', '--', 'true'],
    options,
  );
  expect((await unwritten.ended).code).toBe(2);
  const kept = passing(unwritten);
  try {
    expect(unwritten.progress()).toContain(
      `; the measurements so far are in ${kept}: hvbench report ${kept}\n`,
    );
    expect(runsOf(await report(kept))).toBe(4);
  } finally {
    rmSync(kept, { recursive: true, force: true });
  }
});

test('where its journal finds no room it ends, with what it has', async () => {
  // 64 KiB: the images that it runs have been made before, by the tests above.
  const under = ['sh', '-c', 'ulimit -f 128; exec "$@"', 'sh'];
  const started = start([...MANY, '--out', 'full', '--', 'true'], { ...options, under });
  const { code, stdout, stderr } = await started.ended;
  expect(code, stderr).toBe(2);
  await ended(started);
  expect(stdout).toMatch(/│ native .*runs in 1 launch/);
  expect(stdout.replaceAll('\n', ' ')).toMatch(
    /Measuring ended early \(cannot write .*EFBIG.*; free up space there/,
  );
  expect(stderr).toMatch(
    /^hvbench: cannot write .*EFBIG.*; the measurements so far are in full: hvbench report full$/m,
  );
  expect(readdirSync(join(folder, 'full')).filter((name) => name.endsWith('.new'))).toEqual([]);
  expect(runsOf(await report('full'))).toBeGreaterThan(SEEN);
});

test('one that cannot go on shows what it has, and says why', async () => {
  const figure = ['--warmup', '0', '--metric', '^(([a-z])+.)+[A-Z]'];
  // The second run prints what the pattern takes for ever to find nothing in.
  const script = `[ -e seen ] && echo ${'a'.repeat(60)}; echo > seen`;
  const started = start([...MANY, ...figure, '--', 'sh', '-c', script], options);
  const { code, stdout, stderr } = await started.ended;
  expect(code, stderr).toBe(2);
  await ended(started);
  expect(stdout).toMatch(/│ native .*1 run in 1 launch/);
  expect(stderr).toMatch(/^hvbench: --metric searches for more than 1000 ms: make it simpler$/m);
  expect(existsSync(passing(started))).toBe(false);
});

describe('a hundred thousand runs', () => {
  const LAUNCHES = 500;
  const ROUNDS = 200;

  test('are reported in bounded memory', async () => {
    const lines: string[] = [JSON.stringify(header())];
    for (let launch = 0; launch < LAUNCHES; launch++)
      for (let round = 0; round < ROUNDS; round++)
        for (const [hypervisor, ms] of [
          ['native', 1],
          ['uml', 2],
        ] as const) {
          const noise = 1 + ((launch * 7 + round * 13) % 17) / 1000;
          lines.push(JSON.stringify({ type: 'run', hypervisor, ...run(launch, round, ms * noise) }));
        }
    mkdirSync(join(folder, 'large'));
    writeFileSync(join(folder, 'large/samples.ndjson'), `${lines.join('\n')}\n`);
    const env = { ...options.env, NODE_OPTIONS: '--max-old-space-size=600' };
    const { code, stdout, stderr } = await hvbench(['report', 'large'], { ...options, env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('100000 runs in 500 launches');
    const [head = '', ...rows] = readFileSync(join(folder, 'large/overhead.csv'), 'utf8').trim().split('\n');
    const cells = (name: string) => rows.map((row) => row.split(',')[head.split(',').indexOf(name)]);
    expect(cells('runs')).toEqual(['100000', '100000', '0']);
    expect(Number(cells('overhead')[1])).toBeCloseTo(1, 10);
  });
});

test('where no cache can be, the journal lies in a temporary folder, and goes as ever', async () => {
  writeFileSync(join(folder, 'no-folder'), '');
  const env = { TMPDIR: temporary, XDG_CACHE_HOME: join(folder, 'no-folder') };
  const command = ['exec', '--hypervisor', 'control', '--runs', '2', '--warmup', '0', '--json', 'true'];
  const started = start(command, { cwd: folder, env });
  const { code, stdout, stderr } = await started.ended;
  expect(code, stderr).toBe(0);
  expect(runsOf(execSchema.parse(JSON.parse(stdout)))).toBe(4);
  expect(passing(started).startsWith(join(temporary, 'hvbench-'))).toBe(true);
  // The images alone stay, where the next run finds them.
  expect(readdirSync(temporary)).toEqual([`hvbench-${process.geteuid?.()}`]);
  rmSync(join(temporary, `hvbench-${process.geteuid?.()}`), { recursive: true });
});
