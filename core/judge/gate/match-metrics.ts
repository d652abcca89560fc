/** Which metrics of a result the baseline can judge, and why the others cannot be. */
import { keyOfRow, type Metric, type Row } from '../../model/row.ts';
import type { LaunchValues } from '../../stats/index.ts';
import { type NamedRow, otherIdentity } from '../compare/match-metrics.ts';
import { type Figure, figureOf, keptLog, keptLogs, NO_LOGARITHM } from '../metric-figure.ts';
import { type BaselineFigure, type BaselineMetricRow, isJudged } from './baseline-metrics.ts';
import type { GateMetric, GateMetricAbsence } from './gate.ts';
import type { MatchOptions } from './match.ts';
import { ENOUGH_RUNS, metricEffectOf } from './minimum-effect.ts';

/** Fewer launches have no interval. */
const LEAST_LAUNCHES = 2;

/** A metric that both the baseline and the result have, with enough on either side to tell a change from noise. */
export interface MetricCandidate
  extends NamedRow,
    Pick<
      GateMetric,
      'metric' | 'title' | 'better' | 'basis' | 'unit' | 'by' | 'minimumEffect' | 'effectReason'
    > {
  /** Logarithms, one a launch, one list a run. */
  readonly before: readonly (readonly number[])[];
  /** Logarithms by launch; if it is judged by runs, one value in one launch. */
  readonly now: readonly LaunchValues[];
  /** As the result has it. */
  readonly value: Metric['value'];
}

export interface MatchedMetrics {
  readonly candidates: readonly MetricCandidate[];
  readonly absent: readonly GateMetricAbsence[];
}

export interface MetricMatchOptions extends MatchOptions {
  /** Why the result has nothing of a suite, if that is known better than it shows. */
  readonly lack?: string | undefined;
}

type Absent = Pick<GateMetricAbsence, 'side' | 'reason'> &
  Partial<Pick<GateMetricAbsence, 'metric' | 'wholeSuite'>>;

/**
 * Every metric of a guest of either side is either a candidate or absent with the reason; none is dropped but what no
 * computer could measure. `before` is undefined if the baseline knows of no metrics at all: all of the result are absent then.
 */
export function matchMetricBaseline(
  before: readonly BaselineMetricRow[] | undefined,
  rows: readonly Row[],
  options: MetricMatchOptions,
): MatchedMetrics {
  const candidates: MetricCandidate[] = [];
  const absent: GateMetricAbsence[] = [];
  const guests = new Map(rows.filter(isJudged).map((row) => [keyOfRow(row), row]));
  const known = new Set(before?.map(keyOfRow));
  const suites = {
    before: new Set(before?.map(({ suite }) => suite)),
    now: new Set([...guests.values()].map(({ suite }) => suite)),
  };
  const tell = (name: NamedRow, one: Absent) => {
    const { suite, target, dimensions } = name;
    absent.push({ ...{ suite, target, dimensions, metric: null, wholeSuite: false }, ...one });
  };
  for (const row of before ?? []) {
    const now = guests.get(keyOfRow(row));
    if (!suites.now.has(row.suite)) {
      const reason = options.lack ?? `this result has nothing of the suite ${row.suite}`;
      tell(row, { side: 'baseline', wholeSuite: true, reason });
      continue;
    }
    const reason = mismatch(row, now);
    if (reason !== null || !now) {
      tell(row, { side: 'baseline', reason: reason ?? '' });
      continue;
    }
    for (const [metric, figure] of Object.entries(row.metrics)) {
      const found = candidateOf(row, metric, figure, own(now.metrics, metric), options);
      if (typeof found === 'string') tell(row, { side: 'baseline', metric, reason: found });
      else candidates.push(found);
    }
    for (const metric of Object.keys(now.metrics))
      if (!own(row.metrics, metric))
        tell(row, { side: 'now', metric, reason: 'the baseline has no such figure; --update adds it' });
  }
  for (const [key, row] of guests) {
    if (known.has(key) || row.status === 'unavailable') continue;
    const wholeSuite = !suites.before.has(row.suite);
    const what = wholeSuite ? `nothing of the suite ${row.suite}` : 'no such row';
    tell(row, { side: 'now', wholeSuite, reason: `the baseline has ${what}; --update adds it` });
  }
  return { candidates, absent };
}

/** A file may name anything, `constructor` too. */
function own<T>(named: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(named, name) ? named[name] : undefined;
}

/** Why no metric of a row can be judged; null if they can. */
function mismatch(before: BaselineMetricRow, now: Row | undefined): string | null {
  if (!now) return 'this result has no such row';
  if (now.status !== 'ok') return `${now.status}: ${now.error ?? 'no reason was given'}`;
  const other = otherIdentity(before.identity, now.identity);
  return other === null ? null : `${other}: the baseline is of another one`;
}

/** Or why it is none. */
function candidateOf(
  row: BaselineMetricRow,
  metric: string,
  { basis, unit, logs: before }: BaselineFigure,
  found: Metric | undefined,
  options: MatchOptions,
): MetricCandidate | string {
  if (!found) return 'this result has no such figure';
  const figure = figureOf(found, basis);
  if (!figure) return 'the baseline has it against native, and this result has no native figure';
  if (figure.unit !== unit) return `another unit (${figure.unit}, not ${unit})`;
  const launches = keptLogs(figure);
  if (!launches) return NO_LOGARITHM;
  const by = basisOfDecision(before, launches.length);
  if (by === null) return lackOf(figure, before);
  const { suite, target, dimensions } = row;
  const { title, better } = found;
  return {
    ...{ suite, target, dimensions, metric, title, better, basis, unit, by, before },
    now: by === 'launches' ? logsOf(figure) : launches.map((one) => ({ launch: 0, values: [one] })),
    value: figure.value,
    ...metricEffectOf({ row, metric, runs: by === 'launches' ? before : [], found }, options),
  };
}

function basisOfDecision(before: BaselineFigure['logs'], launches: number): GateMetric['by'] | null {
  if (launches >= LEAST_LAUNCHES && before.flat().length >= LEAST_LAUNCHES) return 'launches';
  const runs = before.filter((run) => run.length > 0).length;
  return launches === 1 && runs >= ENOUGH_RUNS ? 'runs' : null;
}

function lackOf({ samples }: Figure, before: BaselineFigure['logs']): string {
  if (samples && samples.length === 1)
    return 'one launch gives no interval: measure longer, or give --update three runs or more';
  if (samples)
    return `the baseline has ${before.flat().length} of it: ${LEAST_LAUNCHES} launches are needed on both sides`;
  return 'a number without an interval: only a baseline of three or more runs shows how much it varies';
}

/** Launch by launch; {@link keptLogs} has seen that each has one. */
function logsOf({ samples = [], unit }: Figure): LaunchValues[] {
  return samples
    .filter(({ values }) => values.length > 0)
    .map(({ launch, values }) => ({
      launch,
      values: values.flatMap((value) => keptLog(value, unit) ?? []),
    }));
}
