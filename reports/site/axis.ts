/** A logarithmic axis of ratios to native, on which all intervals find room, or end at an edge. */
import { percent } from '../../core/present/format.ts';
import type { Interval } from '../../core/results/schema.ts';

const TICKS = [
  ...[0.1, 0.2, 0.5, 0.8, 0.9, 0.95, 0.98, 1, 1.02, 1.05, 1.1, 1.2, 1.3, 1.5, 2, 3, 5, 10, 20, 50, 100],
  ...[200, 500, 1000],
];
const [LEAST, MOST] = [0.1, 1000];
/** Distance between the labels of two ticks, in the unit of `width`. */
const APART = 44;

export interface Axis {
  /** Position of an overhead (a fraction), within the width. */
  readonly at: (overhead: number) => number;
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
  /** Whether an overhead lies beyond the ends. */
  readonly isBeyond: (overhead: number) => boolean;
}

const within = (ratio: number) => Math.min(MOST, Math.max(LEAST, ratio));

/** Native is always on it, and at least 5 % to both sides. */
export function axisOf(intervals: readonly Interval[], width: number): Axis {
  const ends = intervals
    .flatMap(({ low, high, estimate }) => [low, high, estimate])
    .map((end) => within(1 + end));
  const [low, high] = [Math.min(0.95, ...ends) / 1.01, Math.max(1.05, ...ends) * 1.01];
  const scale = width / Math.log(high / low);
  const at = (overhead: number) => Math.log(Math.min(high, Math.max(low, 1 + overhead)) / low) * scale;
  const ticks: { at: number; label: string }[] = [];
  // Native first: it is the one that must not be missing.
  for (const ratio of [1, ...TICKS]) {
    const place = at(ratio - 1);
    if (ratio < low || ratio > high || ticks.some((tick) => Math.abs(tick.at - place) < APART)) continue;
    ticks.push({ at: place, label: label(ratio) });
  }
  return { at, ticks, isBeyond: (overhead) => 1 + overhead < low || 1 + overhead > high };
}

function label(ratio: number): string {
  if (ratio === 1) return 'native';
  return ratio >= 2 ? `${ratio}x` : percent(ratio - 1, 0);
}
