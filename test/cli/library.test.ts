/** `import { run } from 'hvbench'`: the built package, by its own name, as a program that depends on it sees it. */
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, expectTypeOf, test } from 'vitest';
import { HYPERVISOR_NAMES, SUITE_NAMES } from '../../core/config/names.ts';
import type { ProfileName } from '../../core/config/profiles.ts';
import type { BenchEvent, BenchOptions, Config, GateOptions, Inventory, Isa } from '../../core/index.ts';
import { hvbench, ROOT, readResult, temporaryFolder } from './command.ts';

const folder = temporaryFolder();

const PROGRAM = `
import { isDeepStrictEqual } from 'node:util';
import { defineConfig, gate, list, NoBaselineError, readJournal, readResult, render, run, UserError } from 'hvbench';

const config = defineConfig({
  suites: ['cpu'], workloads: ['integer'], isas: ['i386'], hypervisors: ['control', 'v86'], profile: 'quick', budget: 1, seed: 5,
});
const report = {};

const types = new Set();
const listen = ({ type, ...rest }) => {
  types.add(type);
  if (type === 'plan') report.plan = rest;
};
const { result, folder, files } = await run({ ...config, out: 'whole' }, { listen });
report.whole = { folder, files, types: [...types], seed: result.seed, reason: result.stopped.reason };

const interrupt = new AbortController();
const stopped = await run({ ...config, out: 'aborted' }, {
  signal: interrupt.signal,
  // What the gate and the validation tell a run is nobody else's.
  adapt() { throw new Error('reached'); },
  only: [],
  listen: (event) => event.type === 'workload' && interrupt.abort(),
});
report.aborted = stopped.result.stopped.reason;

report.wrong = await run({ suites: ['nope'] }).then(
  () => 'it ran',
  (error) => ({ isUserError: error instanceof UserError, message: error.message }),
);
report.misspelt = await run({ suites: ['cpu'], bugdet: 1 }).catch((error) => error instanceof UserError && error.message);
report.inventory = await list();
report.reread = isDeepStrictEqual(await readResult('whole'), JSON.parse(await render(result, 'json')));
report.header = (await readJournal('whole'))[0].type;
report.format = await render(result, 'pdf').catch((error) => error instanceof UserError && error.message);
report.baseline = await gate({}, { baseline: 'none.json', result: 'whole' }).catch((error) =>
  error instanceof NoBaselineError && error.lack,
);
console.log(JSON.stringify(report));
`;

let report: {
  whole: { folder: string; files: string[]; types: string[]; seed: number; reason: string };
  aborted: string;
  wrong: { isUserError: boolean; message: string };
  plan: Omit<Extract<BenchEvent, { type: 'plan' }>, 'type'>;
  misspelt: string;
  inventory: Inventory;
  reread: boolean;
  header: string;
  format: string;
  baseline: string;
};
beforeAll(async () => {
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(ROOT, join(folder, 'node_modules/hvbench'));
  writeFileSync(join(folder, 'program.mjs'), PROGRAM);
  const options = { cwd: folder, timeout: 120_000 };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['program.mjs'], options);
  expect(stderr).toBe('');
  report = JSON.parse(stdout);
});

test('runs, tells what happens, and leaves the same files as the command', () => {
  expect(report.whole).toMatchObject({ folder: 'whole', seed: 5, reason: 'budget' });
  expect(report.whole.types).toEqual(
    expect.arrayContaining(['phase', 'plan', 'launch', 'workload', 'estimate']),
  );
  const written = [...report.whole.files, 'whole/samples.ndjson'].map((file) => file.replace('whole/', ''));
  expect(readdirSync(join(folder, 'whole')).sort()).toEqual(written.sort());
  expect(
    readResult(join(folder, 'whole')).measurements.map(({ hypervisor, status }) => [hypervisor, status]),
  ).toEqual([
    ['native', 'ok'],
    ['control', 'ok'],
    ['v86', 'ok'],
  ]);
});

test('ends in order when its signal is aborted', () => {
  expect(report.aborted).toBe('interrupted');
  expect(readResult(join(folder, 'aborted')).stopped.reason).toBe('interrupted');
});

test('throws UserError for what cannot be done', () => {
  expect(report.wrong).toEqual({
    isUserError: true,
    message: expect.stringContaining("unknown suite 'nope'"),
  });
});

test('tells what is planned without the objects of the engine', () => {
  const { host, ...plan } = report.plan;
  expect(host.cpu.cpus).toBeGreaterThan(0);
  expect(plan).toEqual({
    ...{ folder: 'whole', seed: 5, profile: 'quick', budgetSeconds: 1, unmeasured: [] },
    ...{ suites: ['cpu'], hypervisors: ['native', 'control', 'v86'] },
  });
});

test('refuses what it does not know, in one line', () => {
  expect(report.misspelt).toMatch(/^config given to run: .*bugdet.*$/);
  expect(report.format).toBe("unknown format 'pdf': use one of terminal, markdown, html, json");
  expect(report.baseline).toBe('there is no baseline none.json');
});

test('reads what it wrote', () => {
  expect(report.reread).toBe(true);
  expect(report.header).toBe('header');
});

test('lists what the command lists, by the names that editors complete', async () => {
  const { stdout } = await hvbench(['list', '--json'], { cwd: folder });
  expect(report.inventory).toEqual(JSON.parse(stdout));
  expect(report.inventory.suites.map(({ name }) => name)).toEqual([...SUITE_NAMES]);
  expect(report.inventory.hypervisors.map(({ id }) => id)).toEqual([...HYPERVISOR_NAMES]);
});

/** Of a union with `string & {}`, what an editor offers. */
type Offered<T> = T extends string ? (string extends T ? never : T) : never;
type Named<Key extends keyof Config> = Offered<Extract<NonNullable<Config[Key]>, readonly unknown[]>[number]>;

test('offers these names, takes any other, and shows no internal hook', () => {
  expectTypeOf<Named<'suites'>>().toEqualTypeOf<(typeof SUITE_NAMES)[number]>();
  expectTypeOf<Named<'hypervisors'>>().toEqualTypeOf<(typeof HYPERVISOR_NAMES)[number]>();
  expectTypeOf<Named<'isas'>>().toEqualTypeOf<Isa>();
  expectTypeOf<Offered<NonNullable<Config['profile']>>>().toEqualTypeOf<ProfileName>();
  expectTypeOf<{ suites: string[] }>().toExtend<Config>();
  expectTypeOf<keyof BenchOptions>().toEqualTypeOf<'resume' | 'wait' | 'reports' | 'listen' | 'signal'>();
  expectTypeOf<keyof GateOptions>().toEqualTypeOf<
    | 'baseline'
    | 'result'
    | 'strict'
    | 'minEffect'
    | 'maxDrift'
    | 'confirm'
    | 'budget'
    | 'wait'
    | 'listen'
    | 'signal'
  >();
});
