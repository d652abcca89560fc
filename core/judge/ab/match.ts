/** The figures that base and candidate both have in one result, in pairs: batches of one round, or launches. */
import { groupBy } from '../../group-by.ts';
import type { Metric, Row } from '../../model/row.ts';
import { workloadKey } from '../../results/rows.ts';
import type { Measurement, Result } from '../../results/schema.ts';
import { rowsBesideWorkloads, workloadRows } from '../../results/workload-rows.ts';
import { hodgesLehmann, type LaunchValues } from '../../stats/index.ts';
import { otherIdentity } from '../compare/match-metrics.ts';
import { logsOf } from '../metric-figure.ts';
import type { AbAbsence, AbFigure, AbName } from './ab.ts';

/** Both clocks of a workload, as its row has them. */
const SAMPLES = { time: 'nsPerIteration', cpuTime: 'cpuNsPerIteration' } as const;
export const CLOCKS = ['time', 'cpuTime'] as const;

/** Log ratios candidate ÷ base of a workload, by launch. */
export type ClockLogs = Readonly<Record<(typeof CLOCKS)[number], readonly LaunchValues[]>>;

/** A figure of both, with log ratios candidate ÷ base by launch; none if only `values` have intervals. */
export interface AbCandidate
  extends AbName,
    Pick<AbFigure, 'title' | 'better' | 'unit' | 'base' | 'candidate' | 'by' | 'minimumEffect'> {
  readonly logs: readonly LaunchValues[];
  /** Whether it is of a workload, of which more launches can be had; the others are measured once. */
  readonly repeatable: boolean;
}

interface Pair {
  readonly base: Row;
  readonly candidate: Row;
}

export interface AbOptions {
  /** Ids of the hypervisors. */
  readonly base: string;
  readonly candidate: string;
  /** A change up to this fraction counts as none, or up to the metric's own if that is more. */
  readonly minEffect: number;
}

/** Every figure that both have; what one of them lacks is told with the reason. */
export function matchAb(
  result: Result,
  options: AbOptions,
): { readonly candidates: AbCandidate[]; readonly absent: AbAbsence[] } {
  const absent: AbAbsence[] = [];
  const own = [...workloadRows(result), ...rowsBesideWorkloads(result)].filter(
    ({ target }) => target.hypervisor === options.base || target.hypervisor === options.candidate,
  );
  const candidates = [...groupBy(own, rowKey).values()].flatMap((rows) =>
    pairsOf(rows, options).flatMap((pair): AbCandidate[] => {
      if ('lack' in pair) {
        if (pair.tell) absent.push({ ...nameOf(pair.row), metric: null, reason: pair.lack });
        return [];
      }
      return figuresOf(pair, result, options, absent);
    }),
  );
  return { candidates, absent };
}

/** Of both clocks of each workload, by {@link workloadKey}. */
export function workloadLogs(
  { measurements }: Pick<Result, 'measurements'>,
  { base, candidate }: Pick<AbOptions, 'base' | 'candidate'>,
): Map<string, ClockLogs> {
  const found = new Map<string, ClockLogs>();
  for (const one of measurements.filter(({ hypervisor }) => hypervisor === base)) {
    const key = workloadKey(one);
    const other = measurements.find((m) => m.hypervisor === candidate && workloadKey(m) === key);
    if (other)
      found.set(key, { time: pairedLogs(one, other, 'time'), cpuTime: pairedLogs(one, other, 'cpuTime') });
  }
  return found;
}

/** From logs of times of each: log ratios candidate ÷ base of the rounds that both took part in. */
export function pairsByRound(
  base: readonly LaunchValues[],
  candidate: readonly LaunchValues[],
): LaunchValues[] {
  return base.flatMap(({ launch, values: before }) => {
    const after = candidate.find((one) => one.launch === launch)?.values ?? [];
    const rounds = Math.min(before.length, after.length);
    if (rounds === 0) return [];
    return [{ launch, values: before.slice(0, rounds).map((log, round) => (after[round] as number) - log) }];
  });
}

/** Of rounds that both took part in; none if a round lacks a figure: without the shortest, the others say too much. */
function pairedLogs(base: Measurement, candidate: Measurement, metric: keyof ClockLogs): LaunchValues[] {
  const clock = SAMPLES[metric];
  const launches = base.samples.flatMap(({ launch, [clock]: before }) => {
    const after = candidate.samples.find((one) => one.launch === launch)?.[clock] ?? [];
    const rounds = Math.min(before.length, after.length);
    if (rounds === 0) return [];
    const values = before.slice(0, rounds).map((ns, round) => {
      const other = after[round] ?? null;
      return ns === null || other === null ? null : Math.log(other / ns);
    });
    return [{ launch, values }];
  });
  return launches.every(({ values }) => values.every((value) => value !== null))
    ? (launches as LaunchValues[])
    : [];
}

