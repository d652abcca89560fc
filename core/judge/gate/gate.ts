/**
 * What a gate finds: the shape that every output of it is made from. A gate judges CPU time, of guest and native alike:
 * what a machine waits for, as under a CPU quota or beside a neighbour on the same CPU, is no property of a hypervisor.
 */

import type { Metric, Unit, Value } from '../../model/row.ts';
import type { HostClass } from '../../results/host-class.ts';
import type { Interval } from '../../results/schema.ts';
import type { RowIdentity } from '../compare/match.ts';
import type { NamedRow } from '../compare/match-metrics.ts';
import type { Basis } from '../metric-figure.ts';

export const GATE_CLOCK = 'cpu';

/**
 * Whether the guest became slower, as against its baseline, by more than the minimum effect that counts; of a metric,
 * whether it became worse.
 */
export type GateVerdict = 'regressed' | 'improved' | 'same' | 'undecided';

export interface MinimumEffect {
  /** Fraction of the guest's CPU time that a change has to exceed. */
  readonly fraction: number;
  /**
   * Where it comes from: the default or --min-effect, the row's own noise in the baseline, the configuration, or the metric
   * itself, since its suite knows how far it varies.
   */
  readonly source: 'default' | 'noise' | 'config' | 'metric';
}

/** Whether a row or a metric has moved too far from its anchor. */
export type DriftVerdict = 'drifted' | 'gained' | 'within' | 'undecided';

export interface Drift {
  /** When the anchor came into the file, ISO 8601. */
  readonly since: string;
  /** Runs with a figure, of the anchor and of the baseline. */
  readonly runs: { readonly anchor: number; readonly baseline: number };
  /** baseline ÷ anchor − 1, a fraction with its 95 % interval; above 0 the figure became larger, and a guest slower. */
  readonly drift: Interval;
  /** This result ÷ anchor − 1, a fraction; null where only the file was looked at. */
  readonly now: number | null;
  /** What the drift must not exceed, a fraction, and where that comes from. */
  readonly limit: MinimumEffect;
  readonly verdict: DriftVerdict;
  /** A sentence: why this verdict. */
  readonly reason: string;
}

export interface GateRow extends RowIdentity {
  /** Overhead against native in the baseline, 95 % interval. */
  readonly before: Interval;
  /** Overhead against native now, over all launches, 95 % interval. */
  readonly after: Interval;
  /**
   * (guest ÷ native now) ÷ (guest ÷ native in the baseline) − 1 in CPU time, a fraction of the guest's; above 0 the guest
   * became slower. Over all launches, 95 % interval.
   */
  readonly change: Interval;
  readonly minimumEffect: MinimumEffect;
  /**
   * The change in the fresh launches alone, by which the row is judged; its interval is corrected for the number of
   * suspects and looks: see {@link Gate.confidence}. Null where the row was not measured again.
   */
  readonly confirmation: Interval | null;
  readonly launches: { readonly before: number; readonly now: number; readonly fresh: number };
  readonly verdict: GateVerdict;
  /** A sentence: why this verdict. */
  readonly reason: string;
  /** How far the baseline has moved from its anchor; absent where it is its own. */
  readonly drift?: Drift | undefined;
}

/** A row that could not be judged. */
export interface GateAbsence extends RowIdentity {
  readonly side: 'baseline' | 'now';
  readonly reason: string;
}

/** A metric of any suite, judged by the one result alone: it is not measured again. */
export interface GateMetric extends NamedRow {
  /** Its name in the row. */
  readonly metric: string;
  readonly title: string;
  readonly better: Metric['better'];
  /** `native`: `before` and `after` are ratios to native in the same run. `absolute`: they depend on the day and the host. */
  readonly basis: Basis;
  /** Of `before` and `after`. */
  readonly unit: Unit;
  /** In the baseline, 95 % interval. */
  readonly before: Interval;
  /** Now; a number if the run gave only one. */
  readonly after: Value;
  /**
   * now ÷ baseline − 1, 95 % interval; above 0 the figure is larger. By launches of both sides or, if a run gives one
   * figure alone, by how much the runs of the baseline differ.
   */
  readonly change: Interval;
  readonly by: 'launches' | 'runs';
  /** The same change, as sure as it takes to raise an alarm: see {@link Gate.metricConfidence}. */
  readonly corrected: Interval;
  readonly minimumEffect: MinimumEffect;
  /** Why that much counts, as the suite says; null if it is not from the metric itself. */
  readonly effectReason: string | null;
  /** Launches, or figures of runs. */
  readonly launches: { readonly before: number; readonly now: number };
  readonly verdict: GateVerdict;
  /** A sentence: why this verdict. */
  readonly reason: string;
  /** How far the baseline has moved from its anchor; absent where it is its own. */
  readonly drift?: Drift | undefined;
}

/** A metric, or all metrics of a row, that could not be judged. */
export interface GateMetricAbsence extends NamedRow {
  /** Null: the row itself. */
  readonly metric: string | null;
  readonly side: 'baseline' | 'now';
  /** Whether the other side has nothing of the whole suite. */
  readonly wholeSuite: boolean;
  readonly reason: string;
}

export interface Gate {
  /** False where a row or a metric regressed, or has drifted too far from its anchor; with `strict`, also where one is undecided or could not be judged. */
  readonly passed: boolean;
  readonly strict: boolean;
  readonly baseline: {
    /** The file, as it was named. */
    readonly path: string;
    readonly createdAt: string;
    /** Runs that the baseline of this host class holds. */
    readonly runs: number;
  };
  readonly hostClass: HostClass;
  /** The folder that was judged; null where the gate measured by itself. */
  readonly folder: string | null;
  /** Chance of a false alarm in the whole gate that its intervals allow for, a fraction. */
  readonly alpha: number;
  /**
   * Confidence of the intervals that decide, after the correction: 1 − 2 · alpha ÷ (rows measured again · looks), or
   * 1 − 2 · alpha ÷ rows where nothing was to be measured again. Half of alpha, if there are metrics to judge besides.
   */
  readonly confidence: number;
  /** The same of metrics: 1 − 2 · alpha ÷ metrics, with the other half of alpha if there are rows; null without metrics. */
  readonly metricConfidence: number | null;
  readonly rows: readonly GateRow[];
  readonly absent: readonly GateAbsence[];
  readonly metrics: readonly GateMetric[];
  readonly absentMetrics: readonly GateMetricAbsence[];
  /** When the judged result was begun, ISO 8601. */
  readonly startedAt: string;
  /** How far a baseline may move from its anchor, a fraction, if neither noise nor the configuration allows more. */
  readonly maxDrift?: number | undefined;
  /** Seconds that the gate itself took, its own measuring included. */
  readonly elapsedSeconds: number;
}
