/** Where guests of two results leave the CPU more or less often for the same work: by exits that an instruction causes. */
import type { Isa, Result } from '../../results/schema.ts';
import { type ExitColumn, exitsBeside } from '../exits/beside.ts';
import { countsAll, type ExitCounts, synchronousOf } from '../exits/kinds.ts';

/** Less than this is chance: a page that the host took away, say. Of one operation or iteration. */
const LEAST = 0.01;
/** And less than this, as a fraction of the larger count. */
const LEAST_SHARE = 0.05;

export interface ExitChange {
  readonly suite: string;
  /** Of the operation or workload. */
  readonly name: string;
  readonly isa: Isa;
  readonly hypervisor: string;
  readonly reason: string;
  /** Index of the result that is compared with the first. */
  readonly result: number;
  /** Of one operation or iteration. */
  readonly before: number;
  readonly after: number;
}

/**
 * Each count of synchronous exits that is another one than in the first result, of the same machine code in a hypervisor of
 * the same name. These counts do not depend on the day; they are told, and judge nothing. Asynchronous ones are chance.
 */
export function exitChanges(results: readonly Result[]): ExitChange[] {
  const { columns, rows } = exitsBeside(results);
  return rows.flatMap(({ suite, name, isa, cells }) =>
    columns.flatMap((column, index): ExitChange[] => {
      const first = columns.findIndex((one) => one.result === 0 && one.hypervisor === column.hypervisor);
      const [before, after] = [cells[first]?.counts, cells[index]?.counts];
      if (column.result === 0 || !before || !after || !isAlike(columns[first], column)) return [];
      return changesOf(before, after).map((change) => ({
        ...{ suite, name, isa, hypervisor: column.hypervisor, result: column.result },
        ...change,
      }));
    }),
  );
}

/** With another technique or paging, other exits are no finding: hvbench exits lays them side by side. */
function isAlike(a: ExitColumn | undefined, b: ExitColumn): boolean {
  return a?.technique === b.technique && a.paging === b.paging;
}

function changesOf(before: ExitCounts, after: ExitCounts): Pick<ExitChange, 'reason' | 'before' | 'after'>[] {
  // What falls under no reason is known only where all are counted.
  if (countsAll(before) !== countsAll(after)) return [];
  const [then, now] = [new Map(synchronousOf(before)), new Map(synchronousOf(after))];
  return [...now].flatMap(([reason, count]) => {
    const earlier = then.get(reason);
    if (earlier === undefined) return [];
    const difference = Math.abs(count - earlier);
    const isChance = difference < LEAST || difference < LEAST_SHARE * Math.max(count, earlier);
    return isChance ? [] : [{ reason, before: earlier, after: count }];
  });
}
