/** `hvbench gate`, driven on one real run and on edited copies of it. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Baseline, BaselineRow } from '../../core/judge/gate/baseline.ts';
import type { Gate } from '../../core/judge/gate/gate.ts';
import type { Result } from '../../core/results/schema.ts';
import { atLeastOne } from '../at-least-one.ts';
import { changed } from '../core/judge/compare/example.ts';
import { kvmIsUsable } from '../kvm.ts';
import { type Ended, hvbench, readResult, start, temporaryFolder, until } from './command.ts';

const folder = temporaryFolder();
const path = (name: string) => join(folder, name);
/** Direct execution where this computer has it, else translation: something real in either case. */
const GUEST = kvmIsUsable ? 'kvm' : 'v86';
/** Seconds for fresh launches: v86 takes its time to warm up. */
const FRESH = kvmIsUsable ? '20' : '120';
/** A change that stands out on a busy computer, where launches of v86 differ much. */
const LARGE = kvmIsUsable ? 1.3 : 4;
const LARGER = kvmIsUsable ? 2 : 5;
const LIMIT = { timeout: 170_000 };
/** What the command would do unasked on a CI runner must not depend on where the tests run. */
const QUIET_ENV = { GITHUB_ACTIONS: '', GITHUB_STEP_SUMMARY: '' };

const run = (args: readonly string[], env: Record<string, string> = {}) =>
  hvbench(args, { cwd: folder, env: { ...QUIET_ENV, ...env } });
const gate = (baseline: string, ...args: string[]) => run(['gate', '--baseline', baseline, ...args]);

async function outcome(...args: Parameters<typeof gate>): Promise<{ code: number; gate: Gate }> {
  const { code, stdout } = await gate(...args, '--json');
  return { code, gate: JSON.parse(stdout) as Gate };
}

function save(name: string, result: Result): void {
  mkdirSync(path(name), { recursive: true });
  writeFileSync(join(path(name), 'result.json'), JSON.stringify(result));
}

/** The chosen guest takes so many times as long. */
function times(result: Result, factor: number, workload?: string): Result {
  return changed(result, { hypervisor: GUEST, ...(workload && { workload }) }, (m) => ({
    ...m,
    samples: m.samples.map((launch) => ({
      ...launch,
      nsPerIteration: launch.nsPerIteration.map((ns) => (ns ?? Number.NaN) * factor),
      cpuNsPerIteration: launch.cpuNsPerIteration.map((ns) => (ns ?? Number.NaN) * factor),
    })),
  }));
}

/** Every guest takes native's time, and launches hardly differ: synthetic, on this computer's host class. */
function steady(result: Result): Result {
  return {
    ...result,
    measurements: result.measurements.map((m) => ({
      ...m,
      samples: [0, 1, 2, 3].map((launch) => {
        const rounds = [1000, 1001, 1002].map(
          (ns) => ns * (m.hypervisor === 'native' ? 1 : 1 + launch / 1e4),
        );
        return { launch, nsPerIteration: rounds, cpuNsPerIteration: rounds };
      }),
    })),
  };
}

const readBaseline = (name: string) => JSON.parse(readFileSync(path(name), 'utf8')) as Baseline;

/** A copy of the baseline in which its rows, or it, are edited. */
function edited(name: string, edit: (baseline: Baseline) => Baseline): string {
  writeFileSync(path(name), JSON.stringify(edit(readBaseline('baseline.json'))));
  return name;
}

const withRows = (baseline: Baseline, change: (rows: BaselineRow[]) => BaselineRow[]): Baseline => ({
  ...baseline,
  classes: baseline.classes.map((entry) => ({ ...entry, rows: change(entry.rows) })),
});

function expectOneLine({ code, stdout, stderr }: Ended, ...parts: (string | RegExp)[]): void {
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(stderr).not.toMatch(/\n\s+at /);
  for (const part of atLeastOne(parts)) expect(stderr).toMatch(part);
}

let real: Result;

beforeAll(async () => {
  const { code, stderr } = await run([
    ...['run', '--suite', 'cpu', '--workload', 'integer,sieve', '--hypervisor', `control,${GUEST}`],
    ...['--profile', 'quick', '--budget', kvmIsUsable ? '8' : '30', '--out', 'real'],
  ]);
  expect(code, stderr).toBe(0);
  real = readResult(path('real'));
  save('steady', steady(real));
  save('slower', times(steady(real), 1.3));
  save('slower-sieve', times(steady(real), 1.3, 'sieve'));
  save('faster', times(steady(real), 0.7));
  const updated = await gate('baseline.json', '--update', 'steady');
  expect(updated.code, updated.stderr).toBe(0);
  const measured = await gate('real.json', '--update', 'real');
  expect(measured.code, measured.stderr).toBe(0);
});

