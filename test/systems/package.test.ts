/**
 * hvbench as others get it: packed, and installed into a project of their own; and its checkout without development
 * dependencies. With the real npm and registry.
 */
import { execFile, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { atLeastOne } from '../at-least-one.ts';
import { type Ended, ROOT, readResult, temporaryFolder } from '../cli/command.ts';
import { requireOrSkip } from '../require.ts';

/** npm and the registry: the name `registry` of requireOrSkip. */
const noRegistry = requireOrSkip(
  'registry',
  spawnSync('npm', ['view', 'tslib', 'name'], { timeout: 30_000 }).status === 0,
);
const folder = temporaryFolder();
const LIMIT_MS = 110_000;

/** What npm hands to scripts of its own would tell an inner npm to work elsewhere. */
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));

function call(cwd: string, command: string, args: readonly string[], env: object = {}): Promise<Ended> {
  const options = { cwd, env: { ...environment, ...env }, timeout: LIMIT_MS, maxBuffer: 64 << 20 };
  return new Promise((resolve) => {
    execFile(command, args, options, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code ?? 128) : 0, stdout, stderr }),
    );
  });
}

async function expectDone(...args: Parameters<typeof call>): Promise<string> {
  const { code, stdout, stderr } = await call(...args);
  expect(code, `${args[1]} ${args[2].join(' ')}\n${stdout}\n${stderr}`).toBe(0);
  return stdout;
}

const QUICK = '--suite cpu --workload integer --hypervisor control --profile quick --budget 1'.split(' ');
const INSTALL = ['install', '--ignore-scripts', '--no-audit', '--no-fund'];

const PROGRAM = `
import { type BenchEvent, type Config, defineConfig, type Result, run, UserError } from 'hvbench';

const config: Config = defineConfig({
  suites: ['cpu'], workloads: ['integer'], hypervisors: ['control'], isas: ['x86_64'], profile: 'quick', budget: 1,
});
const listen = (event: BenchEvent): void => {
  if (event.type === 'failure' || event.type === 'unwritten') throw new Error(event.error);
};
const { result, folder, files } = await run({ ...config, out: 'library' }, { listen });
const measured: Result['measurements'] = result.measurements;
const refusal = await run({ suites: ['nope'] }).catch((error: unknown) => error instanceof UserError);
console.log(JSON.stringify({ folder, files: files.length, rows: measured.length, refusal }));
`;

const checkout = join(folder, 'checkout');
let installed: Promise<Ended>;

// It waits for the registry most of the time, while the tests of the package go on.
beforeAll(() => {
  if (noRegistry) return;
  const left = new Set(['node_modules', 'dist', 'results', '.git']);
  cpSync(ROOT, checkout, { recursive: true, filter: (path) => !left.has(relative(ROOT, path)) });
  installed = call(checkout, 'npm', ['ci', '--omit=dev', '--no-audit', '--no-fund']);
});
afterAll(() => installed);

