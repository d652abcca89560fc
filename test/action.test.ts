/** The GitHub Action: what its steps would run on a runner, run here. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Result } from '../core/results/schema.ts';
import { atLeastOne } from './at-least-one.ts';
import { qemu, qemuIsUsable } from './qemu.ts';
import { requireOrSkip } from './require.ts';
import { action, type Inputs, ROOT, runStep as runStepIn, stepsFor } from './run-action.ts';

const work = mkdtempSync(join(tmpdir(), 'hvbench-action-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const runStep = (name: string, inputs: Inputs) => runStepIn(name, inputs, work);

/** Every guest takes native's time, and launches hardly differ. */
function steady(result: Result): Result {
  const measurements = result.measurements.map((m) => ({
    ...m,
    samples: [0, 1, 2, 3].map((launch) => {
      const rounds = [1000, 1001, 1002].map((ns) => ns * (m.hypervisor === 'native' ? 1 : 1 + launch / 1e4));
      return { launch, nsPerIteration: rounds, cpuNsPerIteration: rounds };
    }),
  }));
  return { ...result, failures: [], measurements };
}

describe('action.yml', () => {
  test('is a composite action of plain steps', () => {
    expect(action.runs.using).toBe('composite');
    expect(stepsFor({})).toEqual(['Install hvbench', 'Measure']);
    expect(stepsFor({ baseline: 'b.json' })).toEqual(['Install hvbench', 'Measure', 'Gate']);
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
    const command = join(ROOT, 'dist/core/cli/main.js');
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
    // A few seconds on a busy computer are too noisy to be learnt: made steady, it is this computer's all the same.
    const result = steady(JSON.parse(readFileSync(join(work, 'measured/result.json'), 'utf8')) as Result);
    mkdirSync(join(work, 'steady'));
    writeFileSync(join(work, 'steady/result.json'), JSON.stringify(result));
    const inputs = { out: 'steady', baseline: 'learnt.json', 'gate-args': '--learn' };
    await runStep('Gate', inputs);
    expect(readFileSync(join(work, 'output'), 'utf8')).toBe('baseline=steady/baseline.json\n');
    expect(readFileSync(join(work, 'steady/baseline.json'), 'utf8')).toContain('"hvbench/baseline@2"');
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
    const path = join(work, 'steady/result.json');
    const result = JSON.parse(readFileSync(path, 'utf8'));
    const [first] = result.measurements.filter(
      ({ hypervisor }: { hypervisor: string }) => hypervisor === 'v86',
    );
    Object.assign(first, { status: 'failed', error: 'the machine died', overhead: null });
    writeFileSync(path, JSON.stringify(result));
    const { stdout } = await runStep('Gate', {
      ...{ out: 'steady', baseline: 'learnt.json', 'gate-args': '--no-confirm --min-effect 50' },
    });
    expect(stdout).toMatch(/^Gate passed: none of \d+ rows?/m);
    expect(stdout).toContain('the machine died');
  });

  test.skipIf(requireOrSkip('qemu', qemuIsUsable))(
    'a real trial that fails is published as well',
    async () => {
      const dies = `#!/bin/sh\ncase "$*" in *-kernel*) exit 3;; *) exec ${qemu} "$@";; esac\n`;
      writeFileSync(join(work, 'dies.sh'), dies, { mode: 0o755 });
      const inputs = {
        ...{ out: 'partly', baseline: 'baseline.json', 'gate-args': '--no-confirm --min-effect 50' },
        'run-args':
          '--workload integer --hypervisor v86,dies --variant dies=qemu-tcg,program=./dies.sh --profile quick --budget 4',
      };
      rmSync(join(work, 'summary'));
      await expect(runStep('Measure', inputs)).rejects.toMatchObject({ code: 1 });
      expect(readFileSync(join(work, 'summary'), 'utf8')).toMatch(/dies[\s\S]*QEMU|QEMU[\s\S]*dies/);
      const { stdout } = await runStep('Gate', inputs);
      expect(stdout).toMatch(/^Gate passed: none of \d+ rows?/m);
    },
  );
});

test('the example workflow uses inputs that the action has', () => {
  const text = readFileSync(join(ROOT, 'docs/examples/github-workflow.yml'), 'utf8');
  const { jobs } = parse(text) as { jobs: { overhead: { steps: { uses?: string; with?: object }[] } } };
  const step = jobs.overhead.steps.find(({ uses }) => uses?.includes('/hvbench@'));
  expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(step?.with ?? { none: 1 })));
});
