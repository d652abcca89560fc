/** docs/library.md: its examples, in their order, as strict TypeScript that is compiled and run against the built package. */
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { atLeastOne } from '../at-least-one.ts';
import { ROOT, readResult, temporaryFolder } from './command.ts';

const folder = temporaryFolder();
const OPTIONS = { cwd: folder, timeout: 100_000 };
const run = promisify(execFile);

/** What each example prints; one that is added to the page is added here. */
const PRINTED: Readonly<Record<string, RegExp>> = {
  'plugin.ts': /^a native process that the scheduler takes for a batch job\n$/,
  'measure.ts':
    /^at most 6 s on native, v86\ninteger on v86: -?\d+\.\d %\n\d files in results\/monday\nat most/,
  'inventory.ts': /^native: native, bare\n[\s\S]*\ncpu .*\bintegers?\b[\s\S]*\ndensity \n$/,
  'read.ts':
    /^.+ 2 rows, 0 failures\n(cpu (native|v86) { workload: 'integer' } (time|cpuTime) \d[\d.]* ns\n){4}[1-9]\d* samples\n$/,
  'compare.ts': /^integer v86 (better|worse|same|undecided) -?\d[\s\S]*\n\|/,
  'claims.ts': /^negligible is at most 0\.03\nv86 cpu \(i386\) [a-z-]+\n$/,
  'gate.ts':
    /^nothing to judge by: there is no baseline baseline\.json\nthe baseline has 1 row\n(passed|regressed) (same|improved|regressed|undecided)\n$/,
  'history.ts':
    /^results\/monday added\nresults\/tuesday added\n[0-9a-f]{12} 2 results\n[\s\S]*\bcpu,integer,i386,v86,/,
  'fleet.ts':
    /^v86 on cpu \(i386\): .+ over 2 of 3 hosts \(one class\); 1 left out\nnode3: its run failed: exit code 2\nfleet\/fleet\.json fleet/,
  'exec.ts': /^native( \d+){3} ns\ncontrol( \d+){3} ns\n0 cannot run it\n[\s\S]*\bcontrol,/,
  'errors.ts': /^unknown suite 'nope'/,
};

/** By the names in their first lines. */
const examples = new Map(
  [
    ...readFileSync(join(ROOT, 'docs/library.md'), 'utf8').matchAll(/^```ts\n\/\/ (\S+)\n([\s\S]*?)^```$/gm),
  ].map(([, name = '', text = '']) => [name, text]),
);

beforeAll(async () => {
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(ROOT, join(folder, 'node_modules/hvbench'));
  symlinkSync(join(ROOT, 'node_modules/@types'), join(folder, 'node_modules/@types'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  for (const [name, text] of examples) writeFileSync(join(folder, name), text);
  const strict = '--strict --skipLibCheck --target es2022 --module nodenext --types node --outDir js'.split(
    ' ',
  );
  const compiler = join(ROOT, 'node_modules/.bin/tsc');
  const { stdout } = await run(compiler, [...strict, ...examples.keys()], OPTIONS).catch((error) => error);
  expect(stdout).toBe('');
});

test('every block of the page is an example that is run', () => {
  const page = readFileSync(join(ROOT, 'docs/library.md'), 'utf8');
  expect(page.match(/^```ts$/gm)).toHaveLength(examples.size);
  expect([...examples.keys()]).toEqual(Object.keys(PRINTED));
});

test('they do what they say', { timeout: 300_000 }, async () => {
  for (const name of atLeastOne(examples.keys())) {
    const { stdout, stderr } = await run(process.execPath, [`js/${name.replace(/ts$/, 'js')}`], OPTIONS);
    expect(stderr, name).toBe('');
    expect(stdout, name).toMatch(PRINTED[name] ?? /^$/);
  }
  expect(readdirSync(join(folder, 'results')).sort()).toEqual(['monday', 'tuesday']);
  expect(readdirSync(join(folder, 'results/monday')).sort()).toEqual(
    expect.arrayContaining(['overhead.csv', 'result.json', 'samples.ndjson', 'summary.md']),
  );
  expect(readResult(join(folder, 'results/tuesday')).profile).toBe('quick');
});
