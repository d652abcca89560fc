/** density.csv: one row per hypervisor and step; bytes are of all machines together. */
import type { CsvFile } from '../../../core/model/section.ts';
import { type Column, csvFile } from '../../../core/present/columns.ts';
import type { DensityResult, DensityStep } from '../schema.ts';
import { type DensityFound, shareOf } from './view.ts';

interface Row {
  readonly row: DensityResult;
  readonly step: DensityStep | null;
}

const COLUMNS: readonly Column<Row>[] = [
  ['suite', ({ row }) => row.suite],
  ['isa', ({ row }) => row.isa],
  ['hypervisor', ({ row }) => row.hypervisor],
  ['status', ({ row }) => row.status],
  ['error', ({ row }) => row.error],
  ['workload', ({ row }) => row.terms?.request.workload],
  ['digest', ({ row }) => row.terms?.request.digest],
  ['goal', ({ row }) => row.terms?.goal],
  ['held', ({ row }) => row.held],
  ['stopped', ({ row }) => row.stopped?.reason],
  ['stopped_why', ({ row }) => row.stopped?.text],
  ['machines', ({ step }) => step?.machines],
  ['start_ms', ({ step }) => step?.startMs],
  ['answer_ms', ({ step }) => step?.answerMs],
  ['answer_median_ms', ({ step }) => step?.medianMs],
  ['answer_slowest_ms', ({ step }) => step?.slowestMs],
  ['right', ({ step }) => step?.right],
  ['wrong', ({ step }) => step?.wrong],
  ['dead', ({ step }) => step?.dead],
  ['available_bytes', ({ step }) => step?.availableBytes],
  ['used_bytes', ({ step }) => step?.usedBytes],
  ['pss_bytes', ({ step }) => step?.pssBytes],
  ['touched_bytes', ({ step }) => step?.touchedBytes],
  ['beyond_touched_bytes_per_machine', ({ step }) => step && shareOf(step).beyond],
];

/** A hypervisor without a step has one row. */
export function densityCsv({ density }: DensityFound): CsvFile {
  const rows = density.flatMap((row): Row[] =>
    row.steps.length > 0 ? row.steps.map((step) => ({ row, step })) : [{ row, step: null }],
  );
  return csvFile('density.csv', COLUMNS, rows);
}
