/** Adding from outside: the toy of test/plugins, which knows nothing of hvbench but what that exports. */

import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Comparison, Examination, Gate, Inventory } from '../../core/index.ts';
import { atLeastOne } from '../at-least-one.ts';
import { hvbench, ROOT, readResult, temporaryFolder } from './command.ts';

const folder = temporaryFolder();
const TOY = join(ROOT, 'test/plugins/toy');
const CONFIG = ['--config', join(TOY, 'bench.config.ts')];
const WHAT = ['--suite', 'numbers,spawn', '--hypervisor', 'nice,v86', '--isa', 'i386', '--profile', 'quick'];
const options = { cwd: folder };
const run = (out: string) => hvbench(['run', ...CONFIG, ...WHAT, '--budget', '10', '--out', out], options);
const json = async <T>(...args: string[]): Promise<T> => {
  const { stdout, stderr } = await hvbench(args, options);
  expect(stdout, stderr).toMatch(/^\{/);
  return JSON.parse(stdout) as T;
};
const text = (name: string) => readFileSync(join(folder, name), 'utf8');

let shown: string;
beforeAll(async () => {
  const { code, stdout, stderr } = await run('a');
  expect(code, stderr).toBe(0);
  expect((await run('b')).code).toBe(0);
  shown = stdout;
});

describe('a plugin', () => {
  test("is listed and examined beside what is hvbench's own, if there is a configuration that has it", async () => {
    const { suites, hypervisors } = await json<Inventory>('list', '--json', ...CONFIG);
    expect(suites.at(-2)).toMatchObject({ name: 'numbers', study: null, workloads: [{ name: 'collatz' }] });
    expect(suites.at(-1)).toMatchObject({ name: 'spawn', study: 'spawn', workloads: [] });
    expect(hypervisors.at(-1)).toMatchObject({ id: 'nice', mode: 'native', available: true });
    const without = await json<Inventory>('list', '--json');
    expect(without.suites.map(({ name }) => name)).toEqual(suites.slice(0, -2).map(({ name }) => name));
    const examination = await json<Examination>('doctor', '--json', ...CONFIG);
    expect(examination.hypervisors.at(-1)).toMatchObject({
      id: 'nice',
      available: true,
      isas: ['x86_64', 'i386'],
    });
    const here = join(folder, 'here');
    mkdirSync(here);
    writeFileSync(join(here, 'bench.config.ts'), `export { default } from '${TOY}/bench.config.ts';\n`);
    const found = await hvbench(['list', '--json'], { cwd: here });
    expect(JSON.parse(found.stdout)).toEqual({ suites, hypervisors });
  });

  test('is measured: its driver ran its workload, with evidence, and results keep where it is from', () => {
    const { measurements, hypervisors, config } = readResult(join(folder, 'a'));
    expect(
      measurements.map(({ suite, workload, hypervisor, status }) => [suite, workload, hypervisor, status]),
    ).toEqual([
      ['numbers', 'collatz', 'native', 'ok'],
      ['numbers', 'collatz', 'v86', 'ok'],
      ['numbers', 'collatz', 'nice', 'ok'],
    ]);
    expect(new Set(measurements.map(({ digest }) => digest)).size).toBe(1);
    expect(hypervisors.find(({ id }) => id === 'nice')?.evidence.join()).toMatch(
      /nice value 1\d, by \/proc\/\d+\/stat/,
    );
    expect(config.plugins).toEqual([{ name: 'toy', version: '1.0.0' }]);
  });

  test('keeps what a suite with a method of its own found, as rows and as its own details', () => {
    const { rows, details, failures } = readResult(join(folder, 'a'));
    expect(failures).toEqual([]);
    const own = rows.filter(({ suite }) => suite === 'spawn');
    expect(own.map(({ dimensions, status }) => [dimensions, status])).toEqual([
      [{ command: 'true' }, 'ok'],
      [{ command: 'sh -c' }, 'ok'],
    ]);
    // The least that starting a program can take is some hundred microseconds.
    const found = own.flatMap(({ metrics: { started } }) =>
      typeof started?.value === 'object' ? [started.value] : [],
    );
    expect(found).toHaveLength(2);
    for (const { estimate } of atLeastOne(found)) expect(estimate).toBeGreaterThan(1e5);
    expect(details.spawn).toMatchObject([{ command: 'true' }, { command: 'sh -c' }]);
  });

  test('is in every format, and its report among them', () => {
    expect(readdirSync(join(folder, 'a')).sort()).toEqual([
      ...['distribution.png', 'overhead.csv', 'overhead.png', 'overhead.txt', 'report.html', 'result.json'],
      ...['samples.csv', 'samples.ndjson', 'spawn.csv', 'spawn.png', 'summary.md'],
    ]);
    for (const content of [shown, text('a/summary.md'), text('a/report.html')]) {
      expect(content).toMatch(/numbers \(i386\)/);
      expect(content).toMatch(/collatz/);
      expect(content).toMatch(/\bnice\b/);
      expect(content).toMatch(/Starting a program[\s\S]*sh -c[\s\S]* ms/);
      expect(content).toContain('measured with toy 1.0.0, by plugins of the configuration');
    }
    expect(text('a/overhead.csv')).toMatch(/^numbers,collatz,i386,nice,/m);
    expect(text('a/samples.csv')).toMatch(/numbers,collatz,i386,nice,/);
    expect(text('a/spawn.csv')).toMatch(/^command,launch,ns\n(true|sh -c),0,\d+$/m);
    expect(text('a/overhead.txt')).toMatch(/^numbers\/collatz i386 nice -?\d+\.\d\d %$/m);
  });

  test('is in reports of its result, as a format if it is there', async () => {
    const again = await hvbench(['report', 'a', '--format', 'lines', ...CONFIG], options);
    expect(again.stdout).toMatch(/\bnice\b/);
    expect(again.stdout).toMatch(/\nWritten to a: overhead\.txt\n$/);
    const without = await hvbench(['report', 'a', '--format', 'lines'], options);
    expect(without).toMatchObject({
      code: 2,
      stderr: "hvbench: unknown format 'lines': use one of csv, charts, html, markdown\n",
    });
    expect((await hvbench(['report', 'a', '--format', 'markdown'], options)).stdout).toMatch(/\bnice\b/);
  });

  test('is compared, gated and followed over time', async () => {
    const { rows, metrics: figures } = await json<Comparison>(
      'compare',
      'a',
      'b',
      '--format',
      'json',
      ...CONFIG,
    );
    expect(rows.map(({ workload, hypervisor }) => [workload, hypervisor])).toEqual([
      ['collatz', 'v86'],
      ['collatz', 'nice'],
    ]);
    const judgedRows = figures.filter(({ suite }) => suite === 'spawn');
    expect(judgedRows.map(({ dimensions, metric }) => [dimensions, metric])).toEqual([
      [{ command: 'true' }, 'started'],
      [{ command: 'sh -c' }, 'started'],
    ]);
    expect(
      (await hvbench(['gate', '--baseline', 'base.json', '--update', 'a', 'b', ...CONFIG], options)).code,
    ).toBe(0);
    // What it measures by itself takes the suite and its sources.
    const judged = await json<Gate>(
      'gate',
      '--baseline',
      'base.json',
      '--json',
      '--no-confirm',
      '--budget',
      '8',
      ...CONFIG,
    );
    expect(judged.rows.map(({ suite, hypervisor }) => [suite, hypervisor])).toEqual([['numbers', 'v86']]);
    expect((await hvbench(['history', 'add', 'a', 'b', ...CONFIG], options)).code).toBe(0);
    const history = await hvbench(['history', 'show', '--hypervisor', 'nice'], options);
    expect(history.stdout).toMatch(/collatz/);
    const metrics = await hvbench(['history', 'show', '--suite', 'spawn'], options);
    expect(metrics.stdout).toMatch(/sh -c, native \(x86_64\): started and ended/);
  });

  test('is named where a command is measured, with what it lacks for that', async () => {
    const { code, stderr } = await hvbench(
      ['exec', ...CONFIG, '--hypervisor', 'nice', '--', 'true'],
      options,
    );
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(
        /hvbench: none of the named hypervisors can run the command \(nice: .+\): see hvbench doctor/,
      ),
    });
  });

  test('has to be there when a run is resumed', async () => {
    const resume = (...more: string[]) => hvbench(['run', '--resume', 'a', ...more], options);
    expect(await resume()).toMatchObject({
      code: 2,
      stderr:
        'hvbench: a was measured with plugin toy 1.0.0: resume it with the configuration that has them, by --config\n',
    });
    const before = readResult(join(folder, 'a')).launches.length;
    const { code, stderr } = await resume('--budget', '11', ...CONFIG);
    expect(code, stderr).toBe(0);
    expect(readResult(join(folder, 'a')).launches.length).toBeGreaterThanOrEqual(before);
  });
});