describe('exit code 0', () => {
  test('nothing changed: judged against its own baseline', async () => {
    const { code, gate: found } = await outcome('real.json', 'real', '--no-confirm');
    expect(code).toBe(0);
    expect(found.passed).toBe(true);
    expect(found.rows.length).toBeGreaterThanOrEqual(2);
    for (const { change, verdict } of atLeastOne(found.rows)) {
      expect(change.estimate).toBeCloseTo(0, 4);
      expect(['same', 'undecided']).toContain(verdict);
    }
    expect(found.absent).toEqual([]);
  });

  test('every row is the same, in words', async () => {
    const { code, stdout, stderr } = await gate('baseline.json', 'steady', '--no-confirm');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/Gate passed: none of \d+ rows was found slower than the baseline/);
  });

  test('the file of a result does as well as its folder', async () => {
    const { code } = await gate('baseline.json', 'steady/result.json', '--no-confirm');
    expect(code).toBe(0);
  });

  test('a guest that became faster passes', async () => {
    const { code, gate: found } = await outcome('baseline.json', 'faster', '--no-confirm');
    expect(code).toBe(0);
    const guests = found.rows.filter(({ hypervisor }) => hypervisor === GUEST);
    expect(guests.length).toBeGreaterThan(0);
    for (const { verdict } of atLeastOne(guests)) expect(verdict).toBe('improved');
  });

  test('without suspects nothing is measured again', LIMIT, async () => {
    const { code, gate: found } = await outcome('baseline.json', 'steady');
    expect(code).toBe(0);
    expect(found.rows.every(({ confirmation }) => confirmation === null)).toBe(true);
    expect(existsSync(path('steady/confirmation'))).toBe(false);
  });
});

describe('exit code 1', () => {
  test('a slower guest, and only it, is named', async () => {
    const { code, stdout } = await gate('baseline.json', 'slower-sieve', '--no-confirm');
    expect(code).toBe(1);
    expect(stdout).toMatch(/Gate failed: \d of \d+ rows? (is|are) slower than the baseline/);
    expect(stdout).toContain('cpu/sieve');
    const { gate: found } = await outcome('baseline.json', 'slower-sieve', '--no-confirm');
    const regressed = found.rows.filter(({ verdict }) => verdict === 'regressed');
    expect(found.passed).toBe(false);
    expect(new Set(regressed.map(({ workload, hypervisor }) => `${workload} ${hypervisor}`))).toEqual(
      new Set([`sieve ${GUEST}`]),
    );
    for (const { change } of atLeastOne(regressed)) expect(change.estimate).toBeCloseTo(0.3, 2);
  });

  test('a minimum effect above the change lets it pass', async () => {
    const { code } = await gate('baseline.json', 'slower', '--no-confirm', '--min-effect', '40');
    expect(code).toBe(0);
  });
});

describe('exit code 2, with one line', () => {
  test('no baseline file', async () => {
    expectOneLine(await gate('none.json', 'steady'), 'there is no baseline none.json', '--update');
  });

  test('a truncated baseline', async () => {
    writeFileSync(path('truncated.json'), readFileSync(path('baseline.json'), 'utf8').slice(0, 500));
    expectOneLine(await gate('truncated.json', 'steady'), /truncated\.json: it is not whole JSON/);
  });

  test('a file of another schema', async () => {
    writeFileSync(path('schema.json'), JSON.stringify(real));
    expectOneLine(
      await gate('schema.json', 'steady'),
      'schema.json',
      'hvbench/result@2',
      'hvbench/baseline@2',
    );
  });

  test('another host class, and in what it differs', async () => {
    const name = edited('class.json', (baseline) => ({
      ...baseline,
      classes: baseline.classes.map((entry) => ({
        ...entry,
        hostClass: {
          id: '0123456789ab',
          facts: entry.hostClass.facts.map(([fact, value]): [string, string] =>
            fact === 'CPU' ? [fact, 'None Other CPU'] : [fact, value],
          ),
        },
      })),
    }));
    const ended = await gate(name, 'steady');
    expectOneLine(ended, /class\.json holds no baseline for this host class/, /CPU None Other CPU, not /);
  });

  test('all machine code changed', async () => {
    const name = edited('digests.json', (baseline) =>
      withRows(baseline, (rows) => rows.map((row) => ({ ...row, digest: 'e'.repeat(64) }))),
    );
    expectOneLine(await gate(name, 'steady'), 'no row of digests.json can be judged', 'another digest');
  });

  test('a path that does not exist', async () => {
    expectOneLine(await gate('baseline.json', 'nowhere'), 'nowhere');
  });

  test('a report format that is not known', async () => {
    expectOneLine(
      await gate('baseline.json', 'steady', '--report', 'pdf=x'),
      /Unknown format 'pdf'/,
      'junit',
    );
  });

  test('two results', async () => {
    expectOneLine(await gate('baseline.json', 'steady', 'slower'), 'judges one result');
  });

  test('a result of another host class, where suspects are to be measured again', async () => {
    const result = steady(real);
    save('elsewhere', {
      ...result,
      host: { ...result.host, cpu: { ...result.host.cpu, model: 'Elsewhere' } },
    });
    expect((await gate('elsewhere.json', '--update', 'elsewhere')).code).toBe(0);
    expectOneLine(await gate('elsewhere.json', 'elsewhere'), 'a different host class', '--no-confirm');
    expect((await gate('elsewhere.json', 'elsewhere', '--no-confirm')).code).toBe(0);
  });

  test('a report that cannot be written', async () => {
    const ended = await gate(
      'baseline.json',
      'steady',
      '--no-confirm',
      '--report',
      'junit=no/such/folder.xml',
    );
    expect(ended.code).toBe(2);
    expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(ended.stderr).toContain('no/such/folder.xml');
  });
});

