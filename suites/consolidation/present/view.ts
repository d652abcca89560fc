/** How many machines a host carries, as tables: a row for each hypervisor, then one for each number of machines. */

import type { TextCell, TextTable } from '../../../core/model/section.ts';
import { Footnotes } from '../../../core/present/footnotes.ts';
import { bytesText, duration, percent } from '../../../core/present/format.ts';
import type { ConsolidationLevel, ConsolidationRow, ConsolidationStep, Demand } from '../schema.ts';

/** What is presented. */
export interface ConsolidationFound {
  readonly consolidation: readonly ConsolidationRow[];
}

const NS_PER_MS = 1e6;
const EMPTY: TextCell = { text: '–' };

export const levelAt = (
  step: ConsolidationStep | undefined,
  demand: Demand,
): ConsolidationLevel | undefined => step?.levels.find((level) => level.demand === demand);

/** Rows with figures, native first on each ISA. */
export function measuredRows({ consolidation }: ConsolidationFound): ConsolidationRow[] {
  return consolidation.filter(({ steps }) => steps.length > 0);
}

/** `kvm`; with its ISA if that is not the one that most are measured on. */
export function rowLabel(row: ConsolidationRow, rows: readonly ConsolidationRow[]): string {
  return row.isa === rows[0]?.isa ? row.hypervisor : `${row.hypervisor} (${row.isa})`;
}

/** What one CPU does natively without pause, turns per second: the unit of work in reports; null if nothing was calibrated. */
export function unitOf({ mix }: ConsolidationRow): number | null {
  return mix ? 1e9 / mix.tasks.reduce((sum, { ns }) => sum + ns, 0) : null;
}

/** Work in native CPUs' worth: 1.93. */
export function worth(turnsPerSecond: number, unit: number): string {
  const value = turnsPerSecond / unit;
  return value.toFixed(value < 0.1 ? 3 : 2);
}

/** `16`, `≥ 32` if nothing was missed, `none` if one machine already missed it. */
export function kneeText(row: ConsolidationRow, demand: Demand): TextCell {
  const knee = row.knees.find((one) => one.demand === demand);
  if (!knee || (knee.machines === null && knee.missedAt === null)) return EMPTY;
  if (knee.machines === null) return { text: 'none', range: 'missed at 1' };
  return knee.missedAt === null
    ? { text: `≥ ${knee.machines}` }
    : { text: String(knee.machines), range: `missed at ${knee.missedAt}` };
}

function mostWork(row: ConsolidationRow, unit: number | null): TextCell {
  const best = row.steps
    .flatMap(({ machines, levels }) => levels.map((level) => ({ machines, level })))
    .filter(({ level }) => level.demand === 'flat-out')
    .sort((a, b) => b.level.turnsPerSecond.median - a.level.turnsPerSecond.median)[0];
  if (!best || unit === null) return EMPTY;
  return { text: `${worth(best.level.turnsPerSecond.median, unit)}x`, range: `at ${best.machines}` };
}

/** At the set demand, at the largest number that met its quality (else at the smallest): beyond it, waiting is measured. */
function cpuCell(row: ConsolidationRow): TextCell {
  const knee = row.knees.find(({ demand }) => demand === 'set')?.machines;
  const step = row.steps.find(({ machines }) => machines === knee) ?? row.steps[0];
  const overhead = levelAt(step, 'set')?.cpuOverhead;
  if (overhead === undefined || overhead === null) return EMPTY;
  return {
    text: overhead > 3 ? `${(1 + overhead).toFixed(1)}x` : percent(overhead, 0),
    range: `at ${step?.machines}`,
  };
}

function memoryCell(step: ConsolidationStep | undefined): TextCell {
  if (!step?.memory) return EMPTY;
  const { pssBytes, ownBytes } = step.memory;
  return { text: bytesText(pssBytes), ...(ownBytes !== null && { range: `own ${bytesText(ownBytes)}` }) };
}

function latencyCell(step: ConsolidationStep | undefined): TextCell {
  const level = levelAt(step, 'set');
  if (!level || level.latencyMs.requests === 0) return EMPTY;
  const { p50, p95, p99 } = level.latencyMs;
  const tail = p99 === null ? '' : `, p99 ${duration(p99 * NS_PER_MS)}`;
  return {
    text: `${level.held ? '' : '✗ '}${duration(p95 * NS_PER_MS)}`,
    range: `p50 ${duration(p50 * NS_PER_MS)}${tail}`,
  };
}

function workCell(step: ConsolidationStep | undefined, unit: number | null): TextCell {
  const level = levelAt(step, 'flat-out');
  if (!level || unit === null) return EMPTY;
  return {
    text: `${level.held ? '' : '✗ '}${worth(level.turnsPerSecond.median, unit)}x`,
    range: `slowest ${worth(level.slowestPerSecond.median, unit)}, Jain ${level.fairness.toFixed(2)}`,
  };
}

function stormCell(step: ConsolidationStep | undefined): TextCell {
  if (!step) return EMPTY;
  const { lastMs, medianMs } = step.storm;
  return { text: duration(lastMs * NS_PER_MS), range: `median ${duration(medianMs * NS_PER_MS)}` };
}

