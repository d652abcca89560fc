/** What the chart of a history shows, worked out before it is drawn: a panel for each row, and one axis of time. */
import { rowName } from '../../core/judge/compare/match.ts';
import type { RowHistory, Stretch } from '../../core/judge/history/series.ts';
import { overheadPhrase, overheadText, percent } from '../../core/present/format.ts';
import type { Interval } from '../../core/results/schema.ts';
import { CONTROL } from '../view.ts';
import { type ClassHistory, hasChanged } from './view.ts';

/** More panels than this make a picture that nobody reads. */
export const MOST_PANELS = 12;

/** A panel shows at least this share of guest time, so that noise of a few permille does not look like much. */
const LEAST_SPAN = 0.02;

/** Room below and above the marks, as shares of what they span; above them stand name and changes. */
const BELOW = 0.12;
const ABOVE = 0.75;

/** A vertical line: when, and what is written at it. */
export interface HistoryMark {
  readonly at: number;
  readonly text: string;
  readonly kind: 'slower' | 'faster' | 'cut';
}

export interface HistoryPanel {
  readonly name: string;
  readonly hypervisor: string;
  /** Milliseconds since 1970 and overheads, fractions. */
  readonly points: readonly (Interval & { readonly at: number })[];
  readonly levels: readonly { readonly from: number; readonly to: number; readonly overhead: number }[];
  readonly marks: readonly HistoryMark[];
  /** The latest overhead, in words. */
  readonly latest: string;
  /** The axis, and up to where marks lie on it. */
  readonly min: number;
  readonly max: number;
  readonly top: number;
  readonly ticks: readonly TimeTick[];
}

export interface TimeTick {
  readonly value: number;
  readonly label: string;
}

export interface HistoryPanels {
  readonly shown: readonly HistoryPanel[];
  /** Of the rows that are left out, how many changed. */
  readonly left: { readonly rows: number; readonly changed: number };
}

/**
 * A panel for each row in the history's order; of more than {@link MOST_PANELS} rows, those that changed come
 * first, by the size of their latest change, and the control last.
 */
export function panelsOf({ rows }: ClassHistory): HistoryPanels {
  const ranked = rows.length <= MOST_PANELS ? rows : [...rows].sort((a, b) => rank(b) - rank(a));
  const left = ranked.slice(MOST_PANELS);
  return {
    shown: ranked.slice(0, MOST_PANELS).map(panelOf),
    left: { rows: left.length, changed: left.filter(hasChanged).length },
  };
}

function rank(row: RowHistory): number {
  const latest = row.stretches.flatMap(({ changes }) => changes).at(-1);
  if (latest) return 1 + Math.abs(Math.log1p(latest.change.estimate));
  return row.hypervisor === CONTROL ? 0 : 1;
}

function panelOf(row: RowHistory): HistoryPanel {
  const { stretches, hypervisor } = row;
  const points = stretches.flatMap((stretch) =>
    stretch.points.map(({ startedAt, overhead }) => ({ ...overhead, at: Date.parse(startedAt) })),
  );
  const low = Math.min(...points.map((point) => point.low));
  const high = Math.max(...points.map((point) => point.high));
  const missing = Math.max(0, LEAST_SPAN * (1 + (low + high) / 2) - (high - low));
  const [bottom, top] = [low - missing / 2, high + missing / 2];
  const min = bottom - (top - bottom) * BELOW;
  const latest = points.at(-1);
  return {
    name: rowName(row),
    hypervisor,
    points,
    latest: latest ? overheadPhrase(latest) : '',
    levels: stretches.flatMap(levelsOf),
    marks: stretches.flatMap((stretch, index) => marksOf(stretch, stretches[index - 1])),
    min,
    max: top + (top - bottom) * ABOVE,
    top,
    ticks: overheadTicks(min, top),
  };
}

/** From this overhead on (a fraction), the axis tells ratios: 7.6x instead of +660 %. */
const RATIO_FROM = 3;

/** Round overheads, two to five of them, from `min` to `max`. */
function overheadTicks(min: number, max: number): TimeTick[] {
  const decade = 10 ** Math.floor(Math.log10((max - min) / 2));
  // The span holds between 2 and 20 decades' worth: one of these leaves two to five ticks.
  const step = decade * ([5, 2].find((count) => (max - min) / (decade * count) >= 2) ?? 1);
  const first = Math.ceil(min / step);
  const decimals = (unit: number) => Math.max(0, -Math.floor(Math.log10(step * unit) + 1e-9));
  return Array.from({ length: Math.floor(max / step) - first + 1 }, (_, index) => {
    const value = (first + index) * step;
    const label =
      value >= RATIO_FROM ? `${(1 + value).toFixed(decimals(1))}x` : percent(value, decimals(100));
    return { value, label };
  });
}

const timeOf = ({ points }: Stretch, index: number) => Date.parse(points[index]?.startedAt ?? '');

function levelsOf(stretch: Stretch): HistoryPanel['levels'] {
  const starts = [0, ...stretch.changes.map(({ after }) => after)];
  return starts.map((start, index) => ({
    from: timeOf(stretch, start),
    to: timeOf(stretch, (starts[index + 1] ?? stretch.points.length) - 1),
    overhead: stretch.levels[index] ?? Number.NaN,
  }));
}

function marksOf(stretch: Stretch, before: Stretch | undefined): HistoryMark[] {
  const changes = stretch.changes.map(
    ({ before: last, after, change }): HistoryMark => ({
      at: (timeOf(stretch, last) + timeOf(stretch, after)) / 2,
      text: overheadText(change).value,
      kind: change.estimate > 0 ? 'slower' : 'faster',
    }),
  );
  if (!before || stretch.cut === null) return changes;
  const at = (timeOf(before, before.points.length - 1) + timeOf(stretch, 0)) / 2;
  return [{ at, text: stretch.cut.split(',', 1)[0] ?? '', kind: 'cut' }, ...changes];
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Distances between dates on the axis. */
const STEPS = [1, 2, 7, 14, 30, 61, 182, 365, 730, 1826, 3652].map((days) => days * DAY);
const MOST_TICKS = 9;

export interface TimeAxis {
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly TimeTick[];
}

/** The axis of time that holds all points, with a date at regular distances and some room at both ends. */
export function timeAxis(panels: readonly HistoryPanel[]): TimeAxis {
  const times = panels.flatMap(({ points }) => points.map(({ at }) => at));
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const room = Math.max((last - first) * 0.03, HOUR);
  const [min, max] = [first - room, last + room];
  const hours = [1, 3, 6, 12].map((count) => count * HOUR);
  const steps = [...hours, ...STEPS];
  const step = steps.find((one) => (max - min) / one <= MOST_TICKS) ?? (max - min) / 2;
  const ticks: TimeTick[] = [];
  // A date at the very end would be cut off.
  for (let value = Math.ceil(min / step) * step; value <= max - (max - min) * 0.04; value += step) {
    const [date = '', time = ''] = new Date(value).toISOString().split('T');
    ticks.push({ value, label: step < DAY ? `${date} ${time.slice(0, 5)}` : date });
  }
  return { min, max, ticks };
}
