/** `hvbench gate` and `hvbench history` on metrics, driven on stored results whose boots are edited. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Gate } from '../../core/judge/gate/gate.ts';
import { readResult } from '../../core/library/read.ts';
import { partsOf } from '../../core/parts.ts';
import type { Result } from '../../core/results/schema.ts';
import { scaled } from '../core/judge/compare/metric-example.ts';
import { hvbench, temporaryFolder } from './command.ts';

const parts = partsOf({});

const folder = temporaryFolder();
const path = (...names: string[]) => join(folder, ...names);
/** What the command would do unasked on a CI runner must not depend on where the tests run. */
const QUIET_ENV = { GITHUB_ACTIONS: '', GITHUB_STEP_SUMMARY: '' };
const run = (...args: string[]) => hvbench(args, { cwd: folder, env: QUIET_ENV });

let whole: Result;

/** A run of every suite, in which starts of kvm take so many times as long. */
function save(name: string, times: number, startedAt = '2026-01-02T03:04:05Z'): void {
  const rows = scaled(whole.rows, { suite: 'boot', hypervisor: 'kvm', metric: 'ready' }, times);
  mkdirSync(path(name));
  writeFileSync(path(name, 'result.json'), JSON.stringify({ ...whole, failures: [], rows, startedAt }));
}

beforeAll(async () => {
  whole = await readResult(join(import.meta.dirname, '../fixtures/report/result.json'), parts);
  save('before', 1);
  save('slower', 3);
  const { code, stdout, stderr } = await run('gate', '--baseline', 'baseline.json', '--update', 'before');
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/^Written to baseline\.json: \d+ rows and \d+ metrics from one run, for /);
});

const gate = (...args: string[]) => run('gate', '--baseline', 'baseline.json', '--no-confirm', ...args);

describe('gate', () => {
  test('a slower boot is a finding: exit code 1', async () => {
    const { code, stdout, stderr } = await gate('slower');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(/^Gate failed: 2 of \d+ metrics are worse than the baseline\n/);
    expect(stdout).toContain('boot, absolute: depends on the day and the host');
    expect(stdout).toContain('  - boot/bare/warm, kvm (x86_64): ready: the whole interval lies above\n');
    expect(stdout).toMatch(/density.*: a number without an interval/s);
    expect(stdout).toContain('measuring them again would take as long as a run');
  });

  test('the same boot is none: exit code 0', async () => {
    const { code, stdout } = await gate('before', '--json');
    expect(code).toBe(0);
    const { passed, metrics, absentMetrics } = JSON.parse(stdout) as Gate;
    expect(passed).toBe(true);
    expect(metrics.length).toBeGreaterThan(10);
    expect(absentMetrics.length).toBeGreaterThan(10);
  });

  test('a minimum effect above the change lets it pass; a strict gate fails for what it cannot judge', async () => {
    expect((await gate('slower', '--min-effect', '300')).code).toBe(0);
    expect((await gate('before', '--strict')).code).toBe(1);
  });

  test('reports go to files in their formats', async () => {
    const formats = ['junit', 'markdown', 'github', 'bencher', 'github-action-benchmark', 'json'];
    const { code } = await gate(
      'slower',
      ...formats.flatMap((format) => ['--format', `${format}=${format}.out`]),
    );
    expect(code).toBe(1);
    for (const format of formats) expect(readFileSync(path(`${format}.out`), 'utf8')).toMatch(/ready/);
  });
});

test('history shows when boots became slower, by the name of the metric', async () => {
  const names = Array.from({ length: 14 }, (_, day) => `day-${day}`);
  for (const [day, name] of names.entries()) {
    const noise = 1 + (day % 3) / 1000;
    save(name, (day < 7 ? 1 : 1.5) * noise, new Date(Date.UTC(2026, 2, 1 + day)).toISOString());
  }
  const added = await run('history', 'add', ...names);
  expect(added.code, added.stderr).toBe(0);
  const show = (...args: string[]) => run('history', 'show', '--suite', 'boot', '--metric', 'ready', ...args);
  const { code, stdout } = await show('--hypervisor', 'kvm');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^2 changes in 2 of 2 metrics, over 14 results/);
  expect(stdout).toMatch(
    /boot\/bare\/warm, kvm \(x86_64\): ready: \+5\d\.\d+ % .*, lower is better, from 2026-03-07/,
  );
  const picture = await show('--out', 'ready.png');
  expect(picture).toMatchObject({ code: 0, stdout: 'Written to ready.png\n' });
  const csv = await show('--workload', 'cold', '--hypervisor', 'kvm', '--format', 'csv');
  expect(csv.stdout.trimEnd().split('\n')).toHaveLength(15);
});
