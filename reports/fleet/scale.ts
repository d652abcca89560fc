/** The horizontal scale of one panel: logarithms of ratios, labelled by overheads. */
import { RATIO_FROM } from '../../core/present/format.ts';
import type { Interval } from '../../core/stats/interval.ts';

export interface Tick {
  /** A logarithm. */
  readonly value: number;
  readonly label: string;
}

export interface PanelScale {
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly Tick[];
}

/** Hosts that are all alike still have a scale: ±1 %. */
const LEAST_SPAN = 0.02;
const ROOM = 0.04;
/** An interval's end is in the picture if it is not further out than hosts lie apart, times this. */
const REACH = 2;
/** As many as have room beside each other. */
const TICKS = 7;
const NICE = [1, 2, 2.5, 5, 10];

/**
 * Has room for all estimates, and for intervals that are not far wider than estimates lie apart: others run out of the
 * picture. All are logarithms; at least one estimate.
 */
export function scaleOf(
  estimates: readonly number[],
  intervals: readonly Pick<Interval, 'low' | 'high'>[],
): PanelScale {
  const [low, high] = [Math.min, Math.max].map((choose) => estimates.reduce((a, b) => choose(a, b))) as [
    number,
    number,
  ];
  const reach = REACH * Math.max(high - low, LEAST_SPAN);
  const from = intervals.reduce((least, one) => Math.min(least, Math.max(one.low, low - reach)), low);
  const to = intervals.reduce((most, one) => Math.max(most, Math.min(one.high, high + reach)), high);
  const missing = Math.max(0, LEAST_SPAN - (to - from)) / 2;
  const room = ROOM * Math.max(to - from, LEAST_SPAN);
  const [min, max] = [from - missing - room, to + missing + room];
  return { min, max, ticks: ticksOf(min, max) };
}

/** Round overheads, evenly spaced as overheads; on a scale over several magnitudes, round ratios. */
function ticksOf(min: number, max: number): Tick[] {
  const [low, high] = [Math.expm1(min), Math.expm1(max)];
  if (max - min > Math.log(10)) return ratioTicks(min, max);
  const rough = (high - low) / TICKS;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = (NICE.find((nice) => nice * magnitude >= rough) ?? 10) * magnitude;
  const first = Math.ceil(low / step);
  const last = Math.floor(high / step);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => (first + index) * step)
    .filter((overhead) => overhead > -1)
    .map((overhead) => ({ value: Math.log1p(overhead), label: tickLabel(overhead, step) }));
}

/** 1, 2 and 5 of each power of ten, or only some of the powers if those are too many. */
function ratioTicks(min: number, max: number): Tick[] {
  const [first, last] = [Math.floor(min / Math.LN10), Math.floor(max / Math.LN10)];
  const powers = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const every = Math.ceil(powers.length / TICKS);
  const digits = powers.length <= 2 ? [1, 2, 5] : [1];
  return powers
    .filter((power) => power % every === 0)
    .flatMap((power) => digits.map((digit) => ({ digit, power })))
    .map(({ digit, power }) => ({
      value: power * Math.LN10 + Math.log(digit),
      label: power === 0 && digit === 1 ? 'native' : `${ratioLabel(digit, power)}x`,
    }))
    .filter(({ value }) => value >= min && value <= max);
}

const ratioLabel = (digit: number, power: number) =>
  Math.abs(power) < 6 ? String(Number(`${digit}e${power}`)) : `${digit}e${power}`;

function tickLabel(overhead: number, step: number): string {
  if (Math.abs(overhead) < step / 2) return 'native';
  const decimals = (unit: number) => Math.min(6, Math.max(0, -Math.floor(Math.log10(unit) + 1e-9)));
  const half = (unit: number) =>
    Math.abs(unit / 10 ** Math.floor(Math.log10(unit) + 1e-9) - 2.5) < 1e-6 ? 1 : 0;
  if (overhead > RATIO_FROM) return `${(1 + overhead).toFixed(decimals(step) + half(step))}x`;
  const points = step * 100;
  const text = Math.abs(overhead * 100).toFixed(decimals(points) + half(points));
  return `${overhead > 0 ? '+' : '-'}${text} %`;
}
