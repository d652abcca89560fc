/** Medians over results, within a class of hosts and of the same machine code: nothing is put together that differs. */
import { groupBy } from '../../core/group-by.ts';
import type { Interval, Isa } from '../../core/results/schema.ts';
import { median } from '../../core/stats/index.ts';
import { machineKey } from './machines.ts';
import type { Elsewhere, Mean, Summary } from './summary.ts';

/** What one machine costs on one suite on one kind of computer, and on one kind of other computer if it was elsewhere. */
export interface Cell {
  readonly suite: string;
  readonly isa: Isa;
  readonly hypervisor: string;
  readonly elsewhere?: Elsewhere | undefined;
  /**
   * Of one result: its own. Of several: the median of the estimates, with the 95 % CI of that median if they are six or
   * more; of fewer there is none, and it is from the lowest end of an interval to the highest.
   */
  readonly overhead: Interval;
  readonly cpuOverhead: Interval | null;
  readonly workloads: number;
  readonly results: number;
  /** Results of other machine code, which are not in it. */
  readonly others: number;
}

/** Results of one class of hosts. */
export interface HostGroup {
  readonly classId: string;
  readonly summaries: readonly Summary[];
  readonly cells: readonly Cell[];
}

/** Those in which overheads were measured first, of them the classes with the most results, then the one that was measured last. */
export function hostGroups(summaries: readonly Summary[]): HostGroup[] {
  const latest = (of: readonly Summary[]) => of[0]?.startedAt ?? '';
  return [...groupBy(summaries, ({ host }) => host.classId)]
    .map(([classId, own]) => ({ classId, summaries: own, cells: cellsOf(own) }))
    .sort(
      (a, b) =>
        Number(b.cells.length > 0) - Number(a.cells.length > 0) ||
        b.summaries.length - a.summaries.length ||
        latest(b.summaries).localeCompare(latest(a.summaries)) ||
        a.classId.localeCompare(b.classId),
    );
}

/** In the order of the first result that has each; `summaries` are of one class. None of an emulated CPU: its times mean nothing. */
export function cellsOf(summaries: readonly Summary[]): Cell[] {
  const means = summaries.flatMap(({ host, means }) => (host.footing === 'emulated' ? [] : means));
  const groups = groupBy(means, (mean) => JSON.stringify([mean.suite, mean.isa, machineKey(mean)]));
  return [...groups.values()].map((all) => {
    const [most = []] = [...groupBy(all, ({ code }) => code).values()].sort((a, b) => b.length - a.length);
    const [first] = most as [Mean];
    const cpu = most.flatMap(({ cpuOverhead }) => cpuOverhead ?? []);
    return {
      ...{ suite: first.suite, isa: first.isa, hypervisor: first.hypervisor, workloads: first.workloads },
      elsewhere: first.elsewhere,
      overhead: together(most.map(({ overhead }) => overhead)),
      cpuOverhead: cpu.length === most.length ? together(cpu) : null,
      results: most.length,
      others: all.length - most.length,
    };
  });
}

function together(intervals: readonly Interval[]): Interval {
  const sorted = intervals.map(({ estimate }) => estimate).sort((a, b) => a - b);
  const rank = rankOfEnd(sorted.length);
  const [low, high] = rank > 0 ? [sorted[rank - 1], sorted.at(-rank)] : [];
  return {
    estimate: median(sorted),
    low: low ?? Math.min(...intervals.map((one) => one.low)),
    high: high ?? Math.max(...intervals.map((one) => one.high)),
  };
}

/** 95 % of a normal distribution lie within as many standard deviations. */
const DEVIATIONS = 1.96;
/** Beyond, the binomial distribution is normal to all that a rank shows. */
const MANY = 200;

/**
 * The rank, from either end, at which the 95 % confidence interval of a median of `count` values ends, whatever their
 * distribution: the largest for which the tails of the binomial distribution beyond it are at most 5 %. 0 of fewer than
 * six, which have none.
 */
export function rankOfEnd(count: number): number {
  if (count > MANY) return Math.floor((count - DEVIATIONS * Math.sqrt(count)) / 2);
  let [term, tail, rank] = [0.5 ** count, 0, 0];
  for (; 2 * (tail + term) <= 0.05; rank++) {
    tail += term;
    term *= (count - rank) / (rank + 1);
  }
  return rank;
}
