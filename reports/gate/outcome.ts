/** What a gate found, of workloads and of metrics, in a sentence and in counts. */
import type { Gate, GateVerdict } from '../../core/judge/gate/gate.ts';
import { count } from '../../core/present/format.ts';
import { driftedNames } from './drift.ts';
import { METRIC_VERDICT_WORDS, metricCountLine } from './metrics.ts';
import { countLine, GATE_VERDICT_WORDS } from './view.ts';

const are = (number: number) => (number === 1 ? 'is' : 'are');

interface Kind {
  readonly name: string;
  readonly verdicts: readonly GateVerdict[];
  readonly words: string;
}

/** Whether there is something to say of workloads: it is said that there are none, too, unless there are metrics. */
function tellsOfRows({ rows, absent, metrics }: Gate): boolean {
  return rows.length + absent.length > 0 || metrics.length === 0;
}

/** Whether there are verdicts on workloads, or none of metrics either. */
export function judgesRows({ rows, metrics }: Gate): boolean {
  return rows.length > 0 || metrics.length === 0;
}

function kindsOf({ rows, metrics }: Gate): Kind[] {
  const verdictsOf = (judged: readonly { readonly verdict: GateVerdict }[]) =>
    judged.map(({ verdict }) => verdict);
  const kinds = [
    { name: 'row', verdicts: verdictsOf(rows), words: GATE_VERDICT_WORDS.regressed },
    { name: 'metric', verdicts: verdictsOf(metrics), words: METRIC_VERDICT_WORDS.regressed },
  ];
  return kinds.filter(({ verdicts }) => verdicts.length > 0);
}

function failuresOf({ name, verdicts, words }: Kind, strict: boolean): string[] {
  const of = (wanted: GateVerdict) => verdicts.filter((verdict) => verdict === wanted).length;
  const all = count(verdicts.length, name);
  const [regressed, undecided] = [of('regressed'), strict ? of('undecided') : 0];
  return [
    ...(regressed > 0 ? [`${regressed} of ${all} ${are(regressed)} ${words}`] : []),
    ...(undecided > 0 ? [`${undecided} of ${all} ${are(undecided)} undecided (--strict)`] : []),
  ];
}

/** "Gate failed: 2 of 36 rows are slower than the baseline; 1 of 20 metrics is worse than the baseline" */
export function outcome(gate: Gate): string {
  const kinds = kindsOf(gate);
  const failures = [...kinds.flatMap((kind) => failuresOf(kind, gate.strict)), ...driftFailure(gate)];
  const clean = kinds.map(
    ({ name, verdicts, words }) => `none of ${count(verdicts.length, name)} was found ${words}`,
  );
  const found = failures.length > 0 ? failures : clean.length > 0 ? clean : ['no row could be judged'];
  const left = !gate.passed && failures.length === 0 ? ['not everything could be judged (--strict)'] : [];
  return `Gate ${gate.passed ? 'passed' : 'failed'}: ${[...left, ...found].join('; ')}`;
}

/** "the baseline of 1 of 36 rows and metrics has drifted too far" */
function driftFailure(gate: Gate): string[] {
  const drifted = driftedNames(gate).length;
  const all = gate.rows.length + gate.metrics.length;
  const what = gate.metrics.length === 0 ? 'rows' : gate.rows.length === 0 ? 'metrics' : 'rows and metrics';
  return drifted > 0
    ? [`the baseline of ${drifted} of ${all} ${what} has drifted too far from its anchor`]
    : [];
}

/** A line of counts for workloads, and one for metrics if the baseline or the result has any. */
export function countLines(gate: Gate): string[] {
  return [...(tellsOfRows(gate) ? [countLine(gate)] : []), ...metricCountLine(gate)];
}
