/** The GitHub Action: what its steps would run on a runner, run here. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { atLeastOne } from './at-least-one.ts';

const root = resolve(import.meta.dirname, '..');
const work = mkdtempSync(join(tmpdir(), 'hvbench-action-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

interface Step {
  readonly name: string;
  readonly if?: string;
  readonly shell: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly run: string;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

const action = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as Action;

/** `${{ inputs.out }}` is all that the steps' environments may hold. */
function expand(text: string, inputs: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, name: string) => inputs[name] ?? '');
}

async function runStep(name: string, given: Readonly<Record<string, string>>) {
  const step = action.runs.steps.find((candidate) => candidate.name === name);
  if (!step) throw new Error(`the action has no step ${name}`);
  const defaults = Object.entries(action.inputs).map(([key, input]) => [key, input.default]);
  const inputs = { ...Object.fromEntries(defaults), ...given };
  const env = Object.entries(step.env ?? {}).map(([key, value]) => [key, expand(value, inputs)]);
  // As the runner does it for `shell: bash`.
  const argv = ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run];
  return promisify(execFile)('bash', argv, {
    cwd: work,
    timeout: 120_000,
    env: {
      ...process.env,
      GITHUB_ACTIONS: 'true',
      GITHUB_ACTION_PATH: root,
      GITHUB_STEP_SUMMARY: join(work, 'summary'),
      GITHUB_OUTPUT: join(work, 'output'),
      ...Object.fromEntries(env),
    },
  });
}

describe('action.yml', () => {
  test('is a composite action of three plain steps', () => {
    expect(action.runs.using).toBe('composite');
    expect(action.runs.steps.map(({ name }) => name)).toEqual(['Install hvbench', 'Measure', 'Gate']);
    for (const step of atLeastOne(action.runs.steps)) {
      expect(step.shell).toBe('bash');
      // What a pull request could name must not become a part of a script.
      expect(step.run).not.toContain('${{');
    }
    expect(action.runs.steps[0]?.run).toBe('npm ci --include=dev --prefix "$GITHUB_ACTION_PATH"');
  });

  test('measures, then passes a gate against itself, and publishes both', async () => {
    const inputs = {
      out: 'measured',
      baseline: 'baseline.json',
      'run-args': '--workload integer,sieve --hypervisor v86 --profile quick --budget 6',
    };
    await runStep('Measure', inputs);
    const command = join(root, 'dist/core/cli/main.js');
    const update = [command, 'gate', '--update', '--baseline', 'baseline.json', 'measured'];
    await promisify(execFile)(process.execPath, update, { cwd: work });
    const { stdout } = await runStep('Gate', { ...inputs, 'gate-args': '--min-effect 50' });
    expect(stdout).toMatch(/^Gate passed/m);
    expect(stdout).toMatch(/^::notice /m);
    expect(readFileSync(join(work, 'measured/gate.xml'), 'utf8')).toContain('<testsuites');
    expect(JSON.parse(readFileSync(join(work, 'measured/gate.json'), 'utf8'))).toMatchObject({
      passed: true,
    });
    const summary = readFileSync(join(work, 'summary'), 'utf8');
    expect(summary).toContain('hvbench');
    expect(summary).toContain('Gate passed');
  }, 120_000);

  test('passes, and says so in every output, where the baseline knows no such computer', async () => {
    const { stdout } = await runStep('Gate', { out: 'measured', baseline: 'nowhere.json' });
    expect(stdout).toContain('Nothing was judged: there is no baseline nowhere.json');
    expect(stdout).toMatch(/^::warning title=hvbench gate::Nothing was judged/m);
    expect(readFileSync(join(work, 'measured/gate.xml'), 'utf8')).toContain('<skipped ');
    expect(JSON.parse(readFileSync(join(work, 'measured/gate.json'), 'utf8'))).toMatchObject({
      ...{ judged: false, passed: true },
    });
    expect(readFileSync(join(work, 'summary'), 'utf8')).toContain('## Nothing was judged');
    expect(existsSync(join(work, 'output'))).toBe(false);
  });

  test('with --learn, the baseline with this computer is among the results, and an output', async () => {
    const inputs = { out: 'measured', baseline: 'learnt.json', 'gate-args': '--learn' };
    await runStep('Gate', inputs);
    expect(readFileSync(join(work, 'output'), 'utf8')).toBe('baseline=measured/baseline.json\n');
    expect(readFileSync(join(work, 'measured/baseline.json'), 'utf8')).toContain('"hvbench/baseline@2"');
    // From then on it is judged by.
    rmSync(join(work, 'output'));
    const { stdout } = await runStep('Gate', {
      ...inputs,
      'gate-args': '--learn --no-confirm --min-effect 50',
    });
    expect(stdout).toMatch(/^Gate passed/m);
    expect(existsSync(join(work, 'output'))).toBe(false);
  });

  test('where a trial failed, the summary is published, and the gate judges the rest', async () => {
    const wrongs = { out: 'nothing', baseline: 'learnt.json', 'run-args': '--hypervisor nonsense' };
    await expect(runStep('Measure', wrongs)).rejects.toMatchObject({ code: 2 });
    await expect(runStep('Gate', wrongs)).resolves.toMatchObject({ stdout: '' });
    const path = join(work, 'measured/result.json');
    const result = JSON.parse(readFileSync(path, 'utf8'));
    const [first] = result.measurements.filter(
      ({ hypervisor }: { hypervisor: string }) => hypervisor === 'v86',
    );
    Object.assign(first, { status: 'failed', error: 'the machine died', overhead: null });
    writeFileSync(path, JSON.stringify(result));
    const { stdout } = await runStep('Gate', {
      ...{ out: 'measured', baseline: 'learnt.json', 'gate-args': '--no-confirm --min-effect 50' },
    });
    expect(stdout).toMatch(/^Gate passed: none of \d+ rows?/m);
    expect(stdout).toContain('the machine died');
  });
});

test('the example workflow uses inputs that the action has', () => {
  const text = readFileSync(join(root, 'docs/examples/github-workflow.yml'), 'utf8');
  const { jobs } = parse(text) as { jobs: { overhead: { steps: { uses?: string; with?: object }[] } } };
  const step = jobs.overhead.steps.find(({ uses }) => uses?.includes('/hvbench@'));
  expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(step?.with ?? { none: 1 })));
});
