/** What `hvbench history show` says in a terminal. */

import Table from 'cli-table3';
import { createColors } from 'picocolors';
import type { RowHistory, Stretch } from '../../core/judge/history/series.ts';
import { clip, overheadText, plainDeep } from '../../core/present/format.ts';
import { describeHostClass } from '../../core/results/host-class.ts';
import type { Interval } from '../../core/results/schema.ts';
import type { TerminalOptions } from '../terminal/index.ts';
import { section } from '../terminal/items.ts';
import { type Colours, NAME_LENGTH, widthOf } from '../terminal/table.ts';
import { renderTextTable } from '../terminal/text-table.ts';
import { wrap } from '../wrap.ts';
import { metricTables } from './metrics.ts';
import {
  type ClassHistory,
  changeLines,
  cutLines,
  type HistoryReport,
  latestStretch,
  legend,
  shortLine,
  summary,
} from './view.ts';

interface Layout {
  readonly colours: Colours;
  /** Whether a row's names, and its figures, stand below each other. */
  readonly stacked: boolean;
}

function tint({ low, high }: Interval, { green, red, yellow }: Colours): (text: string) => string {
  return low > 0 ? red : high < 0 ? green : yellow;
}

function figure(overhead: Interval | undefined, { colours, stacked }: Layout): string {
  if (!overhead) return '';
  const { value, range } = overheadText(overhead);
  return range ? `${value}${stacked ? '\n' : ' '}${colours.dim(range)}` : value;
}

function cells(row: RowHistory, { points, changes }: Stretch, layout: Layout): string[] {
  const names = [`${row.suite}/${row.workload}`, row.isa, row.hypervisor].map((name) =>
    clip(name, NAME_LENGTH),
  );
  const moved = changes.map(({ change }) => tint(change, layout.colours)(overheadText(change).value));
  return [
    ...(layout.stacked ? [names.join('\n')] : names),
    String(points.length),
    figure(points[0]?.overhead, layout),
    points.length > 1 ? figure(points.at(-1)?.overhead, layout) : '',
    moved.join(layout.stacked ? '\n' : ', '),
  ];
}

function table({ rows }: ClassHistory, layout: Layout): string {
  const names = layout.stacked ? ['row'] : ['workload', 'ISA', 'hypervisor'];
  const drawn = new Table({
    head: [...names, 'results', 'first', 'latest', 'changes'].map(layout.colours.bold),
    colAligns: [...names.map(() => 'left' as const), 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
    ...(!layout.stacked && { chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' } }),
  });
  for (const row of rows) {
    const stretch = latestStretch(row);
    if (stretch) drawn.push(cells(row, stretch, layout));
  }
  return drawn.toString();
}

function classText(history: ClassHistory, colours: Colours, width: number): string[] {
  const inline = table(history, { colours, stacked: false });
  return [
    ...wrap(summary(history), width).map(colours.bold),
    ...wrap(`Host class ${history.hostClass.id}: ${describeHostClass(history.hostClass)}`, width),
    '',
    ...section('Changes, latest first', changeLines(history), colours, width),
    ...(history.rows.length > 0
      ? [widthOf(inline) <= width ? inline : table(history, { colours, stacked: true }), '']
      : []),
    ...metricTables(history).flatMap((one) => renderTextTable(one, width, colours)),
    ...section('Cut: another thing is measured since', cutLines(history), colours, width),
    ...[shortLine(history)].filter(Boolean).flatMap((line) => [...wrap(line, width), '']),
  ];
}

/** The history as text, lines at most `width` columns wide wherever words allow; no name can steer the terminal. */
export function renderTerminal(raw: HistoryReport, { colour, width }: TerminalOptions): string {
  const colours = createColors(colour);
  const { classes } = plainDeep(raw);
  return [
    ...classes.flatMap((history) => classText(history, colours, width)),
    ...wrap(legend(classes), width).map(colours.dim),
    '',
  ].join('\n');
}
