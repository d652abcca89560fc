/** What `hvbench gate` says in a terminal. */
import Table from 'cli-table3';
import { createColors } from 'picocolors';
import type { Gate, GateRow } from '../../core/judge/gate/gate.ts';
import { clip, overheadText, plainDeep } from '../../core/present/format.ts';
import type { TerminalOptions } from '../terminal/index.ts';
import { section } from '../terminal/items.ts';
import { type Colours, NAME_LENGTH, widthOf } from '../terminal/table.ts';
import { renderTextTable } from '../terminal/text-table.ts';
import { wrap } from '../wrap.ts';
import { driftedLines, driftLines } from './drift.ts';
import {
  absentMetricLines,
  failingMetrics,
  leftOutMetricLines,
  metricLegend,
  metricReasonLines,
  metricTables,
  shownMetrics,
} from './metrics.ts';
import { countLines, judgesRows, outcome } from './outcome.ts';
import {
  absences,
  contextLines,
  failingRows,
  leftOutLines,
  legend,
  machineName,
  minimumEffectText,
  reasonLines,
  shownRows,
} from './view.ts';

const WIDE_HEADS = [
  ...['workload', 'hypervisor', 'overhead\nbefore', 'overhead\nnow'],
  ...['change', 'minimum effect', 'verdict'],
];
const NARROW_HEADS = [
  'workload\nhypervisor\nverdict',
  'overhead\nbefore → now',
  'change\ninterval\nminimum effect',
];

function tint({ verdict }: GateRow, { red, green, yellow, dim }: Colours): (text: string) => string {
  return { regressed: red, improved: green, undecided: yellow, same: dim }[verdict];
}

/** The texts of a row, of which the tables make their cells. */
function texts(row: GateRow, colours: Colours) {
  const colour = tint(row, colours);
  const { value, range } = overheadText(row.change);
  return {
    workload: clip(`${row.suite}/${row.workload}`, NAME_LENGTH),
    machine: clip(machineName(row), NAME_LENGTH),
    before: overheadText(row.before).value,
    now: overheadText(row.after).value,
    change: colour(value),
    range: range && colours.dim(range),
    minimumEffect: colours.dim(minimumEffectText(row.minimumEffect)),
    verdict: colour(row.verdict),
  };
}

/** Each line by itself: a style that spans lines would also change the table's rules. */
function boldLines(head: string, { bold }: Colours): string {
  return head.split('\n').map(bold).join('\n');
}

function wideTable(rows: readonly GateRow[], colours: Colours): string {
  const table = new Table({
    head: WIDE_HEADS.map((head) => boldLines(head, colours)),
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [] },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  for (const row of rows) {
    const { workload, machine, before, now, change, range, minimumEffect, verdict } = texts(row, colours);
    table.push([
      workload,
      machine,
      before,
      now,
      [change, range].filter(Boolean).join(' '),
      minimumEffect,
      verdict,
    ]);
  }
  return table.toString();
}

/** What belongs together stands in one cell, line by line. */
function narrowTable(rows: readonly GateRow[], colours: Colours): string {
  const table = new Table({
    head: NARROW_HEADS.map((head) => boldLines(head, colours)),
    colAligns: ['left', 'right', 'right'],
    style: { head: [], border: [] },
  });
  for (const row of rows) {
    const { workload, machine, before, now, change, range, minimumEffect, verdict } = texts(row, colours);
    table.push([
      [workload, machine, verdict].join('\n'),
      [before, `→ ${now}`].join('\n'),
      [change, range, minimumEffect].filter(Boolean).join('\n'),
    ]);
  }
  return table.toString();
}

function tableLines(rows: readonly GateRow[], width: number, colours: Colours): string[] {
  if (rows.length === 0) return [];
  const wide = wideTable(rows, colours);
  return [widthOf(wide) <= width ? wide : narrowTable(rows, colours)];
}

/** Lines and an empty one; nothing where there are none. */
function paragraph(lines: readonly string[], width: number): string[] {
  return lines.length > 0 ? [...lines.flatMap((line) => wrap(line, width)), ''] : [];
}

/** The gate as text, lines at most `width` columns wide wherever words allow; no name can steer the terminal. */
export function renderTerminal(raw: Gate, { colour, width }: TerminalOptions): string {
  const gate = plainDeep(raw);
  const colours = createColors(colour);
  const outcomeColour = gate.passed ? colours.green : colours.red;
  const failures = [
    ...reasonLines(failingRows(gate)),
    ...metricReasonLines(failingMetrics(gate)),
    ...driftedLines(gate).map((line) => `drift of ${line}`),
  ];
  const absent = [...reasonLines(absences(gate)), ...absentMetricLines(gate)];
  return [
    ...wrap(outcome(gate), width).map((line) => colours.bold(outcomeColour(line))),
    ...countLines(gate).flatMap((line) => wrap(line, width)),
    '',
    ...contextLines(gate).flatMap((line) => wrap(line, width)),
    '',
    ...tableLines(shownRows(gate), width, colours),
    ...leftOutLines(gate).flatMap((line) => wrap(line, width)),
    ...(judgesRows(gate) ? [''] : []),
    ...metricTables(shownMetrics(gate)).flatMap((table) => renderTextTable(table, width, colours)),
    ...paragraph(leftOutMetricLines(gate), width),
    ...paragraph(driftLines(gate), width),
    ...section('Why it failed', failures, colours, width),
    ...section('Not judged', absent, colours, width),
    ...(judgesRows(gate) ? [...wrap(legend(gate), width).map(colours.dim), ''] : []),
    ...paragraph([metricLegend(gate)].filter(Boolean), width).map(colours.dim),
  ].join('\n');
}
