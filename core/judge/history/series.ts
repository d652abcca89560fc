/** What became of each row over the results of one host class: its level, and where that changed. */

import type { Interval } from '../../results/schema.ts';
import {
  changePoints,
  createRandom,
  deriveSeed,
  differenceInterval,
  hodgesLehmann,
  toOverhead,
} from '../../stats/index.ts';
import { identityOf, type RowIdentity } from '../compare/match.ts';
import type { HistoryEntry, HistoryRow } from './entry.ts';

const RESAMPLES = 2000;
/** Any number serves: it makes the same history give the same changes. */
const SEED = 1;

/** One result's figure of one row. */
export interface HistoryPoint {
  readonly startedAt: string;
  readonly commit: string | null;
  readonly label: string | null;
  /** Against native in the same result, a fraction. */
  readonly overhead: Interval;
  readonly launches: number;
}

export interface HistoryChange {
  /** The last result before the change, and the first after it: indices of the stretch's points. */
  readonly before: number;
  readonly after: number;
  /**
   * (guest ÷ native after) ÷ (guest ÷ native before) − 1, a fraction of guest time with its 95 % interval;
   * above 0 the guest became slower.
   */
  readonly change: Interval;
  readonly pValue: number;
  /** What else differs between the two results: "kernel 6.1, then 6.2". */
  readonly alongside: readonly string[];
}

/** Results in a row that measured the same machine code, working set and technique. */
export interface Stretch {
  readonly digest: string;
  readonly argument: number;
  readonly technique: string;
  readonly points: readonly HistoryPoint[];
  readonly changes: readonly HistoryChange[];
  /** Overheads (fractions) between the changes: one more than there are changes. */
  readonly levels: readonly number[];
  /** Why it is not compared with the stretch before it; null of the first. */
  readonly cut: string | null;
}

export interface RowHistory extends RowIdentity {
  readonly stretches: readonly Stretch[];
}

type Measured = { readonly entry: HistoryEntry; readonly row: HistoryRow };

/** Every row of these results, which are in the order of time; rows in order of first appearance. */
export function rowHistories(entries: readonly HistoryEntry[]): RowHistory[] {
  const byIdentity = new Map<string, Measured[]>();
  for (const entry of entries) {
    for (const row of entry.rows) {
      const key = identityOf(row);
      const measured = byIdentity.get(key) ?? [];
      // A result has one figure for a row: what a damaged one has more does not count.
      if (measured.at(-1)?.entry !== entry) measured.push({ entry, row });
      byIdentity.set(key, measured);
    }
  }
  return [...byIdentity.values()].flatMap((measured) => {
    const row = measured[0]?.row;
    if (!row) return [];
    const { suite, workload, isa, hypervisor } = row;
    return [{ suite, workload, isa, hypervisor, stretches: stretchesOf(measured) }];
  });
}

function stretchesOf(measured: readonly Measured[]): Stretch[] {
  const starts = measured.flatMap(({ row }, index) => {
    const before = measured[index - 1]?.row;
    return before && cutBetween(before, row) === null ? [] : [index];
  });
  return starts.map((start, index) => {
    const before = measured[start - 1]?.row;
    const [first, ...others] = measured.slice(start, starts[index + 1]) as [Measured, ...Measured[]];
    return stretchOf([first, ...others], before ? cutBetween(before, first.row) : null);
  });
}

/** Why two figures of a row must not be compared; null where they may. */
function cutBetween(before: HistoryRow, after: HistoryRow): string | null {
  if (after.digest !== before.digest) return 'other machine code';
  if (after.argument !== before.argument) {
    return `another working set, ${after.argument} instead of ${before.argument} bytes`;
  }
  if (after.technique !== before.technique) {
    return `another technique, ${after.technique} instead of ${before.technique}`;
  }
  return null;
}

function stretchOf(measured: readonly [Measured, ...Measured[]], cut: string | null): Stretch {
  const { digest, argument, technique } = measured[0].row;
  const key = identityOf(measured[0].row);
  const logs = measured.map(({ row }) => Math.log1p(row.overhead.estimate));
  const found = changePoints(logs, { seed: deriveSeed(SEED, 'history', key) });
  const bounds = [0, ...found.map(({ index }) => index), logs.length];
  const segments = bounds.slice(1).map((end, index) => logs.slice(bounds[index], end));
  return {
    digest,
    argument,
    technique,
    cut,
    points: measured.map(({ entry: { startedAt, commit, label }, row: { overhead, launches } }) => ({
      startedAt,
      commit,
      label,
      overhead,
      launches,
    })),
    levels: segments.map((segment) => Math.expm1(hodgesLehmann(segment))),
    changes: found.flatMap(({ index, pValue }, place) => {
      const [before, after] = [segments[place] ?? [], segments[place + 1] ?? []];
      const change = sizeOf(before, after, `${key} ${place}`);
      const alongside = differences(
        measured[index - 1]?.entry,
        measured[index]?.entry,
        measured[0].row.hypervisor,
      );
      return change ? [{ before: index - 1, after: index, change, pValue, alongside }] : [];
    }),
  };
}

/**
 * How far the second level lies from the first. Each result counts as one value, like a launch within a run:
 * how results of one level differ says how sure the level is, and holds what no single result's interval can
 * know of, such as another day. Their own intervals are part of that spread and do not enter once more.
 */
function sizeOf(before: readonly number[], after: readonly number[], key: string): Interval | null {
  const values = (logs: readonly number[]) => logs.map((log, launch) => ({ launch, values: [log] }));
  const random = createRandom(deriveSeed(SEED, 'size of a change', key));
  const logs = differenceInterval(values(before), values(after), { resamples: RESAMPLES, random });
  return logs && toOverhead(logs);
}

function differences(
  before: HistoryEntry | undefined,
  after: HistoryEntry | undefined,
  hypervisor: string,
): string[] {
  const facts: readonly (readonly [string, (entry: HistoryEntry) => string | null | undefined])[] = [
    ['kernel', ({ kernel }) => kernel],
    [hypervisor, ({ hypervisors }) => hypervisors.find(({ id }) => id === hypervisor)?.version],
    ['hvbench', ({ tool }) => tool],
    ['profile', ({ profile }) => profile],
  ];
  return facts.flatMap(([what, read]) => {
    const [then, now] = [before, after].map((entry) => (entry ? (read(entry) ?? 'unknown') : 'unknown'));
    return then === now ? [] : [`${what} ${then}, then ${now}`];
  });
}
