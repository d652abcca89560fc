/** `import { run } from 'hvbench'`: the built package, by its own name, as a program that depends on it sees it. */
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { ROOT, readResult, temporaryFolder } from './command.ts';

const folder = temporaryFolder();

const PROGRAM = `
import { defineConfig, run, UserError } from 'hvbench';

const config = defineConfig({
  suites: ['cpu'], workloads: ['integer'], isas: ['i386'], hypervisors: ['control', 'v86'], profile: 'quick', budget: 1, seed: 5,
});
const report = {};

const types = new Set();
const { result, folder, files } = await run({ ...config, out: 'whole' }, { listen: ({ type }) => types.add(type) });
report.whole = { folder, files, types: [...types], seed: result.seed, reason: result.stopped.reason };

const interrupt = new AbortController();
const stopped = await run({ ...config, out: 'aborted' }, {
  signal: interrupt.signal,
  listen: (event) => event.type === 'workload' && interrupt.abort(),
});
report.aborted = stopped.result.stopped.reason;

report.wrong = await run({ suites: ['nope'] }).then(
  () => 'it ran',
  (error) => ({ isUserError: error instanceof UserError, message: error.message }),
);
console.log(JSON.stringify(report));
`;

let report: {
  whole: { folder: string; files: string[]; types: string[]; seed: number; reason: string };
  aborted: string;
  wrong: { isUserError: boolean; message: string };
};
beforeAll(async () => {
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(ROOT, join(folder, 'node_modules/hvbench'));
  writeFileSync(join(folder, 'program.mjs'), PROGRAM);
  const options = { cwd: folder, timeout: 60_000 };
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
