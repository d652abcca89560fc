/** What cannot be done: exit code 2, one line on standard error that names it, nothing on standard output. */
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { hvbench, temporaryFolder } from './command.ts';

const folder = temporaryFolder();
const TINY =
  '--profile quick --suite cpu --workload integer --hypervisor control --isa x86_64 --budget 1'.split(' ');
const STUDY = '--profile quick --suite consolidation --hypervisor native --machines 1 --budget 2'.split(' ');

/** Changes the first digest that an entry of a run's journal names, in a copy of the run. */
function changeCode(run: string, copy: string): void {
  cpSync(join(folder, run), join(folder, copy), { recursive: true });
  const journal = join(folder, copy, 'samples.ndjson');
  writeFileSync(journal, readFileSync(journal, 'utf8').replace(/"digest":"./, '"digest":"x'));
}

beforeAll(async () => {
  const { code, stderr } = await hvbench(['run', ...TINY, '--out', 'held'], { cwd: folder });
  expect(code, stderr).toBe(0);
  const result = readFileSync(join(folder, 'held/result.json'), 'utf8');
  const bad = (name: string, content: string) => {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'result.json'), content);
  };
  bad('truncated', result.slice(0, result.length / 2));
  bad('other-schema', result.replace(/hvbench\/result@\d+/, 'hvbench/result@99'));
  bad('not-ours', '{"name": "something"}');
  mkdirSync(join(folder, 'empty'));

  const journal = readFileSync(join(folder, 'held/samples.ndjson'), 'utf8').split('\n');
  mkdirSync(join(folder, 'damaged'));
  writeFileSync(
    join(folder, 'damaged/samples.ndjson'),
    [journal[0], '{"type":', ...journal.slice(1)].join('\n'),
  );
  changeCode('held', 'other-code');
  const study = await hvbench(['run', ...STUDY, '--out', 'study'], { cwd: folder });
  expect(study.code, study.stderr).toBe(0);
  changeCode('study', 'other-study');

  writeFileSync(join(folder, 'file'), '');
  writeFileSync(join(folder, 'syntax.config.ts'), 'export default { suites: [');
  writeFileSync(join(folder, 'unknown-key.config.ts'), "export default { suits: ['cpu'] };");
  writeFileSync(join(folder, 'wrong-type.config.ts'), "export default { budget: 'long' };");
  writeFileSync(join(folder, 'throws.config.ts'), "throw new Error('not today');");
  writeFileSync(join(folder, 'endless.config.mjs'), 'await new Promise(() => {}); export default {};');
  writeFileSync(join(folder, 'no-default.config.json'), '"cpu"');
});

