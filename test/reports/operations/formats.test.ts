/** Single operations in every format. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { Result } from '../../../core/results/schema.ts';
import { renderHtml } from '../../../reports/html/index.ts';
import { renderTerminal, reports } from '../../../reports/index.ts';
import { renderMarkdown } from '../../../reports/markdown.ts';
import { PAPER_ROWS } from '../../../reports/operations/paper.ts';
import { cyclesText, operationGroups, spread } from '../../../reports/operations/view.ts';
import { suites } from '../../../suites/index.ts';
import { CYCLES_PER_NS, fixtureResult, HOSTILE } from '../fixture.ts';

const calm = fixtureResult({ hostile: false, operations: true });
/** A run of operations alone. */
const alone: Result = { ...calm, measurements: [], suites: [], claims: [], failures: [] };

test.each([
  [0.71, '0.7'],
  [35.4, '35'],
  [12_733, '12,700'],
  [9.96, '10'],
  [999_700, '1.00M'],
  [1.2345e9, '1,235M'],
  [1_812_345, '1.81M'],
])('%d cycles are written %s', (cycles, text) => {
  expect(cyclesText(cycles)).toBe(text);
});

test.each([
  [0.04, ''],
  [0.1, '±10 %'],
  [3, '±>100 %'],
])('a half-width of %d of the estimate is written "%s"', (width, text) => {
  expect(spread({ estimate: 2, low: 2 - 2 * width, high: 2 + 2 * width })).toBe(text);
});

test('a group has native first, and no column for who could do nothing', () => {
  const rows = calm.operations.map((row) =>
    row.hypervisor === 'kvm' ? { ...row, status: 'unavailable' as const, nsPerOperation: null } : row,
  );
  expect(
    operationGroups({ ...calm, operations: rows }).map(({ isa, hypervisors }) => [isa, ...hypervisors]),
  ).toEqual([
    ['x86_64', 'native'],
    ['i386', 'native', 'v86'],
  ]);
});

