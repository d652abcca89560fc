/** A history as every format shows it: its series, their changes and cuts in words. */

import { rowName } from '../../core/judge/compare/match.ts';
import type { MetricHistory } from '../../core/judge/history/metric-series.ts';
import type { HistoryChange, RowHistory } from '../../core/judge/history/series.ts';
import type { Metric, Unit, Value } from '../../core/model/row.ts';
import { clip, count, dateTime, overheadPhrase } from '../../core/present/format.ts';
import type { HostClass } from '../../core/results/host-class.ts';
import { CHANGE_POINT_DEFAULTS, fewestPoints } from '../../core/stats/index.ts';
import { valuePhrase } from '../metric-figures.ts';
import { metricName } from '../metric-names.ts';

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
  readonly metrics: readonly MetricHistory[];
}

/** One host class or more. */
export interface HistoryReport {
  readonly classes: readonly ClassHistory[];
}

/** One figure over time, of a workload or of whatever suite. */
export interface HistorySeries {
  /** "cpu/sieve, kvm (x86_64)", "boot/bare/warm, kvm (x86_64): ready" */
  readonly name: string;
  readonly hypervisor: string;
  readonly better: Metric['better'];
  readonly stretches: readonly SeriesStretch[];
}

export interface SeriesStretch {
  /** `overhead`: a fraction. */
  readonly unit: Unit | 'overhead';
  readonly points: readonly SeriesPoint[];
  readonly changes: readonly HistoryChange[];
  readonly levels: readonly number[];
  readonly cut: string | null;
}

export interface SeriesPoint {
  readonly startedAt: string;
  readonly commit: string | null;
  readonly label: string | null;
  readonly value: Value;
}

/** Workloads first, each kind in its order. */
export function seriesOf({ rows, metrics }: Pick<ClassHistory, 'rows' | 'metrics'>): HistorySeries[] {
  return [...rows.map(rowSeries), ...metrics.map((metric) => ({ ...metricSeries(metric) }))];
}

function rowSeries(row: RowHistory): HistorySeries {
  return {
    ...{ name: rowName(row), hypervisor: row.hypervisor, better: 'lower' },
    stretches: row.stretches.map(({ points, changes, levels, cut }) => ({
      ...{ unit: 'overhead', changes, levels, cut },
      points: points.map(({ overhead, ...point }) => ({ ...point, value: overhead })),
    })),
  };
}

function metricSeries(metric: MetricHistory): HistorySeries {
  const { target, better, stretches } = metric;
  return { name: metricName(metric), hypervisor: target.hypervisor, better, stretches };
}

/** A figure with its interval, in the series' unit. */
export function figurePhrase(value: Value, unit: SeriesStretch['unit']): string {
  if (unit !== 'overhead') return valuePhrase(value, unit);
  return overheadPhrase(typeof value === 'number' ? { estimate: value, low: value, high: value } : value);
}

/** The latest stretch of a series: what its figures mean today. */
export function latestStretch<S>({ stretches }: { readonly stretches: readonly S[] }): S | undefined {
  return stretches.at(-1);
}

/** A change and where it happened. */
export interface PlacedChange {
  readonly series: HistorySeries;
  readonly stretch: SeriesStretch;
  readonly change: HistoryChange;
  /** The first result after it. */
  readonly point: SeriesPoint;
}

/** All changes, the latest first. */
export function changesOf(history: ClassHistory): PlacedChange[] {
  const placed = seriesOf(history).flatMap((series) =>
    series.stretches.flatMap((stretch) =>
      stretch.changes.flatMap((change) => {
        const point = stretch.points[change.after];
        return point ? [{ series, stretch, change, point }] : [];
      }),
    ),
  );
  return placed.sort((a, b) => Date.parse(b.point.startedAt) - Date.parse(a.point.startedAt));
}

/** "cpu/sha256, kvm (x86_64): +5.1 % [4.6, 5.6], from … to …", the latest first. */
export function changeLines(history: ClassHistory): string[] {
  return changesOf(history).map((placed) => `${placed.series.name}: ${changePhrase(placed)}`);
}

export function hasChanged({ stretches }: Pick<HistorySeries, 'stretches'>): boolean {
  return stretches.some(({ changes }) => changes.length > 0);
}

const HASH = /^[0-9a-f]{12,64}$/;

/** A commit as people know it: a hash by its first ten digits. */
export function shortCommit(commit: string): string {
  return HASH.test(commit) ? commit.slice(0, 10) : clip(commit, 30);
}

/** "2026-03-05 03:04 UTC (1a2b3c4d5e, release 2)" */
export function pointName({ startedAt, commit, label }: SeriesPoint): string {
  const notes = [commit && shortCommit(commit), label && clip(label, 40)].filter(Boolean);
  return `${dateTime(startedAt)}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`;
}

