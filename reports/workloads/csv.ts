/** overhead.csv: one row per measurement; samples.csv: one row per round. Units stand in the column names. */
import type { CsvCell, CsvFile } from '../../core/model/section.ts';
import { type Column, csvFile, intervalColumns } from '../../core/present/columns.ts';
import type { Measurement, Result } from '../../core/results/schema.ts';
import { exitColumns } from '../exits/columns.ts';

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
  ...exitColumns<Measurement>('per_second', (m) => m.exitsPerSecond),
  ...exitColumns<Measurement>('per_iteration', (m) => m.exitsPerIteration),
];

const SAMPLE_COLUMNS = [
  ...['suite', 'workload', 'isa', 'hypervisor', 'launch', 'round'],
  ...['ns_per_iteration', 'cpu_ns_per_iteration'],
];

function* sampleRows({ measurements }: Pick<Result, 'measurements'>): Iterable<readonly CsvCell[]> {
  for (const { suite, workload, isa, hypervisor, samples } of measurements)
    for (const { launch, nsPerIteration, cpuNsPerIteration } of samples)
      for (const [round, ns] of nsPerIteration.entries())
        yield [suite, workload, isa, hypervisor, launch, round, ns, cpuNsPerIteration[round]];
}

/** overhead.csv. Overheads are fractions, times nanoseconds. */
export function overheadCsv({ measurements }: Pick<Result, 'measurements'>): CsvFile {
  return csvFile('overhead.csv', OVERHEAD_COLUMNS, measurements);
}

/** samples.csv: every round of every launch, in the order measured. */
export function samplesCsv(result: Pick<Result, 'measurements'>): CsvFile {
  return { file: 'samples.csv', columns: SAMPLE_COLUMNS, rows: () => sampleRows(result) };
}
