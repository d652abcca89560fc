/** What one host says: each row of its result with its ratios to native, and each suite's mean. */
import { createHash } from 'node:crypto';
import { groupBy } from '../../group-by.ts';
import { isReference } from '../../model/role.ts';
import { keyOfRow, type Metric, type Row } from '../../model/row.ts';
import { cpuDifferences } from '../../results/computers.ts';
import { elsewhereOf } from '../../results/host-class.ts';
import type { Interval, Measurement, Result, SuiteSummary } from '../../results/schema.ts';
import { errorOf } from '../../stats/index.ts';
import type { NamedRow } from '../compare/match-metrics.ts';
import { estimateOf, figureOf, keptLog } from '../metric-figure.ts';
import { CPU_TIME, type Quiet, quietOf } from './control.ts';

/** What a result knows beside its rows. */
interface Known {
  readonly quiet: ReturnType<typeof quietOf>;
  /** By hypervisor: in what its CPU differs from native's. */
  readonly otherCpu: ReadonlyMap<string, string>;
  /** By hypervisor: what its name does not tell, which is part of an identity. */
  readonly beside: ReadonlyMap<string, Row['identity']>;
  /** Launches that a row's figures are from. */
  readonly launches: ReadonlyMap<string, number>;
}

/** A ratio to native, as natural logarithms. */
export interface HostFigure extends Pick<Metric, 'title' | 'unit' | 'better'> {
  readonly metric: string;
  readonly log: number;
  /** The ends of its own interval; null if it has none, or an end has no logarithm. */
  readonly low: number | null;
  readonly high: number | null;
  /** Its own standard error; null if that is unknown. */
  readonly error: number | null;
  /** JSON of what has to be equal on two hosts for their figures to be of the same thing. */
  readonly identity: string;
  readonly quiet: Quiet;
  /** Why it compares computers; null if it does not. */
  readonly otherCpu: string | null;
}

export interface HostRow extends NamedRow {
  readonly key: string;
  /** Of a suite's mean: over so many; else null. */
  readonly workloads: number | null;
  readonly status: Row['status'];
  readonly error?: string | undefined;
  /** None of what stands against nothing native. */
  readonly figures: readonly HostFigure[];
}

/** Rows of all hypervisors but native, means first. */
export function hostRows(result: Result): HostRow[] {
  const { hypervisors, measurements, suites, rows } = result;
  const known: Known = {
    quiet: quietOf(result),
    otherCpu: new Map(
      hypervisors.flatMap((one) => {
        const [difference] = cpuDifferences(result, one);
        return difference === undefined ? [] : [[one.id, difference] as const];
      }),
    ),
    beside: new Map(
      hypervisors.map(({ id, variant }) => {
        const computer = elsewhereOf(hypervisors, id);
        const told = { ...(variant && { variant: JSON.stringify(variant) }), ...(computer && { computer }) };
        return [id, told] as const;
      }),
    ),
    launches: new Map(measurements.map((one) => [rowKeyOf(one), one.launches])),
  };
  const measured = groupBy(measurements, suiteKeyOf);
  return [
    ...suites.flatMap((mean) =>
      isReference(mean.hypervisor) ? [] : [meanRow(mean, measured.get(suiteKeyOf(mean)) ?? [], known)],
    ),
    ...rows.flatMap((row) => (isReference(row.target.hypervisor) ? [] : [rowOf(row, known)])),
  ];
}

const rowKeyOf = ({ suite, workload, isa, hypervisor }: Measurement) =>
  keyOfRow({ suite, target: { hypervisor, isa, machineType: null }, dimensions: { workload } });

const suiteKeyOf = ({ suite, isa, hypervisor }: Pick<SuiteSummary, 'suite' | 'isa' | 'hypervisor'>) =>
  JSON.stringify([suite, isa, hypervisor]);