describe.skipIf(noRegistry)('the package in a project of its own', () => {
  const project = join(folder, 'project');
  const ours = join(project, 'node_modules/hvbench');
  const npx = (...args: string[]) => call(project, 'npx', ['--no', '--', 'hvbench', ...args]);
  let packed: { filename: string; files: { path: string }[] };

  beforeAll(async () => {
    // As it was built for these tests.
    const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
    const told = JSON.parse(await expectDone(ROOT, 'npm', pack));
    // An array, and since npm 12 an object by name.
    packed = Object.values(told)[0] as typeof packed;
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
    await expectDone(project, 'npm', [...INSTALL, join(folder, packed.filename), '@types/node@20']);
  });

  test('holds what it runs from and no more', () => {
    const paths = packed.files.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining([
        ...[
          'bin/hvbench.cjs',
          'dist/core/cli/main.js',
          'dist/core/index.d.ts',
          'docs/method.md',
          'README.md',
        ],
        ...['suites/cpu/integer.c', 'reports/html/style.css', 'docs/result.schema.json', 'LICENSE'],
        ...['node_modules/chartjs-node-canvas/package.json', 'node_modules/canvas/index.js'],
      ]),
    );
    expect(paths.filter((path) => /^(test|results|core|\.ci)\/|tsbuildinfo|\.node$/.test(path))).toEqual([]);
  });

  test('takes no canvas but the one that comes with its binary', async () => {
    expect(existsSync(join(project, 'node_modules/canvas'))).toBe(false);
    const { dependencies } = JSON.parse(await expectDone(project, 'npm', ['ls', '--all', '--json']));
    expect(JSON.stringify(dependencies)).not.toContain('"problems"');
  });

  test('measures and draws', async () => {
    const { code, stdout, stderr } = await npx('run', ...QUICK, '--out', 'out');
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/Written to out: .*overhead\.png.*report\.html/);
    for (const { status } of atLeastOne(readResult(join(project, 'out')).measurements))
      expect(status).toBe('ok');
  });

  test('is a library, whose types a strict compiler accepts', async () => {
    writeFileSync(join(project, 'program.ts'), PROGRAM);
    const strict = '--strict --skipLibCheck false --target es2022 --module nodenext --outDir js'.split(' ');
    await expectDone(project, join(ROOT, 'node_modules/.bin/tsc'), [...strict, 'program.ts']);
    expect(JSON.parse(await expectDone(project, process.execPath, ['js/program.js']))).toEqual({
      ...{ folder: 'library', files: 7, rows: 2, refusal: true },
    });
  });

  test.each([
    ['@napi-rs/canvas', ['charts'], /Written to out: overhead\.csv, samples\.csv, report\.html, summary\.md/],
    ['chart.js', ['charts', 'html'], /Written to out: overhead\.csv, samples\.csv, summary\.md/],
  ])('without %s there are no charts, and everything else', async (name, missing, written) => {
    const path = join(project, 'node_modules', name);
    renameSync(path, `${path}.away`);
    try {
      const { code, stdout, stderr } = await npx('report', 'out');
      const lines = missing.map(
        (report) => `not written: ${report}: no chart can be drawn, since \\S+ cannot be loaded: .+\n`,
      );
      expect(stderr).toMatch(new RegExp(`^${lines.join('')}$`));
      expect(stdout).toMatch(written);
      expect(code).toBe(0);
      const asked = await npx('report', 'out', '--format', 'charts');
      expect(asked).toEqual({
        ...{ code: 2, stdout: '' },
        stderr: expect.stringMatching(/^hvbench: no chart can be drawn, since \S+ cannot be loaded: .+\n$/),
      });
    } finally {
      renameSync(`${path}.away`, path);
    }
  });

  test('that was not built says so', async () => {
    renameSync(join(ours, 'dist'), join(ours, 'away'));
    const stderr = 'hvbench: it is not built: run npm ci --include=dev in its folder\n';
    expect(await npx('--version')).toEqual({ code: 2, stdout: '', stderr });
    renameSync(join(ours, 'away'), join(ours, 'dist'));
  });
});

describe.skipIf(noRegistry)('a checkout', () => {
  const NOT_BUILT =
    'hvbench: not built, since TypeScript is missing, a development dependency: npm ci --include=dev installs it';

  test('without development dependencies is installed, and says what is missing', async () => {
    const ci = await installed;
    expect(ci.code, ci.stderr).toBe(0);
    expect(ci.stderr.split('\n')).toContain(NOT_BUILT);
    const { code, stderr } = await call(checkout, 'npx', ['--no', '--', 'hvbench', '--version']);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'hvbench: it is not built: run npm ci --include=dev in its folder\n',
    });
    // What is packed without dist/ would be of no use to anybody.
    for (const args of [['pack'], ['run', '--silent', 'bench']]) {
      const refused = await call(checkout, 'npm', args);
      expect(refused.code).toBe(2);
      expect(refused.stderr.split('\n')).toContain(NOT_BUILT);
    }
  });
});
