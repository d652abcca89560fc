/** The formats of exits side by side: adding one is a line here. */
import { resultLetter } from '../../core/judge/compare/match.ts';
import type { ExitColumn, ExitRow } from '../../core/judge/exits/beside.ts';
import type { Column } from '../../core/present/columns.ts';
import { plainDeep } from '../../core/present/format.ts';
import { csvTable } from '../csv-table.ts';
import { printableJson } from '../json.ts';
import { PAPER_ROWS } from '../operations/paper.ts';
import { pageAsMarkdown, pageForTerminal, type TablePage } from '../tables.ts';
import type { TerminalOptions } from '../terminal/index.ts';
import { exitColumns } from './columns.ts';
import { type ExitsReport, exitTables, meaningLines, resultLines } from './view.ts';

export type { ExitsReport } from './view.ts';

export interface ExitsFormat {
  /** What `--format` takes. */
  readonly name: string;
  readonly render: (report: ExitsReport, options: TerminalOptions) => string;
}

export const EXITS_SCHEMA = 'hvbench/exits@1';

function pageOf(raw: ExitsReport): TablePage {
  const report = plainDeep(raw);
  return {
    title: 'What guests leave the CPU for',
    lines: [...meaningLines(report), ...resultLines(report)],
    tables: exitTables(report),
    lists: [],
  };
}

interface Line {
  readonly row: ExitRow;
  readonly column: ExitColumn;
  readonly counts: Readonly<Record<string, number>> | null;
  readonly lack: string | null;
}

const paperCycles = (line: Line, column: 'native' | 'software' | 'hardware') =>
  PAPER_ROWS.find(({ operation }) => operation === line.row.name)?.[column].cycles;

const COLUMNS: readonly Column<Line>[] = [
  ['suite', ({ row }) => row.suite],
  ['kind', ({ row }) => row.kind],
  ['name', ({ row }) => row.name],
  ['isa', ({ row }) => row.isa],
  ['digest', ({ row }) => row.digest],
  ['result', ({ column }) => resultLetter(column.result)],
  ['hypervisor', ({ column }) => column.hypervisor],
  ['technique', ({ column }) => column.technique],
  ['paging', ({ column }) => column.paging],
  ['footing', ({ column }) => column.footing],
  ...exitColumns<Line>('each', ({ counts }) => counts),
  ['reason', ({ lack }) => lack],
  ['cycles_2006_native', (line) => paperCycles(line, 'native')],
  ['cycles_2006_software', (line) => paperCycles(line, 'software')],
  ['cycles_2006_hardware', (line) => paperCycles(line, 'hardware')],
];

/** A row for each operation or workload and guest; counts are for one operation or iteration. */
function renderCsv(raw: ExitsReport): string {
  const { rows, columns } = plainDeep(raw);
  const lines = rows.flatMap((row) =>
    row.cells.flatMap((cell, index): Line[] =>
      columns.slice(index, index + 1).map((column) => ({
        ...{ row, column, counts: cell.counts, lack: cell.counts === null ? cell.lack : null },
      })),
    ),
  );
  return csvTable(COLUMNS, lines);
}

/** The first one is used where none is named. */
export const exitsFormats: readonly [ExitsFormat, ...ExitsFormat[]] = [
  { name: 'terminal', render: (report, options) => pageForTerminal(pageOf(report), options) },
  { name: 'markdown', render: (report) => pageAsMarkdown(pageOf(report)) },
  { name: 'csv', render: renderCsv },
  { name: 'json', render: (report) => printableJson({ schema: EXITS_SCHEMA, ...report }) },
];
