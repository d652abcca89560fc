/**
 * The anchor of a baseline's entry: what its rows and metrics were when they first came into the file. An update replaces
 * the entry and leaves the anchor, so that a loss which every single update hides adds up in the distance between the two.
 *
 * A row's anchor is its first three runs, or more if the first update had more: of fewer nobody knows how far whole runs lie
 * apart. Until it has them, updates add theirs. An entry without an anchor is its own: so is each one at first, and each of
 * a file that was written before there were any.
 */
import { keyOfRow } from '../../model/row.ts';
import { rowName } from '../compare/match.ts';
import { otherIdentity } from '../compare/match-metrics.ts';
import type { Anchor, AnchorFigure, AnchorMetricRow, AnchorRow } from './anchor-schema.ts';
import type { BaselineClass } from './baseline.ts';
import type { BaselineFigure, BaselineMetricRow } from './baseline-metrics.ts';
import { type BaselineRow, isSameWork } from './baseline-row.ts';

/** As many runs as it takes to know how far runs lie apart. */
export const ANCHOR_RUNS = 3;

type Runs = readonly (readonly number[])[];

/** Runs that have a figure. */
export function runCount(runs: Runs): number {
  return runs.filter((run) => run.length > 0).length;
}

/** What an entry's drift is measured from: its anchor or, where it has none, the entry itself. */
export function anchorOf({ anchor, runs, rows, metrics = [], createdAt: since }: BaselineClass): Anchor {
  if (anchor) return anchor;
  return {
    runs,
    rows: rows.map((row) => ({ ...row, since })),
    metrics: metrics.map((row) => anchored(row, since)),
    accepted: [],
  };
}

function anchored(row: BaselineMetricRow, since: string): AnchorMetricRow {
  const figures = Object.entries(row.metrics).map(([name, figure]) => [name, { ...figure, since }] as const);
  return { ...row, metrics: Object.fromEntries(figures) };
}

/** What an update did to the anchor, in numbers of rows and metrics. */
export interface Carried {
  readonly entry: BaselineClass;
  /** When the oldest of the anchor came into the file; null if the entry is its own anchor. */
  readonly since: string | null;
  /** Whether the entry before had none: it is the anchor now. */
  readonly begun: boolean;
  /** Those whose anchor was of fewer than three runs, and has taken these in. */
  readonly completed: number;
  /** Those that measure something else than their anchor, or had none: theirs begins here. */
  readonly anew: number;
}

/**
 * The entry with the anchor of the one that it replaces. `fresh` is the same entry of those of its runs alone that are not
 * in the anchor yet; null if there are none.
 */
export function withAnchor(
  before: BaselineClass | undefined,
  entry: BaselineClass,
  fresh: BaselineClass | null,
): Carried {
  if (!before) return { entry, since: null, begun: false, completed: 0, anew: entry.rows.length };
  const old = anchorOf(before);
  const counts = { completed: 0, anew: 0 };
  const rows = mergedRows(old.rows, entry, fresh, counts);
  const metrics = mergedMetrics(old.metrics, entry, fresh, counts);
  const more = counts.completed + counts.anew > 0 ? (fresh?.runs ?? []) : [];
  const anchor: Anchor = { ...old, runs: [...old.runs, ...more], rows, metrics };
  const since = [...rows.map((row) => row.since), ...figuresOf(metrics).map((figure) => figure.since)].sort();
  const begun = before.anchor === undefined;
  return { entry: { ...entry, anchor }, since: since[0] ?? null, begun, ...counts };
}

/** Whether the anchor, or the entry before it, has this run already. */
export function isKnownRun(before: BaselineClass | undefined, startedAt: string): boolean {
  const runs = before ? [...before.runs, ...(before.anchor?.runs ?? [])] : [];
  return runs.some((run) => run.startedAt === startedAt);
}

interface Counts {
  completed: number;
  anew: number;
}