const rowKey = ({ suite, target, dimensions }: Row) =>
  JSON.stringify([target.isa, suite, Object.entries(dimensions)]);

function nameOf({ suite, target, dimensions }: Row): Omit<AbName, 'metric'> {
  return { suite, isa: target.isa, machineType: target.machineType, dimensions };
}

type Unpaired = { readonly row: Row; readonly lack: string; readonly tell: boolean };

/** By machine type; if each has one alone they are a pair, whatever these are. */
function pairsOf(rows: readonly Row[], { base, candidate }: AbOptions): (Pair | Unpaired)[] {
  const of = (id: string) => rows.filter(({ target }) => target.hypervisor === id);
  const [before, after] = [of(base), of(candidate)];
  const alone = before.length === 1 && after.length === 1;
  const counterpart = (row: Row, others: readonly Row[]) =>
    alone ? others[0] : others.find(({ target }) => target.machineType === row.target.machineType);
  const paired = before.map((row): Pair | Unpaired => {
    const other = counterpart(row, after);
    if (!other) return { row, lack: `${candidate} has no such row`, tell: row.status !== 'unavailable' };
    const lack = lackOf(row, base) ?? lackOf(other, candidate) ?? otherWork(row, other);
    // What neither can run is no loss.
    const tell = row.status !== 'unavailable' || other.status !== 'unavailable';
    return lack === null ? { base: row, candidate: other } : { row, lack, tell };
  });
  const others = after
    .filter((row) => !counterpart(row, before))
    .map((row) => ({ row, lack: `${base} has no such row`, tell: row.status !== 'unavailable' }));
  return [...paired, ...others];
}

function lackOf({ status, error }: Row, id: string): string | null {
  return status === 'ok' ? null : `${id}: ${status}${error === undefined ? '' : `: ${error}`}`;
}

/** Another technique is what may be asked for; other machine code, or other data, is other work. */
function otherWork({ identity: a }: Row, { identity: b }: Row): string | null {
  const rest = ({ technique: _, ...identity }: Row['identity']) => identity;
  return otherIdentity(rest(a), rest(b));
}

function figuresOf(
  { base, candidate }: Pair,
  result: Result,
  options: AbOptions,
  absent: AbAbsence[],
): AbCandidate[] {
  const same = base.target.machineType === candidate.target.machineType;
  const name = { ...nameOf(base), ...(same ? {} : { machineType: null }) };
  const workload = workloadOf(base, result, options);
  const metrics = new Set([base, candidate].flatMap(({ metrics }) => Object.keys(metrics)));
  return [...metrics].flatMap((metric): AbCandidate[] => {
    const [before, after] = [base.metrics[metric], candidate.metrics[metric]];
    const lack = (reason: string): [] => {
      absent.push({ ...name, metric, reason });
      return [];
    };
    if (!before || !after) return lack(`${before ? options.candidate : options.base} has no such figure`);
    const logs = workload ? workload[metric as keyof ClockLogs] : launchLogs(before, after);
    const own = before.minimumEffect;
    const isOwn = !workload && own.fraction > options.minEffect;
    const figure = {
      ...{ ...name, metric, title: before.title, better: before.better, unit: before.unit },
      ...{ base: before.value, candidate: after.value },
      minimumEffect: isOwn ? own : { fraction: options.minEffect, reason: null },
      repeatable: workload !== null,
    };
    if ((logs?.length ?? 0) >= 2)
      return [{ ...figure, logs: logs ?? [], by: workload ? 'rounds' : 'launches' }];
    if (!workload && !logs && typeof before.value !== 'number' && typeof after.value !== 'number')
      return [{ ...figure, logs: [], by: 'intervals' }];
    return lack(
      logs ? 'fewer than two launches of both: give it a larger --budget' : 'a figure without an interval',
    );
  });
}

function workloadOf(row: Row, result: Result, options: AbOptions) {
  const { workload } = row.dimensions;
  if (typeof workload !== 'string' || Object.keys(row.dimensions).length > 1) return null;
  const key = workloadKey({ suite: row.suite, workload, isa: row.target.isa });
  return workloadLogs(result, options).get(key) ?? null;
}

/** By launch: pairs of rounds if both have as many, else of the launches' locations. Null if launches are not kept. */
function launchLogs(before: Metric, after: Metric): LaunchValues[] | null {
  const [a, b] = [logsOf(before), logsOf(after)];
  if (!a || !b) return null;
  return a.flatMap(({ launch, values }) => {
    const others = b.find((one) => one.launch === launch)?.values ?? [];
    if (values.length === 0 || others.length === 0) return [];
    if (values.length === others.length)
      return [{ launch, values: values.map((value, index) => (others[index] as number) - value) }];
    return [{ launch, values: [hodgesLehmann(others) - hodgesLehmann(values)] }];
  });
}