test('--pass-without-baseline passes where there is none, and says so', async () => {
  const { code, stdout } = await gate('none.json', 'steady', '--pass-without-baseline');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Nothing was judged: there is no baseline none\.json/);
  const damaged = await gate('truncated.json', 'steady', '--pass-without-baseline');
  expect(damaged.code).toBe(2);
});

test('a row that no longer exists is listed; only a strict gate fails for it', async () => {
  const name = edited('gone.json', (baseline) =>
    withRows(baseline, (rows) => [...rows, { ...(rows[0] as BaselineRow), workload: 'gone' }]),
  );
  const { code, stdout } = await gate(name, 'steady', '--no-confirm');
  expect(code).toBe(0);
  expect(stdout).toMatch(/cpu\/gone.*this result has no such row/);
  expect((await gate(name, 'steady', '--no-confirm', '--strict')).code).toBe(1);
  expect((await gate('baseline.json', 'steady', '--no-confirm', '--strict')).code).toBe(0);
});

describe('--update', () => {
  test('replaces this host class and keeps the others', async () => {
    const other = { id: '0123456789ab', facts: [['CPU', 'None Other CPU'] as [string, string]] };
    const name = edited('two.json', ({ classes, ...rest }) => ({
      ...rest,
      classes: [...classes, ...classes.map((entry) => ({ ...entry, hostClass: other }))],
    }));
    const before = readBaseline(name);
    const { code, stdout, stderr } = await gate(name, '--update', 'slower', 'slower');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Written to two\.json: \d+ rows from 2 runs, for /);
    const after = readBaseline(name);
    expect(after.classes).toHaveLength(2);
    expect(after.classes.find(({ hostClass }) => hostClass.id === other.id)).toEqual(before.classes[1]);
    const own = after.classes.find(({ hostClass }) => hostClass.id !== other.id);
    expect(own?.runs).toHaveLength(2);
    // What was slower is the new normal.
    expect((await gate(name, 'slower', '--no-confirm')).code).toBe(0);
  });

  test('refuses to overwrite what is damaged or something else', async () => {
    for (const [name, text] of [
      ['damaged.json', '{"schema":"hvbench/baseline@2","classes":['],
      ['else.json', '{"name":"a package"}'],
    ] as const) {
      writeFileSync(path(name), text);
      expectOneLine(await gate(name, '--update', 'steady'), name, 'remove it first');
      expect(readFileSync(path(name), 'utf8')).toBe(text);
    }
  });

  test('will not write where the folder is missing', async () => {
    expectOneLine(await gate('no/such/folder.json', '--update', 'steady'), 'no/such/folder.json');
  });
});

