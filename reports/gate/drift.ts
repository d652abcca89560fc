/** The drift of a baseline from its anchor, in words. */
import { rowName } from '../../core/judge/compare/match.ts';
import type { Drift, Gate } from '../../core/judge/gate/gate.ts';
import { count, dateTime, overheadPhrase, overheadText } from '../../core/present/format.ts';
import { metricName } from '../metric-names.ts';
import { minimumEffectText } from './view.ts';

/** "+5.4 % [+4.9, +5.9] since 2026-11-25 13:04 UTC (8 runs, now 3), limit ±5 %" */
export function driftPhrase({ drift, since, runs, limit }: Drift): string {
  return `${overheadPhrase(drift)} since ${dateTime(since)} (${runs.anchor} runs, then ${runs.baseline}), limit ${minimumEffectText(limit)}`;
}

/** The same with its name, and why. */
export function driftLine(what: string, drift: Drift): string {
  return `${what}: ${driftPhrase(drift)}: ${drift.reason}`;
}

interface NamedDrift {
  readonly name: string;
  readonly drift: Drift;
}

/** Every drift of what was judged, the largest loss first. */
function allDrifts({ rows, metrics }: Pick<Gate, 'rows' | 'metrics'>): NamedDrift[] {
  const named = [
    ...rows.map((row) => ({ name: rowName(row), drift: row.drift, sign: 1 })),
    ...metrics.map((one) => ({
      ...{ name: metricName(one), drift: one.drift, sign: one.better === 'lower' ? 1 : -1 },
    })),
  ].flatMap(({ drift, ...rest }) => (drift ? [{ ...rest, drift }] : []));
  const loss = ({ drift, sign }: (typeof named)[number]) => sign * Math.log1p(drift.drift.estimate);
  return named.sort((a, b) => loss(b) - loss(a));
}

/** What a gate fails for: how many rows and metrics have drifted too far. */
export function driftedNames(gate: Pick<Gate, 'rows' | 'metrics'>): NamedDrift[] {
  return allDrifts(gate).filter(({ drift }) => drift.verdict === 'drifted');
}

/** "cpu/sieve, kvm (x86_64): +5.4 % …: the whole interval lies above the limit" */
export function driftedLines(gate: Pick<Gate, 'rows' | 'metrics'>): string[] {
  return driftedNames(gate).map(({ name, drift }) => driftLine(name, drift));
}

/** What there is to tell of drift beside what fails the gate; nothing where every baseline is its own anchor. */
export function driftLines(gate: Pick<Gate, 'rows' | 'metrics'>): string[] {
  const all = allDrifts(gate);
  const [first] = all;
  if (!first) return [];
  const drifted = driftedNames(gate);
  const gained = all.filter(({ drift }) => drift.verdict === 'gained');
  const since = all.map(({ drift }) => drift.since).sort()[0] ?? first.drift.since;
  const { value, range } = overheadText(first.drift.drift);
  return [
    `Drift of the baseline from its anchor, since ${dateTime(since)}: ${drifted.length} of ${count(all.length, 'figure')} beyond the limit; ` +
      `the largest: ${first.name}, ${[value, range].filter(Boolean).join(' ')}`,
    ...(drifted.length > 0
      ? ['Updates have hidden it, each a part: mend it, or accept it with --accept, which sets a new anchor.']
      : []),
    ...gained.map(
      ({ name, drift }) => `${name}: ${driftPhrase(drift)}: better than its anchor; --accept keeps the gain`,
    ),
  ];
}
