/** `hvbench compare`, driven on synthetic results in folders and files. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Result } from '../../core/results/schema.ts';
import { smallResult, withRatio } from '../core/judge/compare/example.ts';
import { header, rows, sample } from '../core/results/example.ts';
import { hvbench, temporaryFolder } from './command.ts';

const folder = temporaryFolder();
const before = smallResult();
const KVM = { hypervisor: 'kvm' };

function save(name: string, result: Result): void {
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, 'result.json'), JSON.stringify(result));
}

/** What a killed run left: two launches in which kvm takes `ratio` times native's time. */
function saveJournal(name: string, ratio: number): void {
  const entries = [
    header({ rows: rows('integer') }),
    ...[0, 1].flatMap((launch) =>
      ['native', 'control', 'kvm'].flatMap((hypervisor) =>
        [0, 1, 2].map((round) =>
          sample({
            ...{ launch, round, hypervisor, phase: 'round', iterations: 1000, emptyWallNs: 0, emptyCpuNs: 0 },
            wallNs: 1e6 * (hypervisor === 'kvm' ? ratio : 1),
          }),
        ),
      ),
    ),
  ];
  mkdirSync(join(folder, name));
  const text = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
  writeFileSync(join(folder, name, 'samples.ndjson'), `${text}{"type":"sam`);
}

beforeAll(() => {
  save('before', before);
  save('worse', withRatio(before, KVM, 1.21));
  save('better', withRatio(before, KVM, 0.99));
  saveJournal('killed-before', 1.1);
  saveJournal('killed-after', 1.21);
  mkdirSync(join(folder, 'empty'));
  mkdirSync(join(folder, 'truncated'));
  writeFileSync(join(folder, 'truncated/result.json'), JSON.stringify(before).slice(0, 1000));
  writeFileSync(
    join(folder, 'other.json'),
    JSON.stringify(before).replace('hvbench/result@2', 'hvbench/result@99'),
  );
});

const compare = (...args: string[]) => hvbench(['compare', ...args], { cwd: folder });

async function verdicts(...args: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await compare(...args, '--format', 'json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const comparison = JSON.parse(stdout) as { rows: { hypervisor: string; changes: { verdict: string }[] }[] };
  const row = comparison.rows.find(({ hypervisor }) => hypervisor === 'kvm');
  return row?.changes.map(({ verdict }) => verdict) ?? [];
}

test('what became worse is told, and is no failure of the command', async () => {
  const { code, stdout, stderr } = await compare('before', 'worse');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(
    /^2 worse, 0 better, \d the same, \d undecided of 4 rows\nA: before, .*\nB: worse, /,
  );
  expect(stdout).toMatch(/│ cpu\/integer .* kvm .* \+10\.\d+ % .* worse /);
});

test('files serve as well as folders, and more than two are compared with the first', async () => {
  expect(await verdicts('before/result.json', 'worse', 'better/result.json')).toEqual(['worse', 'better']);
});

test('a killed run is read from its journal, and nothing is written beside it', async () => {
  expect(await verdicts('killed-before', 'killed-after')).toEqual(['worse']);
  expect(() => readFileSync(join(folder, 'killed-before/result.json'))).toThrow(/ENOENT/);
});

test('the margin is in per cent', async () => {
  expect(await verdicts('before', 'worse', '--margin', '20')).toEqual(['same']);
  expect(await verdicts('before', 'worse', '--margin', '9')).toEqual(['worse']);
});

test.each([
  ['terminal', /^2 worse/],
  ['markdown', /^# Overhead against native, compared\n/],
  ['csv', /^suite,workload,isa,hypervisor,/],
  ['html', /^<!doctype html>/],
  ['json', /^\{\n "schema": "hvbench\/comparison@1"/],
])('%s goes to standard output, or to a file', async (format, start) => {
  const shown = await compare('before', 'worse', '--format', format);
  expect(shown).toMatchObject({ code: 0, stderr: '' });
  expect(shown.stdout).toMatch(start);
  const out = `out.${format}`;
  const written = await compare('before', 'worse', '--format', format, '--out', out);
  expect(written).toEqual({ code: 0, stdout: `Written to ${out}\n`, stderr: '' });
  expect(readFileSync(join(folder, out), 'utf8')).toBe(shown.stdout);
  // With its file, a format is written beside what is shown.
  const beside = await compare('before', 'worse', '--format', `${format}=beside.${format}`);
  expect(beside).toMatchObject({ code: 0, stderr: '' });
  expect(beside.stdout).toMatch(/^2 worse/);
  expect(beside.stdout).toMatch(new RegExp(`\\nWritten to beside\\.${format}\\n$`));
  expect(readFileSync(join(folder, `beside.${format}`), 'utf8')).toBe(shown.stdout);
});

test('a file that cannot be written costs neither what is shown nor another file', async () => {
  const args = ['--format', 'csv=before', '--format', 'json=other.json'];
  const { code, stdout, stderr } = await compare('before', 'worse', ...args);
  expect(code).toBe(2);
  expect(stdout).toMatch(/^2 worse/);
  expect(stderr).toBe('hvbench: cannot write before: EISDIR; choose another --format\n');
  expect(readFileSync(join(folder, 'other.json'), 'utf8')).toMatch(/^\{/);
});

test('--json is JSON alone', async () => {
  const named = await compare('before', 'worse', '--format', 'json');
  expect(await compare('before', 'worse', '--json', '--format', 'csv=rows.csv')).toEqual(named);
  expect(readFileSync(join(folder, 'rows.csv'), 'utf8')).toMatch(/^suite,/);
});

describe('one line says what is wrong', () => {
  const cases: [args: string, named: RegExp][] = [
    ['', /missing required argument 'a'/],
    ['before', /missing required argument 'b'/],
    ['before nowhere', /cannot read nowhere: no such folder or file/],
    ['before before/result.json/x', /cannot read before\/result\.json\/x: ENOTDIR/],
    ['before empty', /empty\/samples\.ndjson: no such file/],
    ['truncated before', /cannot read truncated\/result\.json: .*JSON/],
    ['before truncated/result.json', /cannot read truncated\/result\.json: .*JSON/],
    ['before other.json', /other\.json is not an hvbench result: schema/],
    ['before worse --margin 0', /--margin.*'0'/],
    ['before worse --format pdf', /'pdf' is invalid.*terminal, markdown, csv, html, json/],
    ['before worse --out before', /cannot write before: EISDIR; choose another --out/],
    ['before worse --format csv=', /'csv=' is invalid.*No file/],
    [Array(27).fill('before').join(' '), /at most 26 results/],
  ];
  test.each(cases)('%s', async (args, named) => {
    const { code, stdout, stderr } = await compare(...args.split(' ').filter(Boolean));
    expect(stderr).toMatch(/^hvbench: [^\n]+\n$/);
    expect(stderr).toMatch(named);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});
