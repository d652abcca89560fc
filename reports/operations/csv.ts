/**
 * operations.csv: one row per operation and machine; generations.csv: the paper's figures and ours, one row each. Units
 * stand in the column names.
 */
import type { CsvFile } from '../../core/model/section.ts';
import { type Column, csvFile, intervalColumns } from '../../core/present/columns.ts';
import type { OperationResult, Result } from '../../core/results/schema.ts';
import { exitColumns } from '../exits/columns.ts';
import { PAPER_ROWS } from './paper.ts';

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
  ...exitColumns<OperationResult>('per_operation', (o) => o.exitsPerOperation),
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

export function operationsCsv({ operations }: Pick<Result, 'operations'>): CsvFile {
  return csvFile('operations.csv', OPERATION_COLUMNS, operations);
}

/** The paper's figures, then today's of the same operations. */
export function generationsCsv({ operations }: Pick<Result, 'operations'>): CsvFile {
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
  return csvFile('generations.csv', GENERATION_COLUMNS, rows);
}
