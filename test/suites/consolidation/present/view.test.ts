import { expect, it } from 'vitest';
import { assemble } from '../../../../core/results/assemble.ts';
import { type Result, resultSchema } from '../../../../core/results/schema.ts';
import { renderHtml } from '../../../../reports/html/index.ts';
import { renderMarkdown } from '../../../../reports/markdown.ts';
import { renderTerminal } from '../../../../reports/terminal/index.ts';
import { consolidationTables } from '../../../../suites/consolidation/present/view.ts';
import { type ConsolidationEntry, consolidationSchema } from '../../../../suites/consolidation/schema.ts';
import { suites } from '../../../../suites/index.ts';
import { atLeastOne } from '../../../at-least-one.ts';
import { header, suiteEntries } from '../../../core/results/example.ts';
import { csvOf, pngOf } from '../../../reports/presented.ts';
import { ended, levelsOf, loadProfileEntry } from '../example.ts';

const resultOf = (...entries: ConsolidationEntry[]): Result =>
  resultSchema.parse(assemble([header(), ...suiteEntries('consolidation', entries)], suites));
const rowsOf = (result: Result) => ({
  consolidation: (result.details.consolidation ?? []).map((row) => consolidationSchema.parse(row)),
});

const RESULT = resultOf(
  loadProfileEntry(),
  ...levelsOf('native', { 1: 10, 2: 10, 4: 5 }),
  ...levelsOf('kvm', { 1: 8, 2: 8, 4: 3 }, { missedFrom: 4, mib: 30, cpu: 1.5 }),
  ...levelsOf('v86', { 1: 1 }, { missedFrom: 1, mib: 120, cpu: 9 }),
  ended('native', 'machines', 4, 'no more were requested'),
  ended('kvm', 'limit', 4, 'the limit of 64 open files holds no more than 4'),
  ended('v86', 'quality', 1),
  ended('uml', 'unavailable', 0, 'it is not installed'),
);

const cells = (result: Result, table: number, row: number) =>
  consolidationTables(rowsOf(result))[table]?.rows[row]?.map(({ text, range }) =>
    range ? `${text} | ${range}` : text,
  );

it('sums up each hypervisor', () => {
  const [summary] = consolidationTables(rowsOf(RESULT));
  const rows = Object.fromEntries(
    summary?.rows.map(([name, ...rest]) => [name?.text, rest.map(({ text, range }) => [text, range])]) ?? [],
  );
  expect(rows.native).toEqual([
    ['≥ 4', undefined],
    ['≥ 4', undefined],
    ['1.28x', 'at 2'],
    ['–', undefined],
    ['1 MiB', undefined],
    [expect.stringMatching(/^4 \(\d\)$/), undefined],
  ]);
  expect(rows.kvm?.[0]).toEqual(['2', 'missed at 4']);
  expect(rows.kvm?.[2]).toEqual(['1.02x', 'at 2']);
  expect(rows.kvm?.[3]?.[1]).toBe('at 2');
  expect(rows.kvm?.[4]).toEqual(['30 MiB', 'own 29 MiB']);
  expect(rows.v86?.[0]).toEqual(['none', 'missed at 1']);
  expect(rows.v86?.[3]?.[0]).toMatch(/x$/);
  expect(summary?.notes).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^\(\d\) the limit of 64 open files holds no more than 4$/),
      'uml unavailable: it is not installed',
      expect.stringContaining('hvbench itself used up to 1 % of a CPU'),
    ]),
  );
});

it('says nothing of demand and quality where nothing was measured', () => {
  const [summary, ...others] = consolidationTables(
    rowsOf(resultOf(ended('uml', 'unavailable', 0, 'not installed'))),
  );
  expect(others).toEqual([]);
  expect(summary?.about).toMatch(/^Most work: /);
  expect(summary?.notes).toEqual(['uml unavailable: not installed']);
  expect(consolidationTables(rowsOf(RESULT))[0]?.about).toMatch(
    /^Each machine has one of .* requests answered within 100 ms and /,
  );
});

