/** The drift of what a gate has judged, and of what an update writes. */
import { keyOfRow, type Row } from '../../model/row.ts';
import type { LaunchValues } from '../../stats/index.ts';
import { rowName } from '../compare/match.ts';
import { metricRowName } from '../compare/match-metrics.ts';
import { type AnchorIndex, indexAnchor } from './anchor.ts';
import type { BaselineClass } from './baseline.ts';
import type { BaselineMetricRow } from './baseline-metrics.ts';
import type { BaselineRow } from './baseline-row.ts';
import { driftOf } from './drift.ts';
import type { Drift, GateMetric, GateRow, MinimumEffect } from './gate.ts';
import type { Candidate } from './judge.ts';
import type { MetricCandidate } from './match-metrics.ts';

/** Finds the drift of what was judged; undefined where the baseline is its own anchor. */
export interface DriftIndex {
  row(candidate: Candidate): Drift | undefined;
  metric(candidate: MetricCandidate): Drift | undefined;
}

const NOTHING: MinimumEffect = { fraction: 0, source: 'default' };

/** `maxDrift`: a fraction. */
export function indexDrifts(entry: BaselineClass, maxDrift: number): DriftIndex {
  const anchors = indexAnchor(entry);
  const rows = new Map(entry.rows.map((row) => [rowName(row), row]));
  const metrics = new Map(entry.metrics?.map((row) => [keyOfRow(row), row]));
  return {
    row(candidate) {
      const row = rows.get(rowName(candidate));
      const { now, minimumEffect } = candidate;
      return row && rowDrift(anchors, row, { now: valuesOf(now), minimumEffect, maxDrift });
    },
    metric(candidate) {
      const row = metrics.get(keyOfRow(candidate));
      const { metric, now, better, minimumEffect } = candidate;
      return (
        row && metricDrift(anchors, row, metric, { now: valuesOf(now), better, minimumEffect, maxDrift })
      );
    },
  };
}

const valuesOf = (launches: readonly LaunchValues[]) => launches.flatMap(({ values }) => [...values]);

interface RowOptions {
  readonly now: readonly number[] | null;
  readonly minimumEffect: MinimumEffect;
  readonly maxDrift: number;
}

function rowDrift(anchors: AnchorIndex, row: BaselineRow, options: RowOptions): Drift | undefined {
  const anchor = anchors.row(row);
  if (!anchor) return undefined;
  const { now, minimumEffect, maxDrift } = options;
  const subject = {
    ...{ name: rowName(row), since: anchor.since, anchor: anchor.logRatios, baseline: row.logRatios },
    ...{ now, minimumEffect, better: 'lower' as const },
  };
  return driftOf(subject, maxDrift) ?? undefined;
}

function metricDrift(
  anchors: AnchorIndex,
  row: BaselineMetricRow,
  metric: string,
  { maxDrift, ...options }: RowOptions & { readonly better: GateMetric['better'] },
): Drift | undefined {
  const [anchor, figure] = [anchors.figure(row, metric), row.metrics[metric]];
  if (!anchor || !figure) return undefined;
  const name = `${keyOfRow(row)} ${metric}`;
  const subject = { name, since: anchor.since, anchor: anchor.logs, baseline: figure.logs, ...options };
  return driftOf(subject, maxDrift) ?? undefined;
}

/** The drift of an entry's row or metric, by its name. */
export interface NamedDrift {
  /** "cpu/sieve, kvm (x86_64)", "boot/bare/warm, kvm (x86_64): ready" */
  readonly what: string;
  readonly drift: Drift;
  readonly row: BaselineRow | null;
  readonly figure: { readonly row: BaselineMetricRow; readonly metric: string } | null;
}

/**
 * Every drift of an entry, without a result of today. `results`: rows that know of metrics which direction is better, and
 * what counts; of others less is taken for better. `maxDrift`: a fraction.
 */
export function driftsOf(
  entry: BaselineClass,
  maxDrift: number,
  results: readonly Row[] = [],
): readonly NamedDrift[] {
  const anchors = indexAnchor(entry);
  const known = new Map(results.map((row) => [keyOfRow(row), row]));
  const ofRows = entry.rows.flatMap((row): NamedDrift[] => {
    const drift = rowDrift(anchors, row, { now: null, minimumEffect: NOTHING, maxDrift });
    return drift ? [{ what: rowName(row), drift, row, figure: null }] : [];
  });
  const ofMetrics = (entry.metrics ?? []).flatMap((row) =>
    Object.keys(row.metrics).flatMap((metric): NamedDrift[] => {
      const found = known.get(keyOfRow(row))?.metrics[metric];
      const minimumEffect: MinimumEffect = found
        ? { fraction: found.minimumEffect.fraction, source: 'metric' }
        : NOTHING;
      const better = found?.better ?? 'lower';
      const drift = metricDrift(anchors, row, metric, { now: null, better, minimumEffect, maxDrift });
      const what = `${metricRowName(row)}: ${metric}`;
      return drift ? [{ what, drift, row: null, figure: { row, metric } }] : [];
    }),
  );
  return [...ofRows, ...ofMetrics];
}

/** What was judged, each with its drift. */
export function withDrifts(
  rows: readonly GateRow[],
  metrics: readonly GateMetric[],
  candidates: { readonly rows: readonly Candidate[]; readonly metrics: readonly MetricCandidate[] },
  index: DriftIndex,
): { readonly rows: readonly GateRow[]; readonly metrics: readonly GateMetric[] } {
  const joined = <Judged extends object, C>(
    judged: readonly Judged[],
    all: readonly C[],
    of: (one: C) => Drift | undefined,
  ) =>
    judged.map((one, place): Judged => {
      const candidate = all[place];
      const drift = candidate && of(candidate);
      return drift ? { ...one, drift } : one;
    });
  return {
    rows: joined(rows, candidates.rows, index.row),
    metrics: joined(metrics, candidates.metrics, index.metric),
  };
}
