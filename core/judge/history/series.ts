/** What became of each row over the results of one host class: its level, and where that changed. */

import { groupBy } from '../../group-by.ts';
import type { Interval } from '../../results/schema.ts';
import { identityOf, placeText, type RowIdentity } from '../compare/match.ts';
import type { HistoryEntry, HistoryRow } from './entry.ts';
import { type HistoryChange, type Levelled, levelled, type Measured } from './stretches.ts';

export type { HistoryChange } from './stretches.ts';

/** One result's figure of one row. */
export interface HistoryPoint {
  readonly startedAt: string;
  readonly commit: string | null;
  readonly label: string | null;
  /** Against native in the same result, a fraction. */
  readonly overhead: Interval;
  readonly launches: number;
}

/** Results in a row that measured the same machine code, working set and technique. */
export interface Stretch {
  readonly digest: string;
  readonly argument: number;
  readonly technique: string;
  readonly points: readonly HistoryPoint[];
  /** Of the ratio guest ÷ native, so that changes are fractions of guest time. */
  readonly changes: readonly HistoryChange[];
  /** Overheads (fractions) between the changes: one more than there are changes. */
  readonly levels: readonly number[];
  /** Why it is not compared with the stretch before it; null of the first. */
  readonly cut: string | null;
}

export interface RowHistory extends RowIdentity {
  readonly stretches: readonly Stretch[];
}

interface MeasuredRow extends Measured {
  readonly row: HistoryRow;
}

/** Every row of these results, which are in the order of time; rows in order of first appearance. */
export function rowHistories(entries: readonly HistoryEntry[]): RowHistory[] {
  const all = entries.flatMap((entry) =>
    entry.rows.map((row): MeasuredRow => ({ entry, row, log: Math.log1p(row.overhead.estimate) })),
  );
  return [...groupBy(all, ({ row }) => identityOf(row))].flatMap(([key, own]) => {
    const measured = oncePerEntry(own);
    const row = measured[0]?.row;
    if (!row) return [];
    const { suite, workload, isa, hypervisor } = row;
    const stretches = levelled(measured, { key, hypervisor, cutBetween }).map(stretchOf);
    return [{ suite, workload, isa, hypervisor, stretches }];
  });
}

/** A result has one figure for a row: what a damaged one has more does not count. */
export function oncePerEntry<M extends Measured>(measured: readonly M[]): M[] {
  return measured.filter(({ entry }, index) => measured[index - 1]?.entry !== entry);
}

/** Why two figures of a row must not be compared; null where they may. */
function cutBetween({ row: before }: MeasuredRow, { row: after }: MeasuredRow): string | null {
  if (after.digest !== before.digest) return 'other machine code';
  if (after.argument !== before.argument) {
    return `another working set, ${after.argument} instead of ${before.argument} bytes`;
  }
  if (after.technique !== before.technique) {
    return `another technique, ${after.technique} instead of ${before.technique}`;
  }
  if (after.elsewhere !== before.elsewhere) {
    return `another computer, ${placeText(after.elsewhere)} instead of ${placeText(before.elsewhere)}`;
  }
  return null;
}

function stretchOf({ measured, changes, levels, cut }: Levelled<MeasuredRow>): Stretch {
  const { digest, argument, technique } = measured[0].row;
  return {
    ...{ digest, argument, technique, cut },
    points: measured.map(({ entry: { startedAt, commit, label }, row: { overhead, launches } }) => ({
      ...{ startedAt, commit, label, overhead, launches },
    })),
    levels: levels.map(Math.expm1),
    changes,
  };
}
