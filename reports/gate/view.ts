/** A gate as every format shows it: its outcome in a sentence, its rows by verdict, its figures in words. */

import { groupBy } from '../../core/group-by.ts';
import { identityOf, type RowIdentity, rowName } from '../../core/judge/compare/match.ts';
import type { Gate, GateRow, GateVerdict, MinimumEffect } from '../../core/judge/gate/gate.ts';
import { count, dateTime, overheadPhrase, overheadText } from '../../core/present/format.ts';
import { describeHostClass } from '../../core/results/host-class.ts';

/** Up to so many rows are all shown; of more, those without anything to tell are only counted. */
export const ALL_SHOWN = 12;

export const GATE_VERDICT_WORDS: Readonly<Record<GateVerdict, string>> = {
  regressed: 'slower than the baseline',
  improved: 'faster than the baseline',
  undecided: 'undecided',
  same: 'the same',
};

/** Rows with this verdict, the largest change first. */
export function rowsWithVerdict({ rows }: Gate, verdict: GateVerdict): GateRow[] {
  return rows
    .filter((row) => row.verdict === verdict)
    .sort((a, b) => Math.abs(b.change.estimate) - Math.abs(a.change.estimate));
}

/** The rows that a gate fails for. */
export function failingRows(gate: Gate): GateRow[] {
  return [...rowsWithVerdict(gate, 'regressed'), ...(gate.strict ? rowsWithVerdict(gate, 'undecided') : [])];
}

/** The rows that a table for people has, those that matter most first. */
export function shownRows(gate: Gate): GateRow[] {
  const all = gate.rows.length <= ALL_SHOWN;
  const undecided = rowsWithVerdict(gate, 'undecided').filter((row) => all || gate.strict || isSuspect(row));
  const same = all ? rowsWithVerdict(gate, 'same') : [];
  return [...rowsWithVerdict(gate, 'regressed'), ...rowsWithVerdict(gate, 'improved'), ...undecided, ...same];
}

/** Its first estimate lay beyond what counts, so it was measured again, or should have been. */
function isSuspect({ launches, change, minimumEffect }: GateRow): boolean {
  return launches.fresh > 0 || change.estimate > minimumEffect.fraction;
}

/** "30 rows are the same within their minimum effect", of what {@link shownRows} leaves out. */
export function leftOutLines(gate: Gate): string[] {
  const shown = new Set(shownRows(gate));
  const left = (verdict: GateVerdict) =>
    rowsWithVerdict(gate, verdict).filter((row) => !shown.has(row)).length;
  const [same, undecided] = [left('same'), left('undecided')];
  return [
    ...(same > 0
      ? [
          same === 1
            ? '1 row is the same within its minimum effect'
            : `${same} rows are the same within their minimum effect`,
        ]
      : []),
    ...(undecided > 0
      ? [
          `${count(undecided, 'row')} showed nothing suspicious, but the interval is too wide to call it the same`,
        ]
      : []),
  ];
}

/** "2 regressed, 1 improved, 3 undecided, 30 the same; 2 rows not judged" */
export function countLine(gate: Gate): string {
  const of = (verdict: GateVerdict) => rowsWithVerdict(gate, verdict).length;
  const left = absences(gate).length;
  const rest = left > 0 ? `; ${count(left, 'row')} not judged` : '';
  return `${of('regressed')} regressed, ${of('improved')} improved, ${of('undecided')} undecided, ${of('same')} the same${rest}`;
}

/** What was judged, and against what. */
export function contextLines({ baseline, hostClass, folder, startedAt }: Gate): string[] {
  return [
    `Baseline: ${baseline.path}, ${dateTime(baseline.createdAt)}, ${count(baseline.runs, 'run')} of this host class`,
    `Judged: ${folder ?? 'measured by the gate'}, ${dateTime(startedAt)}`,
    `Host class ${hostClass.id}: ${describeHostClass(hostClass)}`,
  ];
}

/** "kvm (x86_64)" */
export function machineName({ hypervisor, isa }: RowIdentity): string {
  return `${hypervisor} (${isa})`;
}

/** "cpu/sieve kvm x86_64": a row's name in services that follow it over time, where it has to stay as it is. */
export function seriesName({ suite, workload, hypervisor, isa }: RowIdentity): string {
  return `${suite}/${workload} ${hypervisor} ${isa}`;
}

/** "±2.4 % (noise)" */
export function minimumEffectText({ fraction, source }: MinimumEffect): string {
  const size = `±${Number((fraction * 100).toFixed(2))} %`;
  return source === 'default' || source === 'metric' ? size : `${size} (${source})`;
}

/** A row's figures in a sentence, for where there is no table. */
export function figures({ before, after, change, minimumEffect }: GateRow): string {
  return (
    `overhead ${overheadText(before).value} in the baseline, ${overheadText(after).value} now; ` +
    `change ${overheadPhrase(change)}, minimum effect ${minimumEffectText(minimumEffect)}`
  );
}

/** "cpu/sieve, kvm (x86_64): why" */
export function reasonLines(rows: readonly (RowIdentity & { readonly reason: string })[]): string[] {
  return rows.map((row) => `${rowName(row)}: ${row.reason}`);
}

/** The rows that could not be judged, each once with all that was said of it. */
export function absences({ absent }: Gate): (RowIdentity & { readonly reason: string })[] {
  return [...groupBy(absent, identityOf).values()].flatMap((entries) =>
    entries.slice(0, 1).map(({ suite, workload, isa, hypervisor }) => ({
      ...{ suite, workload, isa, hypervisor },
      reason: [...new Set(entries.map(({ reason }) => reason))].join('; '),
    })),
  );
}

/** A confidence near 1 with two digits of what it lacks: 0.99861 is "99.86 %". */
export function confidenceText(confidence: number): string {
  const lack = Math.max((1 - confidence) * 100, 1e-6);
  return `${Number((confidence * 100).toFixed(Math.max(0, 1 - Math.floor(Math.log10(lack)))))} %`;
}

const SOURCE_WORDS: readonly (readonly [MinimumEffect['source'], string])[] = [
  ['noise', "noise: the row's own in the baseline"],
  ['config', 'config: as configured'],
];

/** What the figures mean. */
export function legend(gate: Gate): string {
  const sources = SOURCE_WORDS.filter(([source]) =>
    gate.rows.some(({ minimumEffect }) => minimumEffect.source === source),
  );
  const again = gate.rows.some(({ confirmation }) => confirmation) ? ' by fresh launches alone' : '';
  const least = sources.length > 0 ? ` (${sources.map(([, words]) => words).join('; ')})` : '';
  return (
    'Overheads are of CPU time, against native in the same run. A change is the change in that ratio; ' +
    `above 0 the guest became slower. It counts only beyond its minimum effect${least}. Intervals are 95 % CIs; ` +
    `an alarm needs a CI of ${confidenceText(gate.confidence)}${again}, so that the chance of any false alarm ` +
    `is at most ${Number((gate.alpha * 100).toPrecision(3))} %.`
  );
}
