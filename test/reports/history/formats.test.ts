import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { type ClassHistory, historyFormats } from '../../../reports/history/index.ts';
import { HOSTILE } from '../fixture.ts';
import { classHistory, days, history, hostile, manyRows } from './example.ts';

function render(
  name: string,
  classes: ClassHistory | readonly ClassHistory[],
  { colour = false, width = 120 } = {},
): string {
  const format = historyFormats.find((one) => one.name === name);
  if (format?.kind !== 'text') throw new Error(`no text format ${name}`);
  return format.render({ classes: [classes].flat() }, { colour, width });
}

describe.each(['terminal', 'markdown'])('%s', (name) => {
  test('says what changed, when, by how much and along with what, then shows every row', () => {
    const text = render(name, history).replaceAll('\\', '').replace(/\s+/g, ' ');
    expect(text).toContain(
      '4 changes in 3 of 6 rows, over 40 results from 2026-01-02 03:04 UTC to 2026-02-10 03:04 UTC',
    );
    expect(text).toMatch(
      /cpu\/sha256, kvm \(x86_64\): \+5\.\d % \[\+4\.\d, \+5\.\d\], from 2026-01-25 03:04 UTC \([0-9a-f]{10}\) to 2026-01-26 03:04 UTC \([0-9a-f]{10}, kernel update\); kernel 6\.1\.0, then 6\.2\.0/,
    );
    // The latest change comes first; the row that went there and back has both.
    expect(text.match(/cpu\/(integer|sha256|sieve), \w+ \(\w+\): /g)).toEqual([
      'cpu/integer, v86 (i386): ',
      'cpu/sha256, kvm (x86_64): ',
      'cpu/sieve, kvm (x86_64): ',
      'cpu/sieve, kvm (x86_64): ',
    ]);
    expect(text).toMatch(/[│|] cpu\/sieve [│|] x86_64 [│|] kvm [│|] 40 [│|] .* [│|] \+3\.9 %, -3\.\d % [│|]/);
  });

  test('says where a row was cut, and counts only what is comparable', () => {
    const text = render(name, history).replaceAll('\\', '').replace(/\s+/g, ' ');
    expect(text).toMatch(
      /cpu\/lz77, kvm \(x86_64\): other machine code since 2026-01-17 03:04 UTC \([0-9a-f]+\): its 25 results are not compared with the 15 before/,
    );
    expect(text).toMatch(/[│|] cpu\/lz77 [│|] x86_64 [│|] kvm [│|] 25 [│|] \+7\.\d % /);
  });

  test('says that few results show no change yet', () => {
    const few = render(name, classHistory(days(1))).replace(/\s+/g, ' ');
    expect(few).toContain('no change in 6 rows, over 1 result of 2026-01-02 03:04 UTC');
    expect(few).toContain(
      'No row has enough results yet: telling a change from noise takes 10 of the same machine code',
    );
    expect(render(name, classHistory(days(20))).replace(/\s+/g, ' ')).toContain(
      '1 row of 6 has not enough results',
    );
    expect(render(name, history)).not.toContain('enough results');
  });

  test('says that older results were not looked at', () => {
    expect(render(name, { ...history, older: 7 }).replace(/\s+/g, ' ')).toMatch(
      /; 7 older results not shown/,
    );
  });

  test('has each host class under its name', () => {
    const other = { ...history, hostClass: { id: 'f'.repeat(12), facts: history.hostClass.facts } };
    const text = render(name, [history, other]);
    expect(text.match(/Host class \w+/g)).toEqual(['Host class 0123456789ab', 'Host class ffffffffffff']);
  });
});

describe('terminal', () => {
  test.each([120, 100, 70])('no line is wider than %d columns', (width) => {
    const text = render('terminal', history, { width });
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(width);
    for (const word of ['cpu/sha256', 'x86_64', 'latest', '+5.0 %']) expect(text).toContain(word);
  });

  test('colour changes nothing but colour', () => {
    const coloured = render('terminal', history, { colour: true });
    expect(coloured).toContain('\u001b[');
    expect(stripVTControlCharacters(coloured)).toBe(render('terminal', history));
  });

  test('names and notes cannot steer it', () => {
    const text = render('terminal', hostile());
    expect(text).toContain('red ]0;owned gnp');
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});

test('markdown: names stay text, and every row of the table has as many cells', () => {
  const text = render('markdown', hostile());
  expect(text).not.toMatch(/<(script|img)/);
  expect(text).not.toMatch(/[^\\]\[x\]/);
  const [table = ''] = text.split('\n\n').filter((block) => block.startsWith('| '));
  expect(new Set(table.split('\n').map((line) => line.match(/(?<!\\)\|/g)?.length)).size).toBe(1);
});

describe('csv', () => {
  const [head = [], ...rows] = render('csv', history)
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  const cell = (row: readonly string[], name: string) => row[head.indexOf(name)];
  const of = (workload: string) => rows.filter((row) => cell(row, 'workload') === workload);

  test('has a line for each row and result, with the figures as fractions', () => {
    expect(rows).toHaveLength(6 * 40);
    const { points } = history.rows[2]?.stretches[0] ?? { points: [] };
    expect(of('sha256').map((row) => Number(cell(row, 'overhead')))).toEqual(
      points.map(({ overhead }) => overhead.estimate),
    );
    expect(cell(of('sha256')[0] ?? [], 'started_at')).toBe('2026-01-02T03:04:05.000Z');
  });

  test('has changes where they are, and levels between them', () => {
    const changed = of('sha256').filter((row) => cell(row, 'change') !== '');
    expect(changed.map((row) => [cell(row, 'label'), cell(row, 'p_value')])).toEqual([
      ['kernel update', '0.001'],
    ]);
    expect(Number(cell(changed[0] ?? [], 'change'))).toBeCloseTo(0.05, 2);
    expect(new Set(of('sieve').map((row) => cell(row, 'level'))).size).toBe(3);
  });

  test('numbers the stretches between which nothing is compared', () => {
    expect(of('lz77').map((row) => cell(row, 'stretch'))).toEqual([
      ...Array(15).fill('1'),
      ...Array(25).fill('2'),
    ]);
    expect(of('lz77').filter((row) => cell(row, 'cut')).length).toBe(1);
  });

  test('no spreadsheet takes a name for a formula, and no terminal obeys one', () => {
    const text = render('csv', hostile());
    expect(text).toContain(`"'${HOSTILE.formula.replaceAll('"', '""')}"`);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});

test('json: is the history, without what a terminal obeys', () => {
  const report = hostile();
  const text = render('json', report);
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}]/u);
  expect(JSON.parse(text)).toEqual({
    schema: 'hvbench/history-report@1',
    significance: 0.01,
    classes: [JSON.parse(JSON.stringify(report))],
  });
});

test('many rows are all in the table', () => {
  expect(render('terminal', manyRows()).match(/│ cpu\/w\d+/g)).toHaveLength(30);
});
