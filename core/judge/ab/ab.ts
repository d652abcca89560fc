/** What an A/B finds: the shape that every output of it is made from. */
import type { Metric, Row, Unit, Value } from '../../model/row.ts';
import type { HypervisorInfo, Interval } from '../../results/schema.ts';

/** Whether the candidate is worse than the base, or better, by more than the minimum effect that counts. */
export type AbVerdict = 'regressed' | 'improved' | 'same' | 'undecided';

/** What a figure is of: a row of both machines, or of a suite the geometric mean over its rows. */
export interface AbName {
  readonly suite: string;
  readonly isa: Row['target']['isa'];
  /** Null if both have the same one, or none. */
  readonly machineType: string | null;
  /** What tells rows of a suite apart; empty for the mean of a suite. */
  readonly dimensions: Row['dimensions'];
  readonly metric: string;
}

export interface AbFigure extends AbName {
  /** "time of an iteration" */
  readonly title: string;
  readonly better: Metric['better'];
  readonly unit: Unit;
  /** In the whole run; null for the mean of a suite. */
  readonly base: Value | null;
  readonly candidate: Value | null;
  /** candidate ÷ base − 1 within rounds, over all launches, 95 % interval; above 0 the candidate's figure is larger. */
  readonly change: Interval;
  /** The same, as sure as it takes to call it worse or better: `confidence`. */
  readonly decisive: Interval;
  readonly confidence: number;
  /** `rounds`: pairs of batches of one round; `launches`: pairs of launches; `intervals`: two intervals, in no pairs. */
  readonly by: 'rounds' | 'launches' | 'intervals';
  readonly minimumEffect: { readonly fraction: number; readonly reason: string | null };
  /** That `change` is over: more of what was hard to tell, and for the mean of a suite those of everything alone. */
  readonly launches: number;
  readonly verdict: AbVerdict;
  /** A sentence: why this verdict. */
  readonly reason: string;
}

/** What could not be judged; `metric`: null for a whole row. */
export interface AbAbsence extends Omit<AbName, 'metric'> {
  readonly metric: string | null;
  readonly reason: string;
}

export interface Ab {
  /** Whether nothing regressed. */
  readonly passed: boolean;
  readonly base: HypervisorInfo;
  readonly candidate: HypervisorInfo;
  /** The run that measured both. */
  readonly folder: string;
  /** Chance of a false alarm in the whole A/B that its intervals allow for, a fraction. */
  readonly alpha: number;
  /** Launches of everything, before the first look; null if nothing was looked at before the end. */
  readonly firstLaunches: number | null;
  /** How often a figure of a workload may have been looked at, the end included: alpha is shared out among all looks. */
  readonly looks: number;
  readonly figures: readonly AbFigure[];
  readonly absent: readonly AbAbsence[];
  /** When the run was begun, ISO 8601. */
  readonly startedAt: string;
  readonly elapsedSeconds: number;
}

/** "cpu/sieve (x86_64): CPU time of an iteration"; of the mean of a suite "cpu (x86_64), all rows: …". */
export function figureName(figure: Omit<AbAbsence, 'reason'> & { readonly title?: string }): string {
  const { suite, isa, machineType, dimensions, metric, title = metric } = figure;
  const words = Object.entries(dimensions).map(([name, value]) =>
    typeof value === 'number' ? `${value} ${name}` : value,
  );
  const machine = [isa, machineType].filter(Boolean).join(', ');
  const all = words.length === 0 ? ', all rows' : '';
  return `${[suite, ...words].join('/')} (${machine})${all}${title === null ? '' : `: ${title}`}`;
}