it('has a table for latency, work, memory and the boot storm, a row for each number of machines', () => {
  const tables = consolidationTables(rowsOf(RESULT));
  expect(tables.map(({ title }) => title)).toEqual([
    'How many busy machines this host sustains',
    'Request latency at the set demand',
    'Total work, flat out',
    'Memory per guest',
    'Boot storm',
  ]);
  const at = (table: number, row: number, hypervisor: string) =>
    cells(RESULT, table, row)?.[tables[table]?.head.indexOf(hypervisor) ?? 0];
  expect(tables[1]?.rows.map(([name]) => name?.text)).toEqual(['1', '2', '4']);
  expect(at(1, 0, 'native')).toBe('2.90 ms | p50 2.00 ms');
  expect(at(1, 2, 'kvm')).toMatch(/^✗ 170 ms/);
  expect(at(1, 2, 'v86')).toBe('–');
  expect(at(2, 1, 'kvm')).toBe('1.02x | slowest 0.51, Jain 1.00');
  expect(at(3, 0, 'v86')).toBe('120 MiB | own 119 MiB');
  expect(at(4, 2, 'native')).toBe('40.0 ms | median 8.00 ms');
});

it('every report shows it, and none that was not measured', () => {
  const nothing = resultOf();
  expect(consolidationTables(rowsOf(nothing))).toEqual([]);
  expect(pngOf(nothing, 'consolidation.png')).toBeNull();
  for (const width of [80, 120]) {
    const text = renderTerminal(RESULT, { colour: false, width }, suites);
    expect(text).toContain('How many busy machines this host sustains');
    for (const line of atLeastOne(text.split('\n'))) expect(line.length).toBeLessThanOrEqual(width);
  }
  expect(renderMarkdown(RESULT, suites)).toContain('`consolidation.png`');
  expect(renderMarkdown(nothing, suites)).not.toContain('consolidation');
  const page = renderHtml(RESULT, suites);
  expect(page).toContain('<h2 id="consolidation">');
  expect(page).toMatch(/; img-src data:; /);
  expect(page).toMatch(/<img alt="[^"]+knees at the set demand: [^"]*kvm 2/);
  expect(renderHtml(nothing, suites)).not.toContain('<img');
});

it('the CSV has a row for each demand on each number of machines, and says which is the knee', () => {
  const [head = '', ...lines] = csvOf(RESULT, 'consolidation.csv')?.trim().split('\n') ?? [];
  const column = (name: string) => head.split(',').indexOf(name);
  expect(lines).toHaveLength(2 * (3 + 3 + 1) + 1);
  const knees = lines
    .map((line) => line.split(','))
    .filter((row) => row[column('is_knee')] === 'yes' && row[column('demand')] === 'set')
    .map((row) => `${row[column('hypervisor')]} ${row[column('machines')]}`);
  expect(knees.sort()).toEqual(['kvm 2', 'native 4']);
  expect(lines.find((line) => line.includes('uml'))).toContain('it is not installed');
});

it('the chart is a picture, also of a single machine', () => {
  const one = resultOf(loadProfileEntry(), ...levelsOf('native', { 1: 10 }), ended('native', 'machines', 1));
  for (const result of [RESULT, one])
    expect(pngOf(result, 'consolidation.png')?.subarray(1, 4).toString('latin1')).toBe('PNG');
});

it('texts of a stranger stay texts', () => {
  const evil = resultOf(ended('v86', 'unavailable', 0, '<img src=x onerror=1>\u001b[2J=1+1'));
  expect(renderHtml(evil, suites)).not.toContain('<img src=x');
  expect(renderTerminal(evil, { colour: false, width: 120 }, suites)).not.toContain('\u001b[2J');
  expect(csvOf(evil, 'consolidation.csv')).not.toContain('\u001b');
});
