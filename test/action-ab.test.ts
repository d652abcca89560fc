/** An A/B by the GitHub Action, of two checkouts that the example workflow's own steps build. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { qemu, qemuIsUsable } from './qemu.ts';
import { requireOrSkip } from './require.ts';
import { action, type Inputs, ROOT, runScript, runStep, stepsFor } from './run-action.ts';
import { canBuild, git, toyRepository } from './toy-qemu.ts';

interface ExampleStep {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Inputs;
}

const text = readFileSync(join(ROOT, 'docs/examples/ab-workflow.yml'), 'utf8');
const { steps } = (parse(text) as { jobs: { ab: { steps: ExampleStep[] } } }).jobs.ab;
const told = steps.find(({ uses }) => uses?.includes('/hvbench@'))?.with ?? {};

const work = mkdtempSync(join(tmpdir(), 'hvbench-action-ab-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const read = (name: string) => readFileSync(join(work, name), 'utf8');

const compare = (given: Inputs) => runStep('Compare', given, work);
const SHORT = '--workload integer --isa x86_64';

test('an A/B stands alone unless there is a baseline', () => {
  expect(stepsFor({ base: 'v86', candidate: 'v86' })).toEqual(['Install hvbench', 'Compare']);
  expect(stepsFor({ base: 'v86', candidate: 'v86', baseline: 'b.json' })).toEqual([
    ...['Install hvbench', 'Measure', 'Gate', 'Compare'],
  ]);
  // Half of it is an error, not a job that passes.
  expect(stepsFor({ candidate: 'v86' })).toEqual(['Install hvbench', 'Compare']);
});

test.each<Inputs>([{ base: 'v86' }, { candidate: 'v86' }])('takes both, not only %o', async (half) => {
  await expect(compare(half)).rejects.toMatchObject({
    code: 2,
    stdout: '::error title=hvbench ab::An A/B takes both inputs, base and candidate\n',
  });
});

test('flags that the example names are those of the command, and what cannot be compared is in the summary', async () => {
  expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(told)));
  await expect(compare({ ...told, candidate: 'nonsense' })).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^hvbench: variant candidate: unknown hypervisor 'nonsense'/m),
  });
  expect(read('summary')).toContain('## Base and candidate were not compared');
});

const cannot = requireOrSkip('qemu', qemuIsUsable) || requireOrSkip('make', canBuild);

describe.skipIf(cannot)('what the example workflow does', () => {
  beforeAll(async () => {
    const source = join(work, 'source');
    const [base, candidate] = toyRepository(source, [
      { message: 'Start QEMU', adds: '' },
      { message: 'Chain no blocks', adds: '-d nochain' },
    ]);
    // What actions/checkout does.
    for (const [side, commit = ''] of [['base', base] as const, ['candidate', candidate] as const]) {
      git(work, 'clone', '--quiet', source, side);
      git(join(work, side), 'checkout', '--quiet', commit);
    }
    const building = steps.filter(({ run }) => run?.includes('make'));
    expect(building.map(({ name }) => name)).toEqual(['Build both']);
    await runScript(building[0]?.run ?? '', work);
  });

  test('finds what the change made slower, and publishes it in every way', async () => {
    rmSync(join(work, 'summary'), { force: true });
    const outcome = await compare({ ...told, out: 'worse', 'ab-args': `${SHORT} --budget 10` }).catch(
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
    expect(outcome).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^candidate is worse than base in [12] of 2 figures/m),
    });
    expect(outcome.stdout).toMatch(/^::error title=/m);
    const { base, candidate, figures } = JSON.parse(read('worse/ab.json'));
    expect([base.variant.of, candidate.variant.of]).toEqual(['qemu-tcg', 'qemu-tcg']);
    expect(figures).toHaveLength(2);
    expect(read('worse/ab.xml')).toMatch(/<failure /);
    for (const name of ['ab.html', 'ab.svg', 'ab/result.json'])
      expect(existsSync(join(work, 'worse', name)), name).toBe(true);
    expect(read('summary')).toMatch(/^## candidate is worse than base in [12] of 2 figures/m);
  });

  test('passes a change that slows nothing', async () => {
    const flags = `${SHORT} --budget 6 --min-effect 100`;
    const { stdout } = await compare({ ...told, candidate: told.base ?? '', out: 'same', 'ab-args': flags });
    expect(stdout).toMatch(/^::notice title=hvbench ab::/m);
    expect(read('same/ab.json')).toMatch(/"passed": true/);
  });

  test('judges what there is where a trial failed, and fails', async () => {
    const flaky = join(work, 'flaky.sh');
    const count = `${flaky}.count`;
    // Machines start; the third does not.
    const script = `case "$*" in *-kernel*) echo >> ${count}; [ $(wc -l < ${count}) -ne 3 ] || exit 3;; esac`;
    writeFileSync(flaky, `#!/bin/sh\n${script}\nexec ${qemu} "$@"\n`, { mode: 0o755 });
    rmSync(join(work, 'summary'), { force: true });
    const flags = `${SHORT} --budget 18 --min-effect 100`;
    await expect(
      compare({ ...told, candidate: `qemu-tcg,program=${flaky}`, out: 'flaky', 'ab-args': flags }),
    ).rejects.toMatchObject({ code: 1 });
    const { passed, figures } = JSON.parse(read('flaky/ab.json'));
    expect([passed, figures.length]).toEqual([true, 2]);
    expect(read('summary')).toMatch(/^## .*candidate.*base/m);
  });
});
