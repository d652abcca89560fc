/** How figures and untrusted text are put into words, the same in every report. */
import { halfWidth, type Interval } from '../stats/interval.ts';

/** Beyond this overhead (a fraction) a ratio is easier to read than a percentage: 7.6x instead of +660 %. */
export const RATIO_FROM = 3;

/** Control, format and surrogate characters (terminal escapes, bidirectional overrides) and line separators. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu;

/** The text on one line, without anything that a terminal or a bidirectional layout would obey. */
export function plain(text: string): string {
  return text.replace(UNPRINTABLE, ' ').trim();
}

/** A copy of a JSON value in which every string, keys included, is {@link plain}; arrays of figures are not copied. */
export function plainDeep<T>(value: T): T {
  if (typeof value === 'string') return plain(value) as T;
  if (Array.isArray(value)) return value.every(isFigure) ? value : (value.map(plainDeep) as T);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [plain(key), plainDeep(item)])) as T;
}

function isFigure(value: unknown): boolean {
  return typeof value === 'number' || value === null;
}

/** At most `length` UTF-16 units, which is 1 or more, the last an ellipsis where text was left out. */
export function clip(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).toWellFormed()}…`;
}

function signed(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  if (Number(text) === 0) return (0).toFixed(decimals);
  return value > 0 ? `+${text}` : text;
}

/** A fraction as a signed percentage: 0.123 is "+12.3 %". */
export function percent(fraction: number, decimals = 1): string {
  return `${signed(fraction * 100, decimals)} %`;
}

/** An interval whose ends are further apart than this factor says nothing, and its digits even less. */
export const PRECISE_WITHIN = 5;

/** Stands for an interval that says nothing, and for the overhead in its middle; CSV and JSON have the figures. */
export const NOT_PRECISE = 'not precise';

export interface IntervalText {
  readonly value: string;
  /** Both ends in brackets, in the unit of `value`; empty if the interval says nothing. */
  readonly range: string;
}

/** Whether an interval of overheads (fractions) says something: its ends, as ratios, are near enough to each other. */
export function isPrecise({ low, high }: Interval): boolean {
  return 1 + high <= (1 + low) * PRECISE_WITHIN;
}

/** An overhead (a fraction) as a ratio to native: `7.62x` and `[7.58, 7.66]`; its width decides how many decimals mean anything. */
export function ratioText(overhead: Interval): IntervalText {
  if (!isPrecise(overhead)) return { value: NOT_PRECISE, range: '' };
  const width = halfWidth(overhead);
  const decimals = width < 0.05 ? 2 : width < 5 ? 1 : 0;
  const ratio = (fraction: number) => (1 + fraction).toFixed(decimals);
  return {
    value: `${ratio(overhead.estimate)}x`,
    range: `[${ratio(overhead.low)}, ${ratio(overhead.high)}]`,
  };
}

/**
 * An overhead (a fraction) and its interval for people: `+12.3 %` and `[11.9, 12.8]`, or beyond +300 % the
 * {@link ratioText}, or that it is {@link NOT_PRECISE}.
 */
export function overheadText(overhead: Interval): IntervalText {
  if (overhead.estimate > RATIO_FROM || !isPrecise(overhead)) return ratioText(overhead);
  const width = halfWidth(overhead);
  const decimals = width < 0.001 ? 2 : width < 0.1 ? 1 : 0;
  const points = (fraction: number) => signed(fraction * 100, decimals);
  return {
    value: percent(overhead.estimate, decimals),
    range: `[${points(overhead.low)}, ${points(overhead.high)}]`,
  };
}

/** {@link overheadText} in one piece. */
export function overheadPhrase(overhead: Interval): string {
  const { value, range } = overheadText(overhead);
  return [value, range].filter(Boolean).join(' ');
}

const DURATION_UNITS: readonly (readonly [number, string])[] = [
  [1e9, 's'],
  [1e6, 'ms'],
  [1e3, 'µs'],
  [1, 'ns'],
];

/** By what it is rounded to: 999.9 µs is 1.00 ms. */
function durationUnit(ns: number): readonly [size: number, unit: string] {
  return DURATION_UNITS.find(([size]) => magnitudeOf(ns) >= size) ?? [1, 'ns'];
}

/** To three digits, without a sign. */
function magnitudeOf(value: number): number {
  return Math.abs(Number(value.toPrecision(3)));
}

/** Decimals of a figure of three digits. */
function decimalsOf(value: number): number {
  const magnitude = magnitudeOf(value);
  return magnitude < 1 ? 3 : magnitude < 10 ? 2 : magnitude < 100 ? 1 : 0;
}

/** To three digits, or more if there are more before the point: 0.0150, 1.50, 30.2, 3,485. */
export function threeDigits(value: number): string {
  return magnitudeOf(value) < 1000
    ? value.toPrecision(3)
    : value.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

/** Nanoseconds in the unit that reads best, to three digits. */
export function duration(ns: number): string {
  const [size, unit] = durationUnit(ns);
  return `${(ns / size).toFixed(decimalsOf(ns / size))} ${unit}`;
}

/** Both ends in brackets, or that they say nothing: for what is above 0, whose estimate means something all the same. */
export function rangeText({ low, high }: Interval, words: (value: number) => string): string {
  return low > 0 && high > low * PRECISE_WITHIN ? `(${NOT_PRECISE})` : `[${words(low)}, ${words(high)}]`;
}

/** A time in nanoseconds and its interval, both in the unit that reads best: `1.40 ns` and `[1.39, 1.41]`. */
export function durationText(time: Interval): IntervalText {
  const [size] = durationUnit(time.estimate);
  const decimals = decimalsOf(time.estimate / size);
  const scaled = (ns: number) => (ns / size).toFixed(decimals);
  return { value: duration(time.estimate), range: rangeText(time, scaled) };
}

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** Bytes in binary units, to at most one decimal. */
export function bytesText(count: number): string {
  const last = BYTE_UNITS.length - 1;
  let unit = 0;
  const rounded = () => Number((count / 1024 ** unit).toFixed(1));
  // By what it is rounded to: 1023.99 KiB is 1 MiB.
  while (Math.abs(rounded()) >= 1024 && unit < last) unit++;
  return `${rounded()} ${BYTE_UNITS[unit]}`;
}

/** An ISO time as "2026-11-23 20:01 UTC". */
export function dateTime(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** "1 launch", "3 launches". */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** Why a row that was measured has no figure. */
export const NO_INTERVAL = 'one launch gives no interval: measure longer';