function mergedRows(
  old: readonly AnchorRow[],
  entry: BaselineClass,
  fresh: BaselineClass | null,
  counts: Counts,
): AnchorRow[] {
  const merged = new Map(old.map((row) => [rowName(row), row]));
  const more = new Map(fresh?.rows.map((row) => [rowName(row), row]));
  for (const row of entry.rows) {
    const name = rowName(row);
    const [anchor, added] = [merged.get(name), more.get(name)];
    if (!anchor || !isSameWork(anchor, row)) {
      counts.anew++;
      merged.set(name, { ...row, since: entry.createdAt });
    } else if (runCount(anchor.logRatios) < ANCHOR_RUNS && added) {
      counts.completed++;
      merged.set(name, { ...anchor, logRatios: [...anchor.logRatios, ...added.logRatios] });
    }
  }
  return [...merged.values()];
}

function mergedMetrics(
  old: readonly AnchorMetricRow[],
  { metrics = [], createdAt }: BaselineClass,
  fresh: BaselineClass | null,
  counts: Counts,
): AnchorMetricRow[] {
  const merged = new Map(old.map((row) => [keyOfRow(row), row]));
  const more = new Map(fresh?.metrics?.map((row) => [keyOfRow(row), row]));
  for (const row of metrics) {
    const key = keyOfRow(row);
    const anchor = merged.get(key);
    const same = anchor && otherIdentity(anchor.identity, row.identity) === null;
    const figures: Record<string, AnchorFigure> = same ? { ...anchor.metrics } : {};
    for (const [name, figure] of Object.entries(row.metrics))
      figures[name] = mergedFigure(own(figures, name), figure, {
        added: own(more.get(key)?.metrics ?? {}, name),
        since: createdAt,
        counts,
      });
    merged.set(key, { ...row, metrics: figures });
  }
  return [...merged.values()];
}

function mergedFigure(
  anchor: AnchorFigure | undefined,
  figure: BaselineFigure,
  {
    added,
    since,
    counts,
  }: {
    readonly added: BaselineFigure | undefined;
    readonly since: string;
    readonly counts: Counts;
  },
): AnchorFigure {
  if (!anchor || anchor.basis !== figure.basis || anchor.unit !== figure.unit) {
    counts.anew++;
    return { ...figure, since };
  }
  if (runCount(anchor.logs) >= ANCHOR_RUNS || !added) return anchor;
  counts.completed++;
  return { ...anchor, logs: [...anchor.logs, ...added.logs] };
}

function figuresOf(rows: readonly AnchorMetricRow[]): AnchorFigure[] {
  return rows.flatMap(({ metrics }) => Object.values(metrics));
}

/** Finds what a row or a metric drifts from: its anchor if that measures the same, and is not the entry's own. */
export interface AnchorIndex {
  row(row: BaselineRow): AnchorRow | undefined;
  figure(row: BaselineMetricRow, metric: string): AnchorFigure | undefined;
}

export function indexAnchor({ anchor }: BaselineClass): AnchorIndex {
  const rows = new Map(anchor?.rows.map((row) => [rowName(row), row]));
  const metrics = new Map(anchor?.metrics.map((row) => [keyOfRow(row), row]));
  return {
    row(row) {
      const found = rows.get(rowName(row));
      return found && isSameWork(found, row) && !sameRuns(found.logRatios, row.logRatios) ? found : undefined;
    },
    figure(row, metric) {
      const found = metrics.get(keyOfRow(row));
      if (!found || otherIdentity(found.identity, row.identity) !== null) return undefined;
      const [then, now] = [own(found.metrics, metric), own(row.metrics, metric)];
      if (!then || !now || then.basis !== now.basis || then.unit !== now.unit) return undefined;
      return sameRuns(then.logs, now.logs) ? undefined : then;
    },
  };
}

/** A file may name anything, `constructor` too. */
function own<T>(named: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(named, name) ? named[name] : undefined;
}

function sameRuns(a: Runs, b: Runs): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
