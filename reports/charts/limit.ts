/** What one picture has room for. */
import { count } from '../../core/present/format.ts';

export interface Fitted<G> {
  readonly groups: readonly G[];
  /** What is left out, in a sentence; empty if nothing is. */
  readonly note: string;
}

/**
 * The first rows, as many as `lines` have room for: one each, and one for the heading of their group. `all`: the file
 * that has the rest too.
 */
export function fitInto<G extends { readonly rows: readonly unknown[] }>(
  groups: readonly G[],
  lines: number,
  all: string,
): Fitted<G> {
  let room = lines;
  const fitted = groups.flatMap((group): G[] => {
    const rows = group.rows.slice(0, Math.max(0, room - 1));
    if (rows.length === 0) return [];
    room -= rows.length + 1;
    return [{ ...group, rows }];
  });
  const [kept, whole] = [fitted, groups].map((some) => some.reduce((sum, { rows }) => sum + rows.length, 0));
  if (kept === whole) return { groups, note: '' };
  const rest = count((whole ?? 0) - (kept ?? 0), 'more workload');
  return {
    groups: fitted,
    note: `The chart has room for ${count(kept ?? 0, 'workload')}; ${all} has ${rest}.`,
  };
}
