/**
 * What a gate finds: the shape that every output of it is made from. A gate judges CPU time, of guest and native alike:
 * what a machine waits for, as under a CPU quota or beside a neighbour on the same CPU, is no property of a hypervisor.
 */

import type { HostClass } from '../../results/host-class.ts';
import type { Interval } from '../../results/schema.ts';
import type { RowIdentity } from '../compare/match.ts';

export const GATE_CLOCK = 'cpu';

/** Whether the guest became slower, as against its baseline, by more than the minimum effect that counts. */
export type GateVerdict = 'regressed' | 'improved' | 'same' | 'undecided';

export interface MinimumEffect {
  /** Fraction of the guest's CPU time that a change has to exceed. */
  readonly fraction: number;
  /** Where it comes from: the default or --min-effect, the row's own noise in the baseline, or the configuration. */
  readonly source: 'default' | 'noise' | 'config';
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
}

/** A row that could not be judged. */
export interface GateAbsence extends RowIdentity {
  readonly side: 'baseline' | 'now';
  readonly reason: string;
}

export interface Gate {
  /** False where a row regressed; with `strict`, also where one is undecided. */
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
   * 1 − 2 · alpha ÷ rows where nothing was to be measured again.
   */
  readonly confidence: number;
  readonly rows: readonly GateRow[];
  readonly absent: readonly GateAbsence[];
  /** When the judged result was begun, ISO 8601. */
  readonly startedAt: string;
  /** Seconds that the gate itself took, its own measuring included. */
  readonly elapsedSeconds: number;
}