describe('what is wrong with one', () => {
  const refused = async (name: string, config: string) => {
    writeFileSync(join(folder, `${name}.config.ts`), config);
    const { code, stdout, stderr } = await hvbench(['list', '--config', `${name}.config.ts`], options);
    expect({ code, stdout }, stderr).toEqual({ code: 2, stdout: '' });
    return stderr.replaceAll(folder, '');
  };

  test('is told in a line', async () => {
    const half =
      "export default { plugins: [{ name: 'half', hypervisors: [{ id: 'x', runtimes: { bare: null, linux: null }, launch() {}, verify() {} }] }] };";
    expect(await refused('half', half)).toBe(
      'hvbench: config /half.config.ts at plugins.0: plugin half: hypervisor x: probe is no function\n',
    );
    const twice = `import { toy } from '${TOY}/index.ts';\nexport default { plugins: [toy, { ...toy, name: 'copy' }] };`;
    expect(await refused('twice', twice)).toBe(
      'hvbench: plugin copy: plugin toy has a hypervisor nice already: choose another\n',
    );
  });

  test('costs nobody else anything where it can be left out', async () => {
    mkdirSync(join(folder, 'broken'));
    writeFileSync(join(folder, 'broken/wrong.c'), 'this is no C\n');
    const workload = { name: 'wrong', title: 'x', exposes: 'x', source: 'wrong.c', entry: 'broken/wrong' };
    const suite = {
      name: 'broken',
      title: 'x',
      slot: 100,
      folder: join(folder, 'broken'),
      workloads: [workload],
    };
    writeFileSync(
      join(folder, 'broken.config.ts'),
      `const suite = ${JSON.stringify(suite)};
       const driver = { id: 'thrower', runtimes: { bare: 'linux', linux: null }, probe() { throw new Error('no bus'); }, launch() {}, verify() {} };
       const report = { name: 'thrower', write() { throw new Error('no ink'); } };
       export default { plugins: [{ name: 'broken', suites: [suite], hypervisors: [driver], reports: [report] }] };`,
    );
    const args = [
      'run',
      '--config',
      'broken.config.ts',
      '--profile',
      'quick',
      '--budget',
      '1',
      '--isa',
      'i386',
    ];
    const measured = await hvbench(
      [...args, '--hypervisor', 'control,thrower', '--workload', 'tak', '--out', 'c'],
      options,
    );
    expect(measured.stderr).toContain('thrower is not measured: plugin broken: no bus');
    expect(measured.stderr).toContain('not written: thrower: plugin broken: report thrower: no ink');
    expect(measured.code).toBe(1);
    expect(readResult(join(folder, 'c')).measurements.map(({ status }) => status)).toEqual(['ok', 'ok']);
    const { code, stderr } = await hvbench(
      [...args, '--hypervisor', 'control', '--suite', 'broken', '--out', 'd'],
      options,
    );
    expect(code).toBe(2);
    expect(stderr).toMatch(/^hvbench: building the guest images for i386 failed: .*wrong\.c.*$/m);
  });
});