/** What has no figures, and why. */
function absentLines({ consolidation }: ConsolidationFound): string[] {
  return consolidation
    .filter(({ steps }) => steps.length === 0)
    .map(({ hypervisor, status, ended }) => `${hypervisor} ${status}: ${ended.reason}`);
}

function toolLine(rows: readonly ConsolidationRow[]): string {
  const levels = rows.flatMap(({ steps }) => steps.flatMap((step) => step.levels));
  const cpu = levels.reduce((most, { toolCpu }) => Math.max(most, toolCpu), 0);
  const lag = levels.reduce((most, { toolLagMs }) => Math.max(most, toolLagMs), 0);
  return `hvbench itself used up to ${percent(cpu, 0).replace('+', '')} of a CPU, shared with the machines. It sent requests to idle machines up to ${duration(lag * NS_PER_MS)} late (95th percentile), which counts as latency.`;
}

/** What machines had to do, in words; nothing if nothing was measured. */
function demandSentence(rows: readonly ConsolidationRow[]): string[] {
  const mix = rows.find((row) => row.mix)?.mix;
  if (!mix) return [];
  const tasks = mix.tasks.map(({ workload }) => workload).join(', ');
  return [
    `Each machine has one of ${mix.cpus.length} CPUs. It runs ${tasks} in turn, and a request of ${duration(mix.request.ns)} about every ${duration(1e9 / mix.requestsPerSecond)}. Set demand: this takes ${percent(mix.share, 0).replace('+', '')} of a native CPU. Flat out: tasks run without pause.`,
  ];
}

/** What a knee is; nothing if there can be no knee. */
function qualitySentence(rows: readonly ConsolidationRow[]): string[] {
  const ceilings = [
    ...new Set(rows.flatMap(({ mix }) => (mix ? [duration(mix.ceilingMs * NS_PER_MS)] : []))),
  ];
  if (ceilings.length === 0) return [];
  return [
    `Knee: the largest number of machines that all meet the quality of service, which is 95 of 100 requests answered within ${ceilings.join(' or ')} and 95 % of the requested work done.`,
  ];
}

/** The summary, and the scaling tables behind it; none if consolidation was not measured. */
export function consolidationTables(result: ConsolidationFound): TextTable[] {
  const rows = measuredRows(result);
  const unavailable = absentLines(result);
  if (result.consolidation.length === 0) return [];
  const notes = new Footnotes();
  const body = rows.map((row) => {
    const unit = unitOf(row);
    return [
      { text: rowLabel(row, rows) },
      kneeText(row, 'set'),
      kneeText(row, 'flat-out'),
      mostWork(row, unit),
      cpuCell(row),
      memoryCell(row.steps.at(-1)),
      { text: `${row.ended.machines} ${notes.mark(row.ended.reason)}` },
    ];
  });
  const summary: TextTable = {
    title: 'How many busy machines this host sustains',
    about: [
      ...demandSentence(rows),
      ...qualitySentence(rows),
      'Most work: by all machines together, in native CPUs (1x: one CPU that works natively without pause). CPU time: on the host, against as many native processes with the same work. Memory: PSS of a guest; own: the part beyond a native process that touches the same pages.',
    ].join(' '),
    head: [
      ...['hypervisor', 'knee, set demand', 'knee, flat out', 'most work', 'CPU time', 'memory per guest'],
      'stopped at',
    ],
    rows: body,
    notes: [...notes.lines(), ...unavailable, ...(rows.length > 0 ? [toolLine(rows)] : [])],
  };
  return rows.length === 0 ? [summary] : [summary, ...scalingTables(rows)];
}

function scalingTables(rows: readonly ConsolidationRow[]): TextTable[] {
  const numbers = [...new Set(rows.flatMap(({ steps }) => steps.map(({ machines }) => machines)))].sort(
    (a, b) => a - b,
  );
  const table = (
    title: string,
    about: string,
    cell: (step: ConsolidationStep | undefined, unit: number | null) => TextCell,
  ): TextTable => ({
    title,
    about,
    head: ['machines', ...rows.map((row) => rowLabel(row, rows))],
    rows: numbers
      .map((machines) => [
        { text: String(machines) },
        ...rows.map((row) =>
          cell(
            row.steps.find((step) => step.machines === machines),
            unitOf(row),
          ),
        ),
      ])
      .filter(([, ...cells]) => cells.some((one) => one !== EMPTY)),
    notes: [],
  });
  return [
    table(
      'Request latency at the set demand',
      '95th percentile of the requests to all machines, from when they were due. ✗: a machine missed its quality of service.',
      latencyCell,
    ),
    table(
      'Total work, flat out',
      "Work of all machines together and of the slowest one, in native CPUs; Jain's fairness index (1: all do the same). ✗: a machine missed its quality of service.",
      workCell,
    ),
    table(
      'Memory per guest',
      'PSS; own: the part beyond a native process that does the same work.',
      memoryCell,
    ),
    table(
      'Boot storm',
      'All machines launched at once: the time until the last one is ready, and the median machine.',
      stormCell,
    ),
  ];
}
