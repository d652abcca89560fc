/** `hvbench gate --learn`, `--update` and `--accept`, driven on a stored result and on copies in which kvm is slower. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Baseline } from '../../core/judge/gate/baseline.ts';
import { readResult } from '../../core/library/read.ts';
import { partsOf } from '../../core/parts.ts';
import type { Result } from '../../core/results/schema.ts';
import { atLeastOne } from '../at-least-one.ts';
import { smallResult, withRatio } from '../core/judge/compare/example.ts';
import { hvbench, temporaryFolder } from './command.ts';

const folder = temporaryFolder();
const path = (...names: string[]) => join(folder, ...names);
/** What the command would do unasked on a CI runner must not depend on where the tests run. */
const QUIET_ENV = { GITHUB_ACTIONS: '', GITHUB_STEP_SUMMARY: '' };
const gate = (...args: string[]) => hvbench(['gate', ...args], { cwd: folder, env: QUIET_ENV });
const read = (name: string) => JSON.parse(readFileSync(path(name), 'utf8')) as Baseline;

const FORMATS = [
  ...['terminal', 'markdown', 'json', 'junit', 'github', 'github-action-benchmark'],
  ...['github-action-benchmark-bigger', 'bencher'],
];

/** A run of two workloads, in which kvm takes so many times native's time; on `day` of 2026. */
function save(
  name: string,
  ratio: number,
  day: number,
  change: (result: Result) => Result = (one) => one,
): void {
  const startedAt = new Date(Date.UTC(2026, 0, day)).toISOString();
  const made = change(withRatio({ ...smallResult(), failures: [], startedAt }, { hypervisor: 'kvm' }, ratio));
  mkdirSync(path(name));
  writeFileSync(path(name, 'result.json'), JSON.stringify(made));
}

beforeAll(async () => {
  // What is stored is read as the command reads it.
  expect(await readResult(join(import.meta.dirname, '../fixtures/report'), partsOf({}))).toHaveProperty(
    'rows',
  );
  save('first', 1.1, 1);
  save('same', 1.1001, 2);
  save('elsewhere', 1.1, 3, (one) => ({
    ...one,
    host: { ...one.host, cpu: { ...one.host.cpu, model: 'Other' } },
  }));
  save('failed', 1.1, 4, (one) => ({
    ...one,
    failures: [{ launch: 1, isa: 'x86_64', hypervisor: 'kvm', workload: 'integer', error: 'it died' }],
  }));
  save('native', 1.1, 5, (one) => ({
    ...one,
    measurements: one.measurements.filter(({ mode }) => mode === 'native'),
  }));
  for (const [day, times] of [1, 1, 1, 1.02, 1.06, 1.061, 1.062].entries())
    save(`day-${day}`, 1.1 * times, 10 + day);
});

describe('without an entry', () => {
  test.each([
    ['without --pass-without-baseline', [], 2],
    ['with it', ['--pass-without-baseline'], 0],
  ])('%s, every output that was asked for says so', async (_, flags, code) => {
    const files = FORMATS.flatMap((format) => ['--format', `${format}=${code}-${format}`]);
    const ended = await gate('--baseline', 'none.json', 'first', ...flags, ...files);
    expect(ended.code).toBe(code);
    for (const format of atLeastOne(FORMATS))
      expect(readFileSync(path(`${code}-${format}`), 'utf8')).toMatch(
        /[Nn]othing was judged|"judged": false/,
      );
  });

  test('--json is JSON', async () => {
    await gate('--baseline', 'other.json', '--update', 'elsewhere');
    for (const flags of atLeastOne([[], ['--pass-without-baseline']])) {
      const { stdout } = await gate('--baseline', 'other.json', 'first', '--json', ...flags);
      expect(JSON.parse(stdout)).toMatchObject({
        ...{ judged: false, passed: flags.length > 0 },
        classes: [{ differs: [expect.stringContaining('Other, not')] }],
      });
    }
  });
});