const PROGRAM = `
import { list, MachineError, readResult, render, run, startProcessMachine, UserError } from 'hvbench';

const report = {};
const driver = {
  id: 'env',
  runtimes: { bare: 'linux', linux: null },
  probe: async () => ({
    id: 'env', title: 'behind env', mode: 'native', technique: 'bare', paging: null, version: null, isas: ['i386'],
    onRequest: [], available: true, features: [], linux: { isas: [], lacks: {} }, evidence: [], notes: [],
  }),
  launch: (host, { image, cpu }) => startProcessMachine(host, ['env', image.path], cpu),
  verify: async (host, identity) => [identity.vendor],
};
const failing = {
  ...driver,
  id: 'failing',
  probe: async () => ({ ...(await driver.probe()), id: 'failing' }),
  launch: () => { throw new MachineError('as it was meant'); },
};
const plugins = [{ name: 'inline', hypervisors: [driver, failing] }];
report.listed = (await list({ plugins })).hypervisors.map(({ id }) => id).slice(-2);
const { result } = await run({
  plugins, suites: ['cpu'], workloads: ['tak'], isas: ['i386'], hypervisors: ['env', 'failing'], profile: 'quick', budget: 1, out: 'library',
}, { reports: [] });
report.rows = result.measurements.map(({ hypervisor, status, error }) => [hypervisor, status, error ?? null]);
report.read = (await readResult('library', { plugins })).config.plugins;
report.text = (await render(result, 'terminal')).includes(' env ');
report.refused = await list({ plugins: [{ name: 'x' }] }).catch((error) => error instanceof UserError && error.message);
console.log(JSON.stringify(report));
`;

test('a program gives its plugins to the library', async () => {
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(ROOT, join(folder, 'node_modules/hvbench'));
  writeFileSync(join(folder, 'program.mjs'), PROGRAM);
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['program.mjs'], {
    cwd: folder,
    timeout: 60_000,
  });
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual({
    listed: ['env', 'failing'],
    rows: [
      ['native', 'ok', null],
      ['env', 'ok', null],
      ['failing', 'failed', expect.stringMatching(/as it was meant/)],
    ],
    read: [{ name: 'inline' }],
    text: true,
    refused: 'config given to list at plugins.0: plugin x: it brings no suite, no hypervisor and no report',
  });
});