describe('one line says what is wrong', () => {
  const cases: [args: string, named: RegExp][] = [
    ['run --suite cpu,nope', /unknown suite 'nope': use one of cpu, memory/],
    ['run --workload nope', /unknown workload 'nope': use one of integer,/],
    ['run --suite memory --workload integer', /unknown workload 'integer': use one of stream-copy,/],
    [
      'run --suite density,boot --workload integer',
      /unknown workload 'integer': the selected suites have no workloads/,
    ],
    ['run --hypervisor xen', /unknown hypervisor 'xen': use one of native, control,/],
    ['run --isa x86_64,arm', /'arm': use x86_64 or i386/],
    ['run --profile slow', /'slow' is invalid.*quick, standard, thorough/],
    ['run --suite ,', /--suite/],
    ['run --budget -1', /--budget.*'-1'/],
    ['run --budget soon', /--budget.*'soon'/],
    ['run --precision 0', /--precision.*'0'/],
    ['run --seed 1.5', /--seed.*'1\.5'/],
    ['run --seed=', /--seed.*''/],
    ['run --resume=', /--resume.*It must not be empty/],
    ['run --config=', /--config.*It must not be empty/],
    ['run --suite cpu --suite nope', /unknown suite 'nope'/],
    ['run --suite nope --suite cpu', /unknown suite 'nope'/],
    ['run --config endless.config.mjs', /waits for something that never happens/],
    ['run --wat', /'--wat'/],
    ['run --out', /--out/],
    ['run extra', /too many arguments/],
    ['frobnicate', /'frobnicate'/],
    ['run --config missing.ts', /missing\.ts: no such file/],
    ['run --config syntax.config.ts', /syntax\.config\.ts: /],
    ['run --config unknown-key.config.ts', /unknown-key\.config\.ts: .*"suits"/],
    ['run --config wrong-type.config.ts', /wrong-type\.config\.ts at budget: /],
    ['run --config throws.config.ts', /throws\.config\.ts: .*not today/],
    ['run --config no-default.config.json', /no-default\.config\.json: /],
    // Root may write anywhere, but not below a file.
    ['run --out file/results', /file\/results: ENOTDIR; choose another --out/],
    ['run --out held', /held already holds a run: .*--resume held/],
    ['run --resume nowhere', /nowhere\/samples\.ndjson: no such file/],
    ['run --resume damaged', /damaged\/samples\.ndjson: line 2 /],
    ['run --resume other-code', /other-code cannot be resumed: .*code/],
    ['run --resume other-study', /other-study cannot be resumed: .*code/],
    ['report', /missing required argument 'dir'/],
    ['report nowhere', /nowhere\/samples\.ndjson: no such file/],
    ['report empty', /empty\/samples\.ndjson: no such file/],
    ['report truncated', /cannot read truncated\/result\.json: .*JSON/],
    ['report other-schema', /other-schema\/result\.json is not an hvbench result: schema/],
    ['report not-ours', /not-ours\/result\.json is not an hvbench result/],
    ['report damaged', /damaged\/samples\.ndjson: line 2 /],
    ['report held --format pdf', /unknown format 'pdf': use one of csv,/],
  ];
  test.concurrent.each(cases)('%s', async (args, named) => {
    const { code, stdout, stderr } = await hvbench(args.split(' '), { cwd: folder });
    expect(stderr).toMatch(/^hvbench: [^\n]+\n$/);
    expect(stderr).toMatch(named);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

test.each([[['--debug', 'run', '--suite', 'nope']], [['run', '--suite', 'nope', '--debug']]])(
  '%s prints the stack of an error',
  async (args) => {
    const { code, stderr } = await hvbench(args, { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^hvbench: unknown suite 'nope'.*\nUserError: .*\n {4}at /);
  },
);

test('a missing compiler is named, and its run can be started again in the same folder', async () => {
  const args = ['run', ...TINY, '--out', 'without-compiler'];
  mkdirSync(join(folder, 'bin'));
  for (const helper of ['setpriv', 'taskset']) symlinkSync(`/usr/bin/${helper}`, join(folder, 'bin', helper));
  const env = { CC: '', PATH: join(folder, 'bin'), XDG_CACHE_HOME: join(folder, 'cache') };
  const { code, stdout, stderr } = await hvbench(args, { cwd: folder, env });
  expect(stderr).toMatch(/^hvbench: no C compiler found \(gcc, cc, clang; \$CC is unset\); try: [^\n]*\n$/);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect((await hvbench(args, { cwd: folder })).code).toBe(0);
});

test('a full disk behind standard output is told', async () => {
  const { code, stderr } = await hvbench(['list'], {
    cwd: folder,
    under: ['sh', '-c', 'exec "$@" > /dev/full', 'sh'],
  });
  expect({ code, stderr }).toEqual({ code: 2, stderr: 'hvbench: cannot write to standard output: ENOSPC\n' });
});

test('without a command, help is printed', async () => {
  const { code, stdout, stderr } = await hvbench([], { cwd: folder });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('Usage: hvbench');
  const help = await hvbench(['--help'], { cwd: folder });
  expect({ code: help.code, stderr: help.stderr }).toEqual({ code: 0, stderr: '' });
  expect(help.stdout).toContain('Usage: hvbench');
});

test('a folder with results is reported again from result.json alone', async () => {
  rmSync(join(folder, 'held/samples.ndjson'));
  rmSync(join(folder, 'held/overhead.csv'));
  const { code, stdout, stderr } = await hvbench(['report', 'held', '--format', 'csv'], { cwd: folder });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('Written to held: overhead.csv, samples.csv\n');
  expect(readFileSync(join(folder, 'held/overhead.csv'), 'utf8')).toContain('integer');
});
