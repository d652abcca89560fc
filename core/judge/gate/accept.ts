/** A drift that is accepted: what has moved too far gets a new anchor, and the file says what was moved, and by how much. */
import { keyOfRow } from '../../model/row.ts';
import { rowName } from '../compare/match.ts';
import { anchorOf } from './anchor.ts';
import { type Accepted, type Anchor, MOST_ACCEPTED } from './anchor-schema.ts';
import type { BaselineClass } from './baseline.ts';
import type { NamedDrift } from './drifts.ts';

/** Those that lie beyond their limit, for the worse or for the better: all others keep their anchor. */
export function acceptable(drifts: readonly NamedDrift[]): NamedDrift[] {
  return drifts.filter(({ drift: { verdict } }) => verdict === 'drifted' || verdict === 'gained');
}

const isSameRun =
  ({ startedAt }: { readonly startedAt: string }) =>
  (run: { readonly startedAt: string }) =>
    run.startedAt === startedAt;

/** The entry in which these are where the anchor of theirs is now. */
export function accept(entry: BaselineClass, drifts: readonly NamedDrift[], at: Date): BaselineClass {
  const anchor = anchorOf(entry);
  const since = entry.createdAt;
  const rows = new Map(anchor.rows.map((row) => [rowName(row), row]));
  const metrics = new Map(anchor.metrics.map((row) => [keyOfRow(row), row]));
  for (const { row, figure } of drifts) {
    if (row) rows.set(rowName(row), { ...row, since });
    if (!figure) continue;
    const key = keyOfRow(figure.row);
    const [before, now] = [metrics.get(key), figure.row.metrics[figure.metric]];
    if (before && now)
      metrics.set(key, { ...before, metrics: { ...before.metrics, [figure.metric]: { ...now, since } } });
  }
  const accepted = drifts.map(
    ({ what, drift }): Accepted => ({ at: at.toISOString(), what, since: drift.since, drift: drift.drift }),
  );
  const moved: Anchor = {
    runs: [...anchor.runs, ...entry.runs.filter((run) => !anchor.runs.some(isSameRun(run)))],
    rows: [...rows.values()],
    metrics: [...metrics.values()],
    accepted: [...anchor.accepted, ...accepted].slice(-MOST_ACCEPTED),
  };
  return { ...entry, anchor: moved };
}
