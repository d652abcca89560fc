/** `hvbench history`, driven on synthetic results in folders. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Result } from '../../core/results/schema.ts';
import { createRandom } from '../../core/stats/random.ts';
import { smallResult, withRatio } from '../core/judge/compare/example.ts';
import { normal } from '../core/stats/simulate.ts';
import { hvbench, temporaryFolder } from './command.ts';

const folder = temporaryFolder();
const small = smallResult();
const DAYS = 24;

function save(name: string, result: Result): string {
  mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, name, 'result.json'), JSON.stringify(result));
  return name;
}

/** A night's result: from the 13th on, sha256 takes 5 % more time in kvm. */
function night(index: number, host: Result['host'] = small.host): Result {
  const random = createRandom(index);
  const noise = () => Math.exp(0.002 * normal(random));
  const integer = withRatio(small, { workload: 'integer', hypervisor: 'kvm' }, 1.02 * noise());
  const both = withRatio(
    integer,
    { workload: 'sha256', hypervisor: 'kvm' },
    (index < 12 ? 1.1 : 1.155) * noise(),
  );
  return { ...both, host, startedAt: new Date(Date.UTC(2026, 2, 1 + index)).toISOString() };
}

const otherHost = { ...small.host, cpu: { ...small.host.cpu, model: 'Another CPU' } };
const nights = Array.from({ length: DAYS }, (_, index) => `night-${index}`);

const history = (...args: string[]) => hvbench(['history', ...args], { cwd: folder });