function rowOf({ suite, target, dimensions, status, error, identity, metrics }: Row, known: Known): HostRow {
  const key = keyOfRow({ suite, target, dimensions });
  const figures = Object.entries(metrics).flatMap(([name, metric]): HostFigure[] => {
    const figure = figureOf(metric, 'native');
    const log = figure && keptLog(estimateOf(figure.value), 'ratio');
    if (!figure || log === null) return [];
    const { title, unit, better } = metric;
    const launches = figure.samples?.length ?? known.launches.get(key) ?? 0;
    return [
      {
        ...{ metric: name, title, unit, better, log },
        ...(typeof figure.value === 'number' ? NO_ENDS : endsOf(figure.value, launches)),
        identity: identityOf({ ...identity, unit, better }, target.hypervisor, known),
        quiet: known.quiet({ suite, target, dimensions, metric: name }),
        otherCpu: known.otherCpu.get(target.hypervisor) ?? null,
      },
    ];
  });
  return { key, suite, target, dimensions, workloads: null, status, error, figures };
}

const CLOCKS = [
  { metric: 'time', title: 'time', overhead: 'overhead' },
  { metric: CPU_TIME, title: 'CPU time', overhead: 'cpuOverhead' },
] as const;

/** Over other workloads, or other machine code, it is the mean of something else. */
function meanRow(mean: SuiteSummary, rows: readonly Measurement[], known: Known): HostRow {
  const { suite, isa, hypervisor, workloads } = mean;
  const target = { hypervisor, isa, machineType: null };
  const figures = CLOCKS.flatMap(({ metric, title, overhead }): HostFigure[] => {
    const of = mean[overhead];
    const log = of && keptLog(1 + of.estimate, 'ratio');
    if (!of || log === null) return [];
    const own = rows.filter((row) => row[overhead] !== null && row.launches >= 2);
    const ratio: Interval = { estimate: 1 + of.estimate, low: 1 + of.low, high: 1 + of.high };
    return [
      {
        ...{ metric, title, unit: 'ns', better: 'lower', log },
        ...endsOf(ratio, fewestLaunches(own)),
        identity: identityOf(codeOf(own), hypervisor, known),
        quiet: known.quiet({ suite, target, dimensions: {}, metric }),
        otherCpu: known.otherCpu.get(hypervisor) ?? null,
      },
    ];
  });
  const status = rows.some((row) => row.status === 'ok') ? 'ok' : 'unavailable';
  return {
    key: `mean ${suiteKeyOf(mean)}`,
    ...{ suite, target, dimensions: {}, workloads, status, figures },
  };
}

const NO_ENDS = { low: null, high: null, error: null } as const;

function endsOf(
  { estimate, low, high }: Interval,
  launches: number,
): Pick<HostFigure, 'low' | 'high' | 'error'> {
  const [from, to] = [keptLog(low, 'ratio'), keptLog(high, 'ratio')];
  // A file of somebody else's may say anything.
  if (from === null || to === null || low > estimate || estimate > high) return NO_ENDS;
  return { low: from, high: to, error: errorOf({ low: from, high: to }, launches) };
}

/** The interval of a mean is made with as many degrees of freedom as its row with the fewest launches has. */
function fewestLaunches(rows: readonly Measurement[]): number {
  const launches = rows.map((row) => row.launches);
  return launches.length === 0 ? 0 : launches.reduce((fewest, one) => Math.min(fewest, one));
}

/**
 * Anybody may call anything as they like: a variant is what it was told and the program that it is, a machine elsewhere what
 * its computer is.
 */
function identityOf(identity: Row['identity'], hypervisor: string, { beside }: Known): string {
  return JSON.stringify({ ...identity, ...beside.get(hypervisor) });
}

function codeOf(rows: readonly Measurement[]): Row['identity'] {
  const parts = rows.map(({ workload, digest, argument, technique }) =>
    JSON.stringify([workload, digest, argument, technique]),
  );
  const digest = createHash('sha256').update(parts.sort().join('\n')).digest('hex');
  return { 'workloads and machine code': digest };
}
