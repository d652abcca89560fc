/** overhead.csv: one row per measurement; samples.csv: one row per round. Units stand in the column names. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import type { Interval, Measurement, Result } from '../core/results/schema.ts';
import { plainDeep } from './format.ts';
import type { Report } from './report.ts';

type Cell = string | number | null | undefined;

export type Column<T> = readonly [name: string, value: (row: T) => Cell];

export function intervalColumns<T>(name: string, of: (row: T) => Interval | null | undefined): Column<T>[] {
  return [
    [name, (row) => of(row)?.estimate],
    [`${name}_low`, (row) => of(row)?.low],
    [`${name}_high`, (row) => of(row)?.high],
  ];
}

const OVERHEAD_COLUMNS: readonly Column<Measurement>[] = [
  ['suite', (m) => m.suite],
  ['workload', (m) => m.workload],
  ['isa', (m) => m.isa],
  ['hypervisor', (m) => m.hypervisor],
  ['mode', (m) => m.mode],
  ['technique', (m) => m.technique],
  ['digest', (m) => m.digest],
  ['argument', (m) => m.argument],
  ['status', (m) => m.status],
  ['error', (m) => m.error],
  ['launches', (m) => m.launches],
  ['rounds', (m) => m.rounds],
  ['iterations_per_batch', (m) => m.iterationsPerBatch],
  ...intervalColumns<Measurement>('ns_per_iteration', (m) => m.nsPerIteration),
  ...intervalColumns<Measurement>('cpu_ns_per_iteration', (m) => m.cpuNsPerIteration),
  ...intervalColumns<Measurement>('overhead', (m) => m.overhead),
  ...intervalColumns<Measurement>('cpu_overhead', (m) => m.cpuOverhead),
  ['cold_ns_per_iteration', (m) => m.cold?.nsPerIteration],
  ['cold_factor', (m) => m.cold?.factor],
];

const SAMPLE_COLUMNS = [
  ...['suite', 'workload', 'isa', 'hypervisor', 'launch', 'round'],
  ...['ns_per_iteration', 'cpu_ns_per_iteration'],
];

function sampleRows(m: Measurement): Cell[][] {
  return m.samples.flatMap(({ launch, nsPerIteration, cpuNsPerIteration }) =>
    nsPerIteration.map((ns, round) => [
      ...[m.suite, m.workload, m.isa, m.hypervisor, launch, round],
      ...[ns, cpuNsPerIteration[round]],
    ]),
  );
}

/** Names come from config and guests: a spreadsheet must not take one for a formula. */
function table(columns: string[], rows: Cell[][]): string {
  return stringify(rows, { header: true, columns, escape_formulas: true });
}

/** Rows with a head; texts should be plain already. */
export function csvTable<T>(columns: readonly Column<T>[], rows: readonly T[]): string {
  return table(
    columns.map(([name]) => name),
    rows.map((row) => columns.map(([, value]) => value(row))),
  );
}

/** The text of overhead.csv. Overheads are fractions, times nanoseconds; what was not measured is empty. */
export function overheadCsv(result: Result): string {
  return csvTable(OVERHEAD_COLUMNS, plainDeep(result.measurements));
}

/** The text of samples.csv: every round of every launch, in the order measured. */
export function samplesCsv(result: Result): string {
  return table(SAMPLE_COLUMNS, plainDeep(result.measurements).flatMap(sampleRows));
}

export const csvReport: Report = {
  name: 'csv',
  files: ['overhead.csv', 'samples.csv'],
  async write(result, dir) {
    const overhead = join(dir, 'overhead.csv');
    const samples = join(dir, 'samples.csv');
    await writeFile(overhead, overheadCsv(result));
    await writeFile(samples, samplesCsv(result));
    return [overhead, samples];
  },
};
