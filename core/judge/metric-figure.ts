/** What of a metric is judged: its ratio to native if it stands against native, else the figure itself. */
import { REFERENCE } from '../model/role.ts';
import type { Metric, Row, Unit, Value } from '../model/row.ts';
import { hodgesLehmann, type LaunchValues } from '../stats/index.ts';

/** `native`: a ratio to native in the same run. `absolute`: it depends on the day and the host. */
export type Basis = 'native' | 'absolute';

/** A metric of one result, as it is judged. */
export interface Figure {
  readonly basis: Basis;
  /** Of the value. */
  readonly unit: Unit;
  readonly value: Value;
  readonly samples?: readonly LaunchValues[] | undefined;
}

/** By the basis that is asked for, else against native if the metric stands so; null if it has nothing of that basis. */
export function figureOf(metric: Metric, asked?: Basis): Figure | null {
  const versus = metric.versus?.find(({ target }) => target === REFERENCE);
  const basis = asked ?? (versus ? 'native' : 'absolute');
  if (basis === 'absolute') {
    const { unit, value, samples } = metric;
    return { basis, unit, value, samples };
  }
  return versus ? { basis, unit: 'ratio', value: versus.ratio, samples: versus.samples } : null;
}

/** By launch, for comparing; null if there are none, or a value has no logarithm. */
export function logsOf({ samples }: Pick<Figure, 'samples'>): LaunchValues[] | null {
  if (!samples?.every(({ values }) => values.every((value) => value > 0))) return null;
  return samples.map(({ launch, values }) => ({ launch, values: values.map(Math.log) }));
}

export const NO_LOGARITHM = 'a figure is not above 0, so it has no ratio';

/** Beyond e to the power of this no unit goes, and ratios of two such figures are still finite. */
export const MOST_LOG = 100;

/** A count of none is taken for half of one: it has a logarithm then, and lies below one. */
const LEAST_COUNT = 0.5;

/** The logarithm of a figure that is kept for later; null if it has none, or an absurd one. */
export function keptLog(value: number, unit: Unit): number | null {
  const log = Math.log(unit === 'count' && value >= 0 ? Math.max(value, LEAST_COUNT) : value);
  return Math.abs(log) <= MOST_LOG ? log : null;
}

export const estimateOf = (value: Value): number => (typeof value === 'number' ? value : value.estimate);

/**
 * One logarithm a launch, or the one of a figure whose launches nobody kept; null if one of them has none.
 */
export function keptLogs({ samples, value, unit }: Figure): number[] | null {
  const measured = samples?.filter(({ values }) => values.length > 0) ?? [];
  const launches = measured.length > 0 ? measured.map(({ values }) => values) : [[estimateOf(value)]];
  const logs: number[] = [];
  for (const values of launches) {
    const own = values.flatMap((one) => keptLog(one, unit) ?? []);
    if (own.length < values.length) return null;
    logs.push(hodgesLehmann(own));
  }
  return logs;
}

/** What names a figure to users. Of what is no workload, each dimension does as well as a workload's name. */
export interface NamedFigure {
  readonly suite: string;
  readonly isa: string;
  readonly hypervisor: string;
  readonly workloads: readonly string[];
  readonly metric: string;
}

/** What a workload's figure is called beside other metrics. */
export const OVERHEAD = 'overhead';

/** The name of a metric in a row of whatever suite. */
export function namedFigure(row: Pick<Row, 'suite' | 'target' | 'dimensions'>, metric: string): NamedFigure {
  const { isa, hypervisor } = row.target;
  return { suite: row.suite, isa, hypervisor, workloads: Object.values(row.dimensions).map(String), metric };
}
