/** Exits of several results side by side, in tables: a row for each operation or workload, a column for each guest. */
import { groupBy } from '../../core/group-by.ts';
import { resultLetter } from '../../core/judge/compare/match.ts';
import type { ExitCell, ExitColumn, ExitRow, ExitsBeside } from '../../core/judge/exits/beside.ts';
import { asynchronousOf, countsAll, synchronousOf } from '../../core/judge/exits/kinds.ts';
import type { TextCell, TextTable } from '../../core/model/section.ts';
import { Footnotes } from '../../core/present/footnotes.ts';
import { dateTime } from '../../core/present/format.ts';
import { PAPER, PAPER_PROGRAMS, PAPER_ROWS, type PaperFigure } from '../operations/paper.ts';
import { countsPhrase, countText, machineHead, machineText } from './words.ts';

/** What lies side by side, and where it is from. */
export interface ExitsReport extends ExitsBeside {
  readonly results: readonly { readonly path: string; readonly startedAt: string }[];
}

/** An operation takes its exits one by one, an iteration of a workload seldom one. */
export const perOf = ({ kind }: Pick<ExitRow, 'kind'>): number => (kind === 'operation' ? 1 : 1000);

const PARTIAL = 'this hypervisor counts exits of some reasons only';

/** "A: nested, 2026-11-28 00:08 UTC: kvm, AMD-V with nested paging, on an emulated CPU" */
export function resultLines({ results, columns }: ExitsReport): string[] {
  return results.map(({ path, startedAt }, index) => {
    const guests = columns.filter(({ result }) => result === index).map(machineText);
    return `${resultLetter(index)}: ${path}, ${dateTime(startedAt)}: ${guests.join('; ') || 'no guest whose exits were counted'}`;
  });
}

/** What the two kinds of paging say beside each other, if they are there. */
export function meaningLines({ columns }: ExitsReport): string[] {
  const has = (paging: ExitColumn['paging']) =>
    columns.some((column) => column.technique === 'amd-v' && column.paging === paging);
  const shadow =
    'with shadow paging, as first-generation AMD-V needed it (its shadow pager is not that of 2006)';
  const parts = [
    ...(has('shadow-paging') ? [shadow] : []),
    ...(has('nested-paging') ? ['with nested paging'] : []),
  ];
  return [
    ...(parts.length > 0 ? [`What today's KVM leaves the guest for ${parts.join(', and ')}.`] : []),
    ...(columns.some(({ footing }) => footing === 'emulated')
      ? [
          'On an emulated CPU asynchronous exits (interrupt, halt) mean nothing: a slow clock counts them. Those that an instruction causes are the same on a real one.',
        ]
      : []),
  ];
}

/** A table for each suite and ISA, operations beside the figures of 2006. */
export function exitTables(report: ExitsReport): TextTable[] {
  const groups = groupBy(report.rows, ({ kind, suite, isa }) => `${kind} ${suite} ${isa}`);
  return [...groups.values()].map((rows) => tableOf(rows, report.columns));
}

function tableOf(rows: readonly ExitRow[], columns: readonly ExitColumn[]): TextTable {
  const notes = new Footnotes();
  const [{ kind, suite, isa }] = rows as [ExitRow];
  const isOfPaper = rows.some((row) => paperRow(row));
  const per = kind === 'operation' ? 'operation' : '1000 iterations';
  return {
    title: `Exits per ${per}: ${suite} (${isa})`,
    about: [
      'Exits that an instruction causes, in total and by reason; asynchronous ones stand below them.',
      ...(isOfPaper
        ? [
            `2006: ${kind === 'operation' ? 'cycles per operation' : 'the time of 40,000 iterations'}, ${PAPER}: native, software VMM, first-generation VT-x; – if the paper has none.`,
          ]
        : []),
    ].join(' '),
    head: [
      kind,
      ...columns.map((column) => `${resultLetter(column.result)} ${machineHead(column)}`),
      ...(isOfPaper ? ['2006 native', '2006 software', '2006 hardware'] : []),
    ],
    rows: rows.map((row) => [
      { text: row.name },
      ...row.cells.map((cell, index) => cellOf(cell, row, columns[index], notes)),
      ...(isOfPaper ? paperCells(row, notes) : []),
    ]),
    notes: notes.lines(),
  };
}

function cellOf(cell: ExitCell, row: ExitRow, column: ExitColumn | undefined, notes: Footnotes): TextCell {
  if (cell.counts === null) return { text: `– ${notes.mark(cell.lack)}` };
  const per = perOf(row);
  const synchronous = synchronousOf(cell.counts);
  const total = synchronous.reduce((sum, [, count]) => sum + count, 0) * per;
  const mark = countsAll(cell.counts) ? '' : ` ${notes.mark(PARTIAL)}`;
  const reasons = countsPhrase(synchronous, per);
  const chance = countsPhrase(asynchronousOf(cell.counts), per);
  // A clock that is too slow counts a few; half of one an operation is what the operation does.
  const isMeant = column?.footing !== 'emulated' || asynchronousOf(cell.counts).some(([, n]) => n >= 0.5);
  return {
    text: `${countText(total)}${mark}`,
    ...(reasons && { range: reasons }),
    ...(chance && isMeant && { also: { text: `asynchronous: ${chance}` } }),
  };
}

const paperRow = ({ kind, name }: ExitRow) =>
  kind === 'operation'
    ? PAPER_ROWS.find(({ operation }) => operation === name)
    : PAPER_PROGRAMS.find(({ workload }) => workload === name);

function paperCells(of: ExitRow, notes: Footnotes): TextCell[] {
  const row = paperRow(of);
  return (['native', 'software', 'hardware'] as const).map((column) => paperCell(row?.[column], notes));
}

function paperCell(figure: PaperFigure | undefined, notes: Footnotes): TextCell {
  if (!figure) return { text: '–' };
  const { cycles, words, recalled } = figure;
  const text = cycles === null ? (words ?? '–') : cycles.toLocaleString('en');
  return {
    text: recalled ? `${text} ${notes.mark('quoted from memory, not checked')}` : text,
    ...(cycles !== null && words && { range: words }),
  };
}
