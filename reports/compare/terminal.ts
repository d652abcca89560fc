/** What `hvbench compare` says in a terminal. */
import Table from 'cli-table3';
import { createColors } from 'picocolors';
import type { Change, ComparedRow } from '../../core/judge/compare/compare.ts';
import { resultLetter } from '../../core/judge/compare/match.ts';
import { clip, overheadText, plainDeep } from '../../core/present/format.ts';
import type { TerminalOptions } from '../terminal/index.ts';
import { section } from '../terminal/items.ts';
import { type Colours, NAME_LENGTH, widthOf } from '../terminal/table.ts';
import { renderTextTable } from '../terminal/text-table.ts';
import { wrap } from '../wrap.ts';
import { metricTables, notComparedLines, summaryLines, tellsOfWorkloads } from './metrics.ts';
import {
  type ComparisonReport,
  EXITS_TITLE,
  exitLines,
  legend,
  NO_ROWS,
  resultLines,
  SAME_HOSTS,
  verdictText,
} from './view.ts';

interface Layout {
  readonly colours: Colours;
  readonly margin: number;
  /** Whether what belongs together stands in one cell, line by line, instead of side by side. */
  readonly stacked: boolean;
}

function tint({ verdict }: Change, { green, red, yellow, dim }: Colours): (text: string) => string {
  return { worse: red, better: green, same: dim, undecided: yellow }[verdict];
}

function changeCells(change: Change, { colours, margin, stacked }: Layout): string[] {
  const { value, range } = overheadText(change);
  const colour = tint(change, colours);
  const verdict = colour(verdictText(change.verdict, margin));
  const figure = [colour(value), ...(range ? [colours.dim(range)] : [])];
  return stacked ? [[...figure, verdict].join('\n')] : [figure.join(' '), verdict];
}

function nameCells({ suite, workload, isa, hypervisor }: ComparedRow, stacked: boolean): string[] {
  const names = [`${suite}/${workload}`, isa, hypervisor].map((name) => clip(name, NAME_LENGTH));
  return stacked ? [names.join('\n')] : names;
}

/** Result A beside those with these indices. */
function render(rows: readonly ComparedRow[], others: readonly number[], layout: Layout): string {
  const { stacked, colours } = layout;
  const names = stacked ? ['row'] : ['workload', 'ISA', 'hypervisor'];
  const letters = [0, ...others].map(resultLetter);
  const changes = letters.slice(1).flatMap((letter) => {
    const change = others.length > 1 ? `${letter} against A` : 'change';
    return stacked ? [change] : [change, 'verdict'];
  });
  const table = new Table({
    head: [...names, ...letters, ...changes].map(colours.bold),
    colAligns: [
      ...names.map(() => 'left' as const),
      ...letters.map(() => 'right' as const),
      ...letters.slice(1).flatMap(() => (stacked ? ['right' as const] : ['right' as const, 'left' as const])),
    ],
    style: { head: [], border: [] },
    ...(!stacked && { chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' } }),
  });
  for (const row of rows) {
    table.push([
      ...nameCells(row, stacked),
      ...[0, ...others]
        .flatMap((index) => row.overheads.slice(index, index + 1))
        .map((o) => overheadText(o).value),
      ...others
        .flatMap((index) => row.changes.slice(index - 1, index))
        .flatMap((c) => changeCells(c, layout)),
    ]);
  }
  return table.toString();
}

/** One table if it fits into `width` columns; else stacked; else several, each with some of the results beside A. */
function tables({ rows, margin, results }: ComparisonReport, width: number, colours: Colours): string[] {
  const layOut = (others: readonly number[]): string[] => {
    const inline = render(rows, others, { colours, margin, stacked: false });
    if (widthOf(inline) <= width) return [inline];
    const stacked = render(rows, others, { colours, margin, stacked: true });
    if (widthOf(stacked) <= width || others.length < 2) return [stacked];
    const half = Math.ceil(others.length / 2);
    return [...layOut(others.slice(0, half)), ...layOut(others.slice(half))];
  };
  return layOut(results.slice(1).map((_, index) => index + 1));
}

/** The comparison as text, lines at most `width` columns wide wherever words allow; no name can steer the terminal. */
export function renderTerminal(raw: ComparisonReport, { colour, width }: TerminalOptions): string {
  const report = plainDeep(raw);
  const colours = createColors(colour);
  const hosts = report.hosts.map(
    ({ what, values }) =>
      `${what}: ${values.map((value, index) => `${resultLetter(index)} ${value}`).join('; ')}`,
  );
  return [
    ...summaryLines(report).flatMap((line) => wrap(line, width).map(colours.bold)),
    ...resultLines(report).flatMap((line) => wrap(line, width)),
    '',
    ...(hosts.length > 0
      ? section('Host differences', hosts, colours, width)
      : [...wrap(SAME_HOSTS, width), '']),
    ...(tellsOfWorkloads(report)
      ? [
          ...(report.rows.length > 0 ? tables(report, width, colours) : wrap(NO_ROWS, width)),
          ...wrap(legend(report), width).map(colours.dim),
          '',
        ]
      : []),
    ...metricTables(report).flatMap((table) => renderTextTable(table, width, colours)),
    ...section(EXITS_TITLE, exitLines(report), colours, width),
    ...section('Not compared', notComparedLines(report), colours, width),
  ].join('\n');
}
