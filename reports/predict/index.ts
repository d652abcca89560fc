/** The formats of predictions: adding one is a line here. */
import type { PredictedOverhead, PredictedRow } from '../../core/judge/predict/predict.ts';
import { type Column, intervalColumns } from '../../core/present/columns.ts';
import { plainDeep } from '../../core/present/format.ts';
import { csvTable } from '../csv-table.ts';
import { exitColumns } from '../exits/columns.ts';
import { printableJson } from '../json.ts';
import { pageAsMarkdown, pageForTerminal, type TablePage } from '../tables.ts';
import type { TerminalOptions } from '../terminal/index.ts';
import {
  absentLines,
  checkTables,
  costTable,
  headLines,
  type PredictionReport,
  predictionTables,
} from './view.ts';

export type { PredictionReport } from './view.ts';

export interface PredictionFormat {
  /** What `--format` takes. */
  readonly name: string;
  readonly render: (report: PredictionReport, options: TerminalOptions) => string;
}

export const PREDICTION_SCHEMA = 'hvbench/prediction@1';

function pageOf(raw: PredictionReport): TablePage {
  const report = plainDeep(raw);
  return {
    title: 'Predicted overhead of hardware assist',
    lines: headLines(report),
    tables: [...predictionTables(report), ...checkTables(report), costTable(report)],
    lists: [{ title: 'Not predicted', lines: absentLines(report) }],
  };
}

interface Line {
  readonly row: PredictedRow;
  readonly of: PredictedOverhead;
}

const COLUMNS: readonly Column<Line>[] = [
  ['suite', ({ row }) => row.suite],
  ['workload', ({ row }) => row.workload],
  ['isa', ({ row }) => row.isa],
  ['digest', ({ row }) => row.digest],
  ['native_ns_per_iteration', ({ row }) => row.nativeNs],
  ['exits_per_native_second', ({ row }) => row.exitsPerNativeSecond],
  ...exitColumns<Line>('per_iteration', ({ row }) => row.exits).filter(
    ([name]) => !/^(exits|user|emulation|halt|interrupt)_/.test(name),
  ),
  ['other_per_iteration', ({ row }) => row.exits.other],
  ['cpu', ({ of }) => of.cpu],
  ['predicted_overhead', ({ of }) => of.overhead],
  ['reason', ({ of }) => of.lack],
  ...intervalColumns<Line>('measured_overhead', ({ row }) => row.measured),
];

/** A row for each workload and CPU; overheads are fractions. */
function renderCsv(raw: PredictionReport): string {
  const { rows } = plainDeep(raw);
  return csvTable(
    COLUMNS,
    rows.flatMap((row) => row.overheads.map((of): Line => ({ row, of }))),
  );
}

/** The first one is used where none is named. */
export const predictionFormats: readonly [PredictionFormat, ...PredictionFormat[]] = [
  { name: 'terminal', render: (report, options) => pageForTerminal(pageOf(report), options) },
  { name: 'markdown', render: (report) => pageAsMarkdown(pageOf(report)) },
  { name: 'csv', render: renderCsv },
  { name: 'json', render: (report) => printableJson({ schema: PREDICTION_SCHEMA, ...report }) },
];