describe('outputs', () => {
  test.each(['--format', '--report'])('%s writes files beside what is shown', async (option) => {
    const { code, stdout } = await gate(
      ...['baseline.json', 'slower', '--no-confirm', option, 'junit=junit.xml', option, 'bencher=b.json'],
    );
    expect(code).toBe(1);
    expect(stdout).toContain('Gate failed');
    const junit = readFileSync(path('junit.xml'), 'utf8');
    expect(junit).toMatch(/^<\?xml/);
    expect(junit.match(/<failure/g)?.length).toBeGreaterThanOrEqual(2);
    const bencher = JSON.parse(readFileSync(path('b.json'), 'utf8')) as Record<string, unknown>;
    expect(Object.keys(bencher).some((name) => name.includes('cpu/sieve'))).toBe(true);
  });

  test('--json prints nothing but the outcome', async () => {
    const { stdout, code } = await gate('baseline.json', 'slower', '--no-confirm', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ passed: false, strict: false });
  });

  test('on GitHub Actions there are annotations and a summary, unasked', async () => {
    writeFileSync(path('summary.md'), '# Earlier\n');
    const args = ['gate', '--baseline', 'baseline.json', 'slower', '--no-confirm'];
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: path('summary.md') };
    const { code, stdout } = await run(args, env);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^::error.*sieve/m);
    const summary = readFileSync(path('summary.md'), 'utf8');
    expect(summary).toMatch(/^# Earlier\n/);
    expect(summary).toContain('Gate failed');
    // JSON stays JSON there too.
    const { stdout: json } = await run([...args, '--json'], env);
    expect(JSON.parse(json)).toMatchObject({ passed: false });
  });

  test('elsewhere there are none', async () => {
    const { stdout } = await gate('baseline.json', 'slower', '--no-confirm');
    expect(stdout).not.toContain('::error');
  });
});

describe('fresh launches on this computer', () => {
  test('a slow-down that they do not show is no regression', LIMIT, async () => {
    save('outlier', times(real, LARGE));
    const { code, gate: found } = await outcome('real.json', 'outlier', '--budget', FRESH);
    const suspects = found.rows.filter(({ hypervisor }) => hypervisor === GUEST);
    expect(suspects.length).toBeGreaterThanOrEqual(2);
    for (const row of atLeastOne(suspects)) {
      expect(row.launches.fresh).toBeGreaterThanOrEqual(2);
      // What was added to the first result is gone; by how much the rest varies is the computer's affair.
      expect(row.confirmation?.estimate).toBeLessThan(0.2);
      expect(['undecided', 'same']).toContain(row.verdict);
    }
    expect(code).toBe(0);
    expect(existsSync(path('outlier/confirmation/result.json'))).toBe(true);
    const measured = new Set(readResult(path('outlier/confirmation')).measurements.map((m) => m.hypervisor));
    expect(measured).toContain(GUEST);
  });

  test('a slow-down that they show too has regressed', LIMIT, async () => {
    save('fast-before', times(real, 1 / LARGER));
    expect((await gate('fast.json', '--update', 'fast-before')).code).toBe(0);
    save('now', real);
    const { code, gate: found } = await outcome('fast.json', 'now', '--budget', FRESH);
    expect(code).toBe(1);
    const guests = found.rows.filter(({ hypervisor }) => hypervisor === GUEST);
    for (const row of atLeastOne(guests)) {
      expect(row).toMatchObject({ verdict: 'regressed' });
      expect(row.launches.fresh).toBeGreaterThanOrEqual(2);
      expect(row.confirmation?.low).toBeGreaterThan(0);
    }
    expect(guests.length).toBeGreaterThanOrEqual(2);
  });

  test('too small a budget leaves suspects undecided', LIMIT, async () => {
    const { code, gate: found } = await outcome('baseline.json', 'slower', '--budget', '1');
    expect(code).toBe(0);
    const guests = found.rows.filter(({ hypervisor }) => hypervisor === GUEST);
    for (const { verdict, reason } of atLeastOne(guests))
      expect({ verdict, reason }).toEqual({
        verdict: 'undecided',
        reason: 'there was no time for fresh launches',
      });
    expect((await gate('baseline.json', 'slower', '--budget', '1', '--strict')).code).toBe(1);
  });

  test.each([
    ['the first result', [], /launch 1/],
    ['the confirmation', ['slower'], /launch 1/],
  ])('interrupted while it measures %s, it leaves no machine', LIMIT, async (_, paths, measuring) => {
    const args = ['gate', '--baseline', 'baseline.json', ...paths, '--budget', '60', '--out', 'interrupted'];
    const command = start(args, { cwd: folder, env: QUIET_ENV });
    await until('measuring', () => measuring.test(command.progress()));
    command.child.kill('SIGINT');
    const { code, stderr } = await command.ended;
    expect(code, stderr).toBe(130);
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect(command.remains()).toEqual([]);
  });

  test('without a result it measures what the baseline holds', LIMIT, async () => {
    const { code, gate: found } = await outcome(
      'real.json',
      '--min-effect',
      '50',
      '--budget',
      '10',
      '--out',
      'own',
    );
    expect(code).toBe(0);
    expect(found.rows.map(({ workload }) => workload).sort()).toEqual(
      readBaseline('real.json')
        .classes.flatMap(({ rows }) => rows.map(({ workload }) => workload))
        .sort(),
    );
    expect(existsSync(path('own/result.json'))).toBe(true);
  });
});
