/** What the chart of a history shows, worked out before it is drawn: a panel for each series, and one axis of time. */
import { roleOf } from '../../core/model/role.ts';
import type { Value } from '../../core/model/row.ts';
import { overheadText } from '../../core/present/format.ts';
import type { Interval } from '../../core/results/schema.ts';
import { type AxisTick, figureTicks } from './ticks.ts';
import {
  type ClassHistory,
  figurePhrase,
  type HistorySeries,
  hasChanged,
  type SeriesStretch,
  seriesOf,
} from './view.ts';

/** More panels than this make a picture that nobody reads. */
export const MOST_PANELS = 12;

/** A panel shows at least this share of guest time, or of its figure, so that noise of a few permille does not look like much. */
const LEAST_SPAN = 0.02;

/** Room below and above the marks, as shares of what they span; above them stand name and changes. */
const BELOW = 0.12;
const ABOVE = 0.75;

/** A vertical line: when, and what is written at it. */
export interface HistoryMark {
  readonly at: number;
  readonly text: string;
  readonly kind: 'slower' | 'faster' | 'worse' | 'better' | 'cut';
}

export interface HistoryPanel {
  readonly name: string;
  readonly hypervisor: string;
  /** Milliseconds since 1970, and overheads (fractions) or figures of a metric; a bare number has both ends there. */
  readonly points: readonly (Interval & { readonly at: number })[];
  /** Each from its level to `end`, which is the same but for a drift. */
  readonly levels: readonly {
    readonly from: number;
    readonly to: number;
    readonly level: number;
    readonly end: number;
  }[];
  readonly marks: readonly HistoryMark[];
  /** The latest figure, in words. */
  readonly latest: string;
  /** The axis, and up to where marks lie on it. */
  readonly min: number;
  readonly max: number;
  readonly top: number;
  readonly ticks: readonly AxisTick[];
}

export interface HistoryPanels {
  readonly shown: readonly HistoryPanel[];
  /** Of the series that are left out, how many changed. */
  readonly left: { readonly rows: number; readonly changed: number };
}

/**
 * A panel for each row and metric in the history's order; of more than {@link MOST_PANELS}, those that changed come
 * first, by the size of their latest change, and the control and native last.
 */
export function panelsOf(history: ClassHistory): HistoryPanels {
  const all = seriesOf(history);
  const ranked = all.length <= MOST_PANELS ? all : [...all].sort((a, b) => rank(b) - rank(a));
  const left = ranked.slice(MOST_PANELS);
  return {
    shown: ranked.slice(0, MOST_PANELS).map(panelOf),
    left: { rows: left.length, changed: left.filter(hasChanged).length },
  };
}

function rank({ stretches, hypervisor }: HistorySeries): number {
  const latest = stretches.flatMap(({ changes }) => changes).at(-1);
  if (latest) return 1 + Math.abs(Math.log1p(latest.change.estimate));
  return roleOf(hypervisor) === 'guest' ? 1 : 0;
}

const intervalOf = (value: Value): Interval =>
  typeof value === 'number' ? { estimate: value, low: value, high: value } : value;

/** The least that a panel spans about a figure: one that is 0 has no share of its own. */
function leastSpan(middle: number, unit: SeriesStretch['unit']): number {
  return LEAST_SPAN * (unit === 'overhead' ? 1 + middle : Math.abs(middle) || 1);
}

function panelOf({ name, hypervisor, better, stretches: all }: HistorySeries): HistoryPanel {
  const unit = all.at(-1)?.unit ?? 'overhead';
  // One axis has one unit: what was told in another before is not drawn.
  const stretches = all.filter((stretch) => stretch.unit === unit);
  const points = stretches.flatMap((stretch) =>
    stretch.points.map(({ startedAt, value }) => ({ ...intervalOf(value), at: Date.parse(startedAt) })),
  );
  const low = Math.min(...points.map((point) => point.low));
  const high = Math.max(...points.map((point) => point.high));
  const missing = Math.max(0, leastSpan((low + high) / 2, unit) - (high - low));
  const [bottom, top] = [low - missing / 2, high + missing / 2];
  const min = bottom - (top - bottom) * BELOW;
  const latest = stretches.at(-1)?.points.at(-1);
  return {
    name,
    hypervisor,
    points,
    latest: latest ? figurePhrase(latest.value, unit) : '',
    levels: stretches.flatMap(levelsOf),
    marks: stretches.flatMap((stretch, index) => marksOf(stretch, stretches[index - 1], better)),
    min,
    max: top + (top - bottom) * ABOVE,
    top,
    ticks: figureTicks(min, top, unit),
  };
}

const timeOf = ({ points }: SeriesStretch, index: number) => Date.parse(points[index]?.startedAt ?? '');

function levelsOf(stretch: SeriesStretch): HistoryPanel['levels'] {
  const starts = [0, ...stretch.changes.map(({ after }) => after)];
  const level = (index: number) => stretch.levels[index] ?? Number.NaN;
  const flat = starts.map((start, index) => ({
    from: timeOf(stretch, start),
    to: timeOf(stretch, stretch.changes[index]?.before ?? stretch.points.length - 1),
    ...{ level: level(index), end: level(index) },
  }));
  const slopes = stretch.changes.flatMap(({ before, after, gradual }, index) =>
    gradual
      ? [
          {
            ...{ from: timeOf(stretch, before), to: timeOf(stretch, after) },
            ...{ level: level(index), end: level(index + 1) },
          },
        ]
      : [],
  );
  return [...flat, ...slopes];
}

function kindOf(
  change: number,
  unit: SeriesStretch['unit'],
  better: HistorySeries['better'],
): HistoryMark['kind'] {
  if (unit === 'overhead') return change > 0 ? 'slower' : 'faster';
  return change > 0 === (better === 'lower') ? 'worse' : 'better';
}

function marksOf(
  stretch: SeriesStretch,
  before: SeriesStretch | undefined,
  better: HistorySeries['better'],
): HistoryMark[] {
  const changes = stretch.changes.map(
    ({ before: last, after, change, gradual }): HistoryMark => ({
      at: (timeOf(stretch, last) + timeOf(stretch, after)) / 2,
      text: `${gradual ? 'drift ' : ''}${overheadText(change).value}`,
      kind: kindOf(change.estimate, stretch.unit, better),
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
  readonly ticks: readonly AxisTick[];
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
  const ticks: AxisTick[] = [];
  // A date at the very end would be cut off.
  for (let value = Math.ceil(min / step) * step; value <= max - (max - min) * 0.04; value += step) {
    const [date = '', time = ''] = new Date(value).toISOString().split('T');
    ticks.push({ value, label: step < DAY ? `${date} ${time.slice(0, 5)}` : date });
  }
  return { min, max, ticks };
}
