/** A history as every format shows it: its rows, its changes and cuts in words. */

import { rowName } from '../../core/judge/compare/match.ts';
import type { HistoryChange, HistoryPoint, RowHistory, Stretch } from '../../core/judge/history/series.ts';
import { clip, count, dateTime, overheadPhrase } from '../../core/present/format.ts';
import type { HostClass } from '../../core/results/host-class.ts';
import { CHANGE_POINT_DEFAULTS, fewestPoints } from '../../core/stats/index.ts';

/** What is known of one host class. */
export interface ClassHistory {
  readonly hostClass: HostClass;
  /** Results that are looked at, and older ones that are not. */
  readonly results: number;
  readonly older: number;
  /** When the first and the latest of them were begun. */
  readonly from: string;
  readonly to: string;
  /** Those that were asked for. */
  readonly rows: readonly RowHistory[];
}

/** One host class or more. */
export interface HistoryReport {
  readonly classes: readonly ClassHistory[];
}

/** The latest stretch of a row: what its figures mean today. */
export function latestStretch({ stretches }: RowHistory): Stretch | undefined {
  return stretches.at(-1);
}

/** A change and where it happened. */
export interface PlacedChange {
  readonly row: RowHistory;
  readonly stretch: Stretch;
  readonly change: HistoryChange;
  /** The first result after it. */
  readonly point: HistoryPoint;
}

/** All changes, the latest first. */
export function changesOf({ rows }: ClassHistory): PlacedChange[] {
  const placed = rows.flatMap((row) =>
    row.stretches.flatMap((stretch) =>
      stretch.changes.flatMap((change) => {
        const point = stretch.points[change.after];
        return point ? [{ row, stretch, change, point }] : [];
      }),
    ),
  );
  return placed.sort((a, b) => Date.parse(b.point.startedAt) - Date.parse(a.point.startedAt));
}

export function hasChanged(row: RowHistory): boolean {
  return row.stretches.some(({ changes }) => changes.length > 0);
}

const HASH = /^[0-9a-f]{12,64}$/;

/** A commit as people know it: a hash by its first ten digits. */
export function shortCommit(commit: string): string {
  return HASH.test(commit) ? commit.slice(0, 10) : clip(commit, 30);
}

/** "2026-03-05 03:04 UTC (1a2b3c4d5e, release 2)" */
export function pointName({ startedAt, commit, label }: HistoryPoint): string {
  const notes = [commit && shortCommit(commit), label && clip(label, 40)].filter(Boolean);
  return `${dateTime(startedAt)}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`;
}

/** "+5.1 % [4.6, 5.6], from 2026-03-04 03:04 UTC to 2026-03-05 03:04 UTC (1a2b3c4d5e); kernel 6.1, then 6.2" */
export function changePhrase({ stretch, change, point }: PlacedChange): string {
  const last = stretch.points[change.before];
  const alongside = change.alongside.map((fact) => `; ${clip(fact, 120)}`).join('');
  return `${overheadPhrase(change.change)}, from ${last ? pointName(last) : '?'} to ${pointName(point)}${alongside}`;
}

/** "cpu/sieve, kvm (x86_64): other machine code since …: its 12 results are not compared with the 8 before" */
export function cutLines({ rows }: ClassHistory): string[] {
  return rows.flatMap((row) =>
    row.stretches.flatMap(({ cut, points }, index) => {
      const [before, first] = [row.stretches[index - 1], points[0]];
      if (cut === null || !before || !first) return [];
      const these = points.length === 1 ? 'its result is' : `its ${points.length} results are`;
      return [
        `${rowName(row)}: ${cut} since ${pointName(first)}: ${these} not compared with the ${before.points.length} before`,
      ];
    }),
  );
}

/** "3 changes in 2 of 34 rows" */
export function changeCount(history: ClassHistory): string {
  const changed = history.rows.filter(hasChanged).length;
  const rows = count(history.rows.length, 'row');
  return changed === 0
    ? `no change in ${rows}`
    : `${count(changesOf(history).length, 'change')} in ${changed} of ${rows}`;
}

/** "3 changes in 2 of 34 rows, over 40 results from 2026-01-02 03:04 UTC to 2026-03-04 03:04 UTC" */
export function summary(history: ClassHistory): string {
  const { results, older, from, to } = history;
  const time = results === 1 ? `of ${dateTime(from)}` : `from ${dateTime(from)} to ${dateTime(to)}`;
  const left = older > 0 ? `; ${count(older, 'older result')} not looked at (--last)` : '';
  return `${changeCount(history)}, over ${count(results, 'result')} ${time}${left}`;
}

/** How many rows have too few results for a change to show; empty where none has. */
export function shortLine({ rows }: ClassHistory): string {
  const fewest = fewestPoints();
  const short = rows.filter((row) => (latestStretch(row)?.points.length ?? 0) < fewest).length;
  if (short === 0) return '';
  const which =
    short === rows.length
      ? 'No row has'
      : `${count(short, 'row')} of ${rows.length} ${short === 1 ? 'has' : 'have'} not`;
  return `${which} enough results yet: it takes ${fewest} of the same machine code to tell a change from noise.`;
}

/** What the figures mean. */
export function legend(): string {
  const chance = Math.round(1 / CHANGE_POINT_DEFAULTS.significance);
  return (
    'Overheads are against native in the same result. A change is that of guest time in units of native time, ' +
    'from one level to the next, with its 95 % interval; above 0 the guest became slower. ' +
    `Of ${chance} rows that never changed, about one shows a change.`
  );
}