async function done(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await history(...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

const files = (dir: string) => readdirSync(join(folder, dir)).map((name) => join(folder, dir, name));
const linesOf = (path: string) => readFileSync(path, 'utf8').trimEnd().split('\n');
const fileOf = (dir: string) => files(dir)[0] ?? '';

beforeAll(async () => {
  for (const [index, name] of nights.entries()) save(name, night(index));
  save('elsewhere', night(3, otherHost));
  save('nothing', { ...small, measurements: [] });
  await done('add', ...nights);
});

describe('add', () => {
  test('appends a line for each result to the file of its host class', async () => {
    expect(files('history')).toHaveLength(1);
    const [header = '', ...results] = linesOf(fileOf('history'));
    expect(JSON.parse(header)).toMatchObject({
      type: 'header',
      schema: 'hvbench/history@1',
      hostClass: { facts: expect.arrayContaining([['runs under', 'KVM']]) },
    });
    expect(results).toHaveLength(DAYS);
    expect(JSON.parse(results[0] ?? '')).toMatchObject({
      ...{
        startedAt: '2026-03-01T00:00:00.000Z',
        seed: 42,
        tool: small.tool.version,
        commit: null,
        label: null,
      },
      rows: [
        { hypervisor: 'control' },
        { hypervisor: 'kvm' },
        { hypervisor: 'control' },
        { hypervisor: 'kvm' },
      ],
    });
  });

  test('skips what is there already, and says so', async () => {
    const added = await done('add', 'night-0', '--dir', 'twice');
    expect(added).toMatch(/^night-0 \(2026-03-01T00:00:00\.000Z\) added to twice\/[0-9a-f]{12}\.ndjson\n$/);
    const again = await done('add', 'night-0', 'night-1/result.json', 'night-1', '--dir', 'twice');
    expect(again.match(/added|skipped/g)).toEqual(['skipped', 'added', 'skipped']);
    expect(linesOf(fileOf('twice'))).toHaveLength(3);
  });

  test('keeps host classes apart', async () => {
    await done('add', 'night-0', 'elsewhere', '--dir', 'two');
    expect(files('two').map((path) => linesOf(path).length)).toEqual([2, 2]);
  });

  test('goes on behind half a line that a killed writer left', async () => {
    await done('add', 'night-0', '--dir', 'half');
    appendFileSync(fileOf('half'), '{"type":"result","sta');
    expect(await done('show', '--dir', 'half')).toContain('over 1 result of 2026-03-01');
    await done('add', 'night-1', '--dir', 'half');
    expect(linesOf(fileOf('half')).map((line) => JSON.parse(line).type)).toEqual([
      'header',
      'result',
      'result',
    ]);
  });

  test('records what Git has checked out, unless it is told', async () => {
    const work = join(folder, 'work');
    mkdirSync(work);
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.org', ...args], { cwd: work });
    git('init', '--quiet');
    git('commit', '--quiet', '--allow-empty', '--message', 'one');
    const head = String(git('rev-parse', 'HEAD')).trim();
    const add = (...args: string[]) => hvbench(['history', 'add', ...args], { cwd: work });
    await add('../night-0', '--label', 'first of all');
    await add('../night-1', '--commit', 'r1234');
    const [, first, second] = linesOf(fileOf('work/history')).map((line) => JSON.parse(line));
    expect([first.commit, first.label, second.commit, second.label]).toEqual([
      head,
      'first of all',
      'r1234',
      null,
    ]);
  });

  test('adds nothing where one of the results cannot be read', async () => {
    const { code, stdout } = await history('add', 'night-0', 'nowhere', '--dir', 'none');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(readdirSync(folder)).not.toContain('none');
  });
});

describe('show', () => {
  test('tells the row that changed, when and by how much', async () => {
    const text = await done('show');
    expect(text).toMatch(
      /^1 change in 1 of 4 rows, over 24 results from 2026-03-01 00:00 UTC to 2026-03-24 00:00 UTC\n/,
    );
    expect(text.replace(/\s+/g, ' ')).toMatch(
      /- cpu\/sha256, kvm \(x86_64\): \+[45]\.\d+ % \[\+4\.\d+, \+5\.\d+\], from 2026-03-12 00:00 UTC to 2026-03-13 00:00 UTC /,
    );
  });

  test('shows the rows that are asked for, of the latest results', async () => {
    const of = async (...args: string[]) => {
      const { classes } = JSON.parse(await done('show', '--format', 'json', ...args));
      return classes[0].rows.map((row: Record<string, string>) => `${row.workload} ${row.hypervisor}`);
    };
    expect(await of('--workload', 'sha256')).toEqual(['sha256 control', 'sha256 kvm']);
    expect(await of('--hypervisor', 'kvm,v86', '--suite', 'cpu', '--isa', 'x86_64')).toEqual([
      'integer kvm',
      'sha256 kvm',
    ]);
    expect(await done('show', '--last', '5')).toMatch(
      /^no change in 4 rows, over 5 results .*; 19 older results/,
    );
  });

  test.each([
    ['csv', /^host_class,suite,workload,/],
    ['json', /^\{\n "schema": "hvbench\/history-report@1"/],
    ['md', /^# Overhead against native over time\n/],
    ['png', /^\ufffdPNG\r\n/],
  ])('writes the format that the name of the file ends with: %s', async (ending, content) => {
    const out = `shown.${ending}`;
    expect(await done('show', '--out', out)).toBe(`Written to ${out}\n`);
    expect(readFileSync(join(folder, out), 'utf8')).toMatch(content);
  });

  test('writes formats to the files that they are given', async () => {
    const stdout = await done('show', '--format', 'csv=of.csv', '--format', 'png=of.png');
    expect(stdout).toMatch(/^1 change in 1 of 4 rows/);
    expect(stdout).toMatch(/\nWritten to of\.csv\nWritten to of\.png\n$/);
    expect(readFileSync(join(folder, 'of.csv'), 'utf8')).toMatch(/^host_class,/);
    expect(readFileSync(join(folder, 'of.png'), 'utf8')).toMatch(/^\ufffdPNG\r\n/);
    expect(await done('show', '--json')).toBe(await done('show', '--format', 'json'));
  });

  test('a picture may go to a pipe', async () => {
    expect(await done('show', '--format', 'png')).toMatch(/^\ufffdPNG\r\n/);
  });

  test('shows each host class, and a picture of one', async () => {
    await done('add', 'night-0', 'elsewhere', '--dir', 'classes');
    const text = await done('show', '--dir', 'classes');
    const ids = text.match(/(?<=^Host class )\w+/gm) ?? [];
    expect(ids).toHaveLength(2);
    const [id = ''] = ids;
    expect((await done('show', '--dir', 'classes', '--class', id)).match(/^Host class/gm)).toHaveLength(1);
    const { code, stderr } = await history('show', '--dir', 'classes', '--out', 'both.png');
    expect(code).toBe(2);
    expect(stderr).toBe(
      `hvbench: a png shows a single host class: choose one with --class: ${ids.join(', ')}\n`,
    );
    await done('show', '--dir', 'classes', '--class', id.slice(0, 6), '--out', 'one.png');
  });
});

describe('one line says what is wrong', () => {
  beforeAll(async () => {
    for (const dir of ['empty', 'headless']) mkdirSync(join(folder, dir));
    await done('add', 'night-0', 'night-1', '--dir', 'damaged');
    const path = fileOf('damaged');
    const [header = '', first = '', second = ''] = linesOf(path);
    writeFileSync(path, `${header}\n${first.slice(0, 100)}\n${second}\n`);
    await done('add', 'night-0', '--dir', 'newer');
    writeFileSync(fileOf('newer'), readFileSync(fileOf('newer'), 'utf8').replace('history@1', 'history@2'));
    writeFileSync(join(folder, 'headless/0123456789ab.ndjson'), '{"ty');
  });

  const cases: [args: string, named: RegExp][] = [
    ['add', /missing required argument 'results'/],
    ['add nowhere', /cannot read nowhere: no such folder or file/],
    ['add nothing', /nothing holds no overhead and no other metric: nothing to add/],
    [
      'add night-2 --dir damaged',
      /cannot read the history damaged\/\w+\.ndjson: line 2 is not JSON; restore it/,
    ],
    ['add night-2 --dir night-0/result.json', /night-0\/result\.json\/\w+\.ndjson: ENOTDIR/],
    [`add night-2 --label ${'x'.repeat(201)}`, /a label may have at most 200 characters, not 201/],
    ['show --dir damaged', /cannot read the history damaged\/\w+\.ndjson: line 2 is not JSON; restore it/],
    ['show --dir newer', /it is of schema hvbench\/history@2, not hvbench\/history@1/],
    ['show --dir missing', /cannot read the history in missing: no such folder; start a history with/],
    ['show --dir night-0/result.json', /cannot read the history in night-0\/result\.json: ENOTDIR/],
    ['show --dir empty', /empty holds no results: add one with hvbench history add RESULT/],
    ['show --dir headless', /headless holds no results/],
    ['show --class ffffffffffff', /history has no host class 'ffffffffffff': use one of [0-9a-f]{12}$/m],
    ['show --workload nbody', /no row in history matches: it has x86_64 cpu integer control, /],
    ['show --isa sparc', /Unknown ISA 'sparc'/],
    ['show --last 0', /--last.*'0'.*above 0/],
    ['show --last 1001', /--last can be at most 1000, not 1001/],
    ['show --format pdf', /'pdf' is invalid.*terminal, markdown, csv, json, png/],
    ['show --out night-0', /cannot write night-0: EISDIR; choose another --out/],
    ['shwo', /unknown command 'shwo'.*show/],
  ];
  test.each(cases)('%s', async (args, named) => {
    const { code, stdout, stderr } = await history(...args.split(' '));
    expect(stderr).toMatch(/^hvbench: [^\n]+\n$/);
    expect(stderr).toMatch(named);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});
