/** One axis from a fraction of a percent to a thousandfold slowdown, the same in every chart. */
import type { Intervals, Rounds } from '../../core/model/chart.ts';

/** Overheads well below this fraction are spaced evenly, well above it by their logarithm. */
const LINEAR_BELOW = 0.05;

/**
 * Where an overhead (a fraction) stands on the axis: arsinh(overhead / 5 %). Unlike a logarithm it has room
 * for 0 and for what is faster than native. Its ticks name overheads, so that no position has to be read.
 */
export function position(overhead: number): number {
  return Math.asinh(overhead / LINEAR_BELOW);
}

export interface Tick {
  readonly value: number;
  readonly label: string;
  /** Whether it stays where there is room for few. */
  readonly major: boolean;
}

const TICKS: readonly (readonly [overhead: number, label: string, major: boolean])[] = [
  [-0.9, '-90 %', true],
  [-0.3, '-30 %', true],
  [-0.1, '-10 %', false],
  [-0.05, '-5 %', false],
  [0, 'native', true],
  [0.05, '+5 %', false],
  [0.1, '+10 %', false],
  [0.3, '+30 %', true],
  [1, '+100 %', false],
  [3, '4x', true],
  [9, '10x', false],
  [29, '30x', true],
  [99, '100x', false],
  [299, '300x', true],
  [999, '1000x', false],
  [9999, '10000x', true],
];

export interface Axis {
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly Tick[];
}

/** Labels of ticks that are nearer than this share of the axis would run into one another. */
const LEAST_GAP = 0.044;

/** Leaves out minor ticks that are too near to another: of two, the one nearer to native. */
function withRoom(ticks: readonly Tick[], gap: number): Tick[] {
  const kept = new Set(ticks.filter(({ major }) => major));
  for (const tick of [...ticks].sort((a, b) => Math.abs(b.value) - Math.abs(a.value))) {
    if (!tick.major && [...kept].every(({ value }) => Math.abs(value - tick.value) >= gap)) kept.add(tick);
  }
  return ticks.filter((tick) => kept.has(tick));
}

/** The axis that holds all of these overheads, and always what lies between -5 % and +100 %. */
export function axisOf(overheads: readonly number[]): Axis {
  const positions = overheads.map(position);
  const low = positions.reduce((least, value) => Math.min(least, value), position(-0.05));
  const high = positions.reduce((most, value) => Math.max(most, value), position(1));
  const room = (high - low) * 0.03;
  const ticks = TICKS.map(([overhead, label, major]) => ({ value: position(overhead), label, major }));
  const [min, max] = [low - room, high + room];
  const inside = ticks.filter(({ value }) => value >= min && value <= max);
  return { min, max, ticks: withRoom(inside, (max - min) * LEAST_GAP) };
}

export interface AxisBand {
  readonly min: number;
  readonly max: number;
  readonly label: string;
}

/** Where claimed overheads stand on the axis. */
export function bandsOf({ bands }: Pick<Intervals | Rounds, 'bands'>): AxisBand[] {
  return bands.map(({ low, high, label }) => ({ min: position(low), max: position(high), label }));
}