describe('in the terminal', () => {
  const text = renderTerminal(calm, { colour: false, width: 120 }, suites);

  it('there are costs with cycles, marks for what stands for another, and reasons', () => {
    expect(text).toContain('Privileged operations (x86_64)');
    expect(text).toMatch(/│ cpuid +│ +60.0 ns {2}180 cy ±10 % │ +1.20 µs {2}3,600 cy ±10 % │/);
    expect(text).toMatch(/│ syscall +│ +120 ns \(1\)/);
    expect(text).toContain('(1) native counterpart: a system call of Linux');
    expect(text).toMatch(/│ in +│ +unavailable \(2\)/);
    expect(text).toContain('(2) a process may not do this');
  });

  it('the figures of 2006 stand beside ours, with their source and what was recalled', () => {
    expect(text).toMatch(/│ syscall +│ +242 \(1\) │ +native \+ about 2000 │ +as native │/);
    expect(text).toContain('(1) quoted from memory');
    expect(text).toMatch(/│ callret +│ +11 │ +51 │ +11 │/);
    expect(text).toContain('Adams & Agesen, ASPLOS 2006');
  });

  it('an emulating KVM is called one only where its loop was measured there', () => {
    expect(text).not.toContain('emulates code at privilege level 0');
    const [first] = calm.operations;
    const loop = {
      ...first,
      operation: 'loop',
      hypervisor: 'kvm',
      technique: 'direct-execution',
      status: 'ok',
    };
    const nsPerOperation = { estimate: 1130, low: 1100, high: 1160 };
    const operations = [...calm.operations, { ...loop, nsPerOperation } as Result['operations'][number]];
    const note = 'emulates code at privilege level 0';
    const on = (backing: string) =>
      renderTerminal(
        { ...calm, operations, host: { ...calm.host, kvm: { ...calm.host.kvm, backing } } },
        { colour: false, width: 300 },
        suites,
      );
    expect(on('kvm_pvm')).toContain(
      `${note}: its columns show an emulator, in which one iteration of an empty loop takes 1.13 µs`,
    );
    expect(on('kvm_amd')).not.toContain(note);
  });

  it.each([120, 80, 70])('no line is wider than %d columns', (width) => {
    const narrow = renderTerminal(calm, { colour: false, width }, suites);
    expect(Math.max(...narrow.split('\n').map((line) => line.length))).toBeLessThanOrEqual(width);
    expect(narrow).toContain('1.20 µs');
  });

  it('names and reasons cannot steer it', () => {
    const hostile = renderTerminal(
      fixtureResult({ operations: true }),
      { colour: false, width: 120 },
      suites,
    );
    expect(hostile).toContain('red ]0;owned gnp');
    expect(hostile.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('operations alone bring no empty tables and no claims', () => {
    const only = renderTerminal(alone, { colour: false, width: 120 }, suites);
    expect(only).toContain('Privileged operations (i386)');
    expect(only).not.toContain('10–30 %');
    expect(only).not.toContain('wall-clock overhead');
  });
});

describe('in Markdown and HTML', () => {
  it('the tables and findings are there', () => {
    for (const text of [renderMarkdown(calm, suites), renderHtml(calm, suites)]) {
      expect(text).toContain('Where the overhead comes from');
      expect(text).toContain('1.20 µs');
      expect(text).toContain('15,826');
      expect(text).toContain('not testable');
    }
  });

  it('nothing of them is there without operations', () => {
    const without = fixtureResult({ hostile: false });
    for (const text of [renderMarkdown(without, suites), renderHtml(without, suites)]) {
      expect(text).not.toContain('Privileged operations');
      expect(text).not.toContain('2006');
    }
  });

  it('reasons stay text', () => {
    const hostile = fixtureResult({ operations: true });
    expect(renderHtml(hostile, suites)).not.toContain(HOSTILE.markup);
    expect(renderMarkdown(hostile, suites)).not.toContain(HOSTILE.markup);
  });

  it('headings have ids of their own', () => {
    const ids = [...renderHtml(calm, suites).matchAll(/<h\d id="([^"]+)"/g)].map(([, id]) => id);
    expect(ids.length).toBeGreaterThan(8);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('as files', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'hvbench-operations-'));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  /** Rows by column; none of these figures and words holds a comma. */
  const table = async (name: string): Promise<Record<string, string>[]> => {
    const [head = [], ...rows] = (await readFile(join(dir, name), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => line.split(','));
    return rows.map((row) => Object.fromEntries(head.map((column, index) => [column, row[index] ?? ''])));
  };

  it('a run of operations alone has tables and a page, and nothing that is empty', async () => {
    const written: string[] = [];
    for (const report of reports) written.push(...(await report.write(alone, dir, suites)));
    const files = (await readdir(dir)).sort();
    expect(written.sort()).toEqual(files.map((file) => join(dir, file)));
    expect(files).toEqual(['generations.csv', 'operations.csv', 'report.html', 'summary.md']);
    const operations = await table('operations.csv');
    expect(operations).toHaveLength(alone.operations.length);
    expect(
      operations.find(({ operation, hypervisor }) => operation === 'cpuid' && hypervisor === 'kvm'),
    ).toMatchObject({
      status: 'ok',
      ns_per_operation: '1200',
      cycles_per_operation: String(1200 * CYCLES_PER_NS),
    });
    const generations = await table('generations.csv');
    expect(generations.filter(({ source }) => source === 'paper')).toHaveLength(3 * PAPER_ROWS.length);
    expect(
      generations.find(({ operation, column }) => operation === 'ptemod' && column === 'hardware'),
    ).toMatchObject({ cycles: '12733', recalled: '' });
    expect(
      generations.find(
        ({ source, column, isa }) => source === 'measured' && column === 'v86' && isa === 'i386',
      ),
    ).toBeDefined();
  });
});