describe('--learn', () => {
  test('adds what the file lacks, and judges by it afterwards, without a change to the file', async () => {
    await gate('--baseline', 'learn.json', '--update', 'elsewhere');
    const learnt = await gate('--baseline', 'learn.json', '--learn', 'first');
    expect(learnt).toMatchObject({ code: 0, stderr: '' });
    expect(learnt.stdout).toContain('Learnt: 2 rows from one run, added to learn.json');
    expect(read('learn.json').classes).toHaveLength(2);
    const before = readFileSync(path('learn.json'), 'utf8');
    const judged = await gate('--baseline', 'learn.json', '--learn', 'same', '--no-confirm', '--json');
    expect(JSON.parse(judged.stdout)).toMatchObject({ judged: true, passed: true });
    save('slow', 1.4, 6);
    expect((await gate('--baseline', 'learn.json', '--learn', 'slow', '--no-confirm')).code).toBe(1);
    expect(readFileSync(path('learn.json'), 'utf8')).toBe(before);
    expect((await gate('--baseline', 'learn.json', '--learn', 'same', 'slow')).stderr).toContain(
      'judges one result',
    );
  });

  test.each([
    ['failed', /a machine failed, first kvm: it died/],
    ['native', /no guest was measured in two launches/],
  ])('does not learn a run that is not fit: %s', async (name, reason) => {
    const { code, stderr } = await gate('--baseline', `${name}.json`, '--learn', name);
    expect(code).toBe(2);
    expect(stderr).toMatch(reason);
    const passed = await gate('--baseline', `${name}.json`, '--learn', name, '--pass-without-baseline');
    expect(passed.code).toBe(0);
    expect(passed.stdout.replaceAll(/\s+/g, ' ')).toMatch(reason);
    expect(existsSync(path(`${name}.json`))).toBe(false);
  });

  test('is refused with what contradicts it, and before anything is measured if the file cannot be written', async () => {
    for (const flag of atLeastOne(['--update', '--accept'])) {
      const { code, stderr } = await gate('--baseline', 'x.json', '--learn', flag);
      expect({ code, lines: stderr.trimEnd().split('\n').length }).toEqual({ code: 2, lines: 1 });
      expect(stderr).toContain('give one of them');
    }
    const { code, stderr } = await gate('--baseline', 'no/such/folder.json', '--learn');
    expect({ code, lines: stderr.trimEnd().split('\n').length }).toEqual({ code: 2, lines: 1 });
    expect(stderr).toContain('no/such/folder.json');
  });
});

describe('updates that are slower each time', () => {
  const update = (...args: string[]) => gate('--baseline', 'creep.json', '--update', ...args);

  test('the anchor begins with what the entry held, takes three runs, and is kept', async () => {
    expect((await update('day-0')).stdout).toMatch(
      /^Written to creep\.json: 2 rows from one run, for [^\n]*\n$/,
    );
    expect(read('creep.json').classes[0]).not.toHaveProperty('anchor');
    const second = await update('day-1');
    expect(second.stdout).toMatch(/The entry had no anchor: what it held, of .*, is the anchor from now on/);
    expect((await update('day-2')).stdout).toContain('Added to the anchor of 2 rows and metrics');
    expect((await update('day-3')).stdout).toMatch(/kept\.\nLargest drift: cpu\/\w+, kvm/);
    expect(read('creep.json').classes[0]?.anchor?.rows.map(({ logRatios }) => logRatios.length)).toEqual([
      3, 3,
    ]);
  });

  test('beyond the limit the update says so, the gate fails by it alone, and --accept mends that', async () => {
    const updated = await update('day-4', 'day-5', 'day-6');
    expect(updated.code).toBe(1);
    expect(updated.stdout).toContain('the gate fails until it is mended, or until --accept');
    const judge = () => gate('--baseline', 'creep.json', 'day-5', '--no-confirm');
    const failed = await judge();
    expect(failed.code).toBe(1);
    expect(failed.stdout).toMatch(
      /^Gate failed: the baseline of 2 of 2 rows has drifted too far from its anchor/,
    );
    const accepted = await gate('--baseline', 'creep.json', '--accept', 'day-5');
    expect(accepted.code).toBe(0);
    expect(accepted.stdout).toMatch(/Accepted: [^\n]*\n {2}- cpu\/\w+, kvm \(x86_64\): \+\d/);
    expect(read('creep.json').classes[0]?.anchor?.accepted).toHaveLength(2);
    expect((await judge()).code).toBe(0);
    const again = await gate('--baseline', 'creep.json', '--accept', 'day-5');
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing to accept') });
  });
});
