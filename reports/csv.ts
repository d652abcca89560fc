/**
 * overhead.csv: one row per measurement; samples.csv: one row per round; operations.csv: one row per operation and
 * machine; generations.csv: the paper's figures and ours, one row each; consolidation.csv: see there. Units stand in the column names.
 */
import { join } from 'node:path';
import { writeWhole } from '../core/files.ts';
import type { Measurement, OperationResult, Result } from '../core/results/schema.ts';
import { bootCsv } from './boot/csv.ts';
import { consolidationCsv } from './consolidation/csv.ts';
import { type Column, csvLine, csvTable, intervalColumns } from './csv-table.ts';
import { densityCsv } from './density/csv.ts';
import { plainDeep } from './format.ts';
import { PAPER_ROWS } from './operations/paper.ts';
import type { Report } from './report.ts';

export { type Column, csvTable, intervalColumns } from './csv-table.ts';

/** Of exits: those that have a column. */
const REASONS = ['user', 'io', 'mmio', 'halt', 'interrupt', 'page-fault', 'emulation', 'hypercall'];

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
  ...['exits', ...REASONS].map(
    (reason): Column<Measurement> => [
      `${reason.replaceAll('-', '_')}_per_second`,
      (m) => m.exitsPerSecond?.[reason],
    ],
  ),
];

const OPERATION_COLUMNS: readonly Column<OperationResult>[] = [
  ['suite', (o) => o.suite],
  ['operation', (o) => o.operation],
  ['isa', (o) => o.isa],
  ['hypervisor', (o) => o.hypervisor],
  ['mode', (o) => o.mode],
  ['technique', (o) => o.technique],
  ['counterpart', (o) => o.counterpart],
  ['digest', (o) => o.digest],
  ['status', (o) => o.status],
  ['error', (o) => o.error],
  ['launches', (o) => o.launches],
  ['operations_per_batch', (o) => o.operationsPerBatch],
  ...intervalColumns<OperationResult>('ns_per_operation', (o) => o.nsPerOperation),
  ...intervalColumns<OperationResult>('cycles_per_operation', (o) => o.cyclesPerOperation),
];

/** A figure of the table of 2006, or one of today that stands beside it; cycles. */
interface Generation {
  readonly operation: string;
  readonly source: 'paper' | 'measured';
  readonly column: string;
  readonly isa?: string;
  readonly cycles?: number | null;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  readonly words?: string | undefined;
  readonly recalled?: boolean;
}

const GENERATION_COLUMNS: readonly Column<Generation>[] = [
  ['operation', (g) => g.operation],
  ['source', (g) => g.source],
  ['column', (g) => g.column],
  ['isa', (g) => g.isa],
  ['cycles', (g) => g.cycles],
  ['cycles_low', (g) => g.low],
  ['cycles_high', (g) => g.high],
  ['words', (g) => g.words],
  ['recalled', (g) => (g.recalled ? 'yes' : '')],
];

const SAMPLE_COLUMNS = [
  ...['suite', 'workload', 'isa', 'hypervisor', 'launch', 'round'],
  ...['ns_per_iteration', 'cpu_ns_per_iteration'],
];

/** Names are escaped once for all rounds: there may be a million, and numbers need none of it. */
function sampleLines({ suite, workload, isa, hypervisor, samples }: Measurement): Buffer[] {
  const names = csvLine([suite, workload, isa, hypervisor]);
  return samples.map(({ launch, nsPerIteration, cpuNsPerIteration }) => {
    let lines = '';
    for (const [round, ns] of nsPerIteration.entries())
      lines += `${names},${launch},${round},${ns ?? ''},${cpuNsPerIteration[round] ?? ''}\n`;
    return Buffer.from(lines);
  });
}

/** The text of overhead.csv. Overheads are fractions, times nanoseconds; what was not measured is empty. */
export function overheadCsv(result: Result): string {
  return csvTable(OVERHEAD_COLUMNS, plainDeep(result.measurements));
}

/** The text of samples.csv, UTF-8: every round of every launch, in the order measured. */
export function samplesCsv(result: Result): Buffer {
  const head = Buffer.from(`${csvLine(SAMPLE_COLUMNS)}\n`);
  return Buffer.concat([head, ...plainDeep(result.measurements).flatMap(sampleLines)]);
}

/** The text of operations.csv; what was not measured is empty. */
export function operationsCsv(result: Result): string {
  return csvTable(OPERATION_COLUMNS, plainDeep(result.operations));
}

/** The text of generations.csv: the paper's figures, then today's of the same operations. */
export function generationsCsv(raw: Result): string {
  const { operations } = plainDeep(raw);
  const rows = PAPER_ROWS.flatMap(({ operation, native, software, hardware }): Generation[] => [
    ...Object.entries({ native, software, hardware }).map(
      ([column, { cycles, words, recalled }]): Generation => ({
        ...{ operation, source: 'paper', column, cycles, words },
        recalled: recalled ?? false,
      }),
    ),
    ...operations
      .filter((row) => row.operation === operation)
      .map(
        ({ hypervisor, isa, cyclesPerOperation: cycles, error, counterpart }): Generation => ({
          ...{ operation, source: 'measured', column: hypervisor, isa },
          ...{ cycles: cycles?.estimate ?? null, low: cycles?.low, high: cycles?.high },
          words: error ?? counterpart ?? undefined,
        }),
      ),
  ]);
  return csvTable(GENERATION_COLUMNS, rows);
}

export const csvReport: Report = {
  name: 'csv',
  files: [
    ...['overhead.csv', 'samples.csv', 'operations.csv', 'generations.csv'],
    ...['boot.csv', 'consolidation.csv', 'density.csv'],
  ],
  async write(result, dir) {
    const texts = {
      ...(result.measurements.length > 0 && {
        'overhead.csv': overheadCsv(result),
        'samples.csv': samplesCsv(result),
      }),
      ...(result.operations.length > 0 && {
        'operations.csv': operationsCsv(result),
        'generations.csv': generationsCsv(result),
      }),
      ...(result.boots.length > 0 && { 'boot.csv': bootCsv(result) }),
      ...(result.consolidation.length > 0 && { 'consolidation.csv': consolidationCsv(result) }),
      ...(result.density.length > 0 && { 'density.csv': densityCsv(result) }),
    };
    for (const [name, text] of Object.entries(texts)) writeWhole(join(dir, name), text);
    return Object.keys(texts).map((name) => join(dir, name));
  },
};