/** "+5.1 % [4.6, 5.6], a slow drift over 30 results, from 2026-03-04 03:04 UTC to 2026-03-05 03:04 UTC (1a2b3c4d5e); kernel 6.1, then 6.2" */
function changePhrase({ series, stretch, change, point }: PlacedChange): string {
  const last = stretch.points[change.before];
  const alongside = change.alongside.map((fact) => `; ${clip(fact, 120)}`).join('');
  const drift = change.gradual ? `, a slow drift over ${count(change.after - change.before, 'result')}` : '';
  const worse = stretch.unit === 'overhead' ? '' : `, ${series.better} is better`;
  return `${overheadPhrase(change.change)}${worse}${drift}, from ${last ? pointName(last) : '?'} to ${pointName(point)}${alongside}`;
}

/** "cpu/sieve, kvm (x86_64): other machine code since …: its 12 results are not compared with the 8 before" */
export function cutLines(history: ClassHistory): string[] {
  return seriesOf(history).flatMap(({ name, stretches }) =>
    stretches.flatMap(({ cut, points }, index) => {
      const [before, first] = [stretches[index - 1], points[0]];
      if (cut === null || !before || !first) return [];
      const these = points.length === 1 ? 'its result is' : `its ${points.length} results are`;
      return [
        `${name}: ${cut} since ${pointName(first)}: ${these} not compared with the ${before.points.length} before it`,
      ];
    }),
  );
}

/** "34 rows", "46 figures (34 rows and 12 metrics)" */
function countSeries({ rows, metrics }: ClassHistory): string {
  const counts = [
    ...(rows.length > 0 ? [count(rows.length, 'row')] : []),
    ...(metrics.length > 0 ? [count(metrics.length, 'metric')] : []),
  ];
  const both = counts.join(' and ');
  return counts.length > 1 ? `${rows.length + metrics.length} figures (${both})` : both;
}

/** " (1 of them a slow drift)" */
function driftCount(history: ClassHistory): string {
  const drifts = changesOf(history).filter(({ change }) => change.gradual).length;
  if (drifts === 0) return '';
  return ` (${drifts} of them ${drifts === 1 ? 'a slow drift' : 'slow drifts'})`;
}

/** "3 changes in 2 of 34 rows", "3 changes (1 of them a slow drift) in 2 of 34 rows" */
export function changeCount(history: ClassHistory): string {
  const changed = seriesOf(history).filter(hasChanged).length;
  const all = countSeries(history);
  return changed === 0
    ? `no change in ${all}`
    : `${count(changesOf(history).length, 'change')}${driftCount(history)} in ${changed} of ${all}`;
}

/** "3 changes in 2 of 34 rows, over 40 results from 2026-01-02 03:04 UTC to 2026-03-04 03:04 UTC" */
export function summary(history: ClassHistory): string {
  const { results, older, from, to } = history;
  const time = results === 1 ? `of ${dateTime(from)}` : `from ${dateTime(from)} to ${dateTime(to)}`;
  const left = older > 0 ? `; ${count(older, 'older result')} not shown (--last)` : '';
  return `${changeCount(history)}, over ${count(results, 'result')} ${time}${left}`;
}

/** How many rows and metrics have too few results for a change to show; empty where none has. */
export function shortLine(history: ClassHistory): string {
  const fewest = fewestPoints();
  const all = seriesOf(history);
  const short = all.filter((one) => (latestStretch(one)?.points.length ?? 0) < fewest).length;
  if (short === 0) return '';
  const kind = history.metrics.length === 0 ? 'row' : history.rows.length === 0 ? 'metric' : 'row or metric';
  const [one, many] = kind === 'row or metric' ? ['row or metric', 'rows and metrics'] : [kind, `${kind}s`];
  const which =
    short === all.length
      ? `No ${one} has`
      : `${count(short, one, many)} of ${all.length} ${short === 1 ? 'has' : 'have'} not`;
  return `${which} enough results yet: telling a change from noise takes ${fewest} of the same ${history.metrics.length === 0 ? 'machine code' : 'thing'}.`;
}

/** What the figures mean. */
export function legend(classes: readonly ClassHistory[]): string {
  const chance = Math.round(1 / CHANGE_POINT_DEFAULTS.significance);
  const [rows, metrics] = [classes.some((one) => one.rows.length > 0), hasMetrics(classes)];
  const ofRows =
    'Overheads are against native in the same result. A change is the change in guest time ÷ native time ' +
    'from one level to the next, with its 95 % CI; above 0 the guest became slower. ';
  const ofMetrics = `A change of a metric is the change in the figure${
    rows ? '' : ', from one level to the next, with its 95 % CI'
  }; above 0 it became larger. Absolute figures depend on the day and the host. `;
  const what = metrics ? (rows ? 'rows and metrics' : 'metrics') : 'rows';
  return `${rows ? ofRows : ''}${metrics ? ofMetrics : ''}Of ${chance} ${what} that never changed, about one shows a change.`;
}

export function hasMetrics(classes: readonly ClassHistory[]): boolean {
  return classes.some(({ metrics }) => metrics.length > 0);
}

/** What a report of these is called. */
export function titleOf(classes: readonly ClassHistory[]): string {
  if (!hasMetrics(classes)) return 'Overhead against native over time';
  return classes.some(({ rows }) => rows.length > 0)
    ? 'Overheads and other figures over time'
    : 'Figures over time';
}
