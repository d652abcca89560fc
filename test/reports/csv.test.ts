import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Result } from '../../core/results/schema.ts';
import { csvReport } from '../../reports/csv.ts';
import { suites } from '../../suites/index.ts';
import { fixtureResult, HOSTILE } from './fixture.ts';
import { csvOf } from './presented.ts';

const overheadCsv = (result: Result) => csvOf(result, 'overhead.csv') ?? '';

/** Records by column name, after RFC 4180. */
function parse(csv: string): Record<string, string>[] {
  const cells = [...csv.matchAll(/("(?:[^"]|"")*"|[^,\n]*)([,\n])/g)];
  const records: string[][] = [[]];
  for (const [, cell = '', end] of cells) {
    records.at(-1)?.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    if (end === '\n') records.push([]);
  }
  const [head = [], ...rows] = records.slice(0, -1);
  return rows.map((row) => Object.fromEntries(head.map((name, index) => [name, row[index] ?? 'MISSING'])));
}

test('overhead.csv has every measurement with all of its figures', () => {
  const result = fixtureResult({ hostile: false });
  const records = parse(overheadCsv(result));
  expect(records).toHaveLength(result.measurements.length);
  expect(Object.keys(records[0] ?? {})).toEqual([
    ...[
      'suite',
      'workload',
      'isa',
      'hypervisor',
      'mode',
      'technique',
      'digest',
      'argument',
      'status',
      'error',
    ],
    ...['launches', 'rounds', 'iterations_per_batch'],
    ...['ns_per_iteration', 'ns_per_iteration_low', 'ns_per_iteration_high'],
    ...['cpu_ns_per_iteration', 'cpu_ns_per_iteration_low', 'cpu_ns_per_iteration_high'],
    ...['overhead', 'overhead_low', 'overhead_high'],
    ...['cpu_overhead', 'cpu_overhead_low', 'cpu_overhead_high'],
    ...['cold_ns_per_iteration', 'cold_factor'],
    ...['per_second', 'per_iteration'].flatMap((per) =>
      ['exits', 'user', 'io', 'mmio', 'halt', 'interrupt', 'page_fault', 'emulation', 'hypercall'].map(
        (reason) => `${reason}_${per}`,
      ),
    ),
  ]);
  const index = result.measurements.findIndex(({ overhead }) => (overhead?.low ?? 0) < 0);
  const measurement = result.measurements[index];
  // A negative number stays one: the guard against formulas is for text.
  expect(Number(records[index]?.overhead_low)).toBe(measurement?.overhead?.low);
  expect(Number(records[index]?.ns_per_iteration)).toBe(measurement?.nsPerIteration?.estimate);
});

test('what failed has its reason and empty figures', () => {
  const failed = parse(overheadCsv(fixtureResult())).find(({ workload, status }) => {
    return workload === 'lz77' && status === 'failed';
  });
  expect(failed).toMatchObject({
    error: 'wrong checksum: 1 instead of 2',
    overhead: '',
    ns_per_iteration: '',
  });
});

test('no spreadsheet takes a name for a formula, and no terminal obeys one', () => {
  const csv = overheadCsv(fixtureResult());
  const workloads = parse(csv).map(({ workload }) => workload);
  expect(workloads).toContain(`'${HOSTILE.formula}`);
  expect(workloads).toContain(HOSTILE.markup);
  expect(workloads).not.toContain(HOSTILE.formula);
  expect(csv).not.toContain('\u001b');
});

test('samples.csv has one row per round, in order', () => {
  const result = fixtureResult({ hostile: false });
  const records = parse(csvOf(result, 'samples.csv') ?? '');
  const rounds = result.measurements.flatMap(({ samples }) => samples.flatMap((one) => one.nsPerIteration));
  expect(records.map((record) => Number(record.ns_per_iteration))).toEqual(rounds);
  expect(records[9]).toMatchObject({ suite: 'cpu', hypervisor: 'native', launch: '1', round: '1' });
});

test('writes the files that there is something for, and says so', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'hvbench-csv-'));
  try {
    const paths = await csvReport.write(fixtureResult(), dir, suites);
    expect(paths).toEqual(['overhead.csv', 'samples.csv'].map((file) => join(dir, file)));
    expect(await readFile(paths[0] ?? '', 'utf8')).toBe(overheadCsv(fixtureResult()));
  } finally {
    await rm(dir, { recursive: true });
  }
});
