/** Figures of metrics in words, by their unit: the same in every report that shows metrics of any suite. */
import type { Unit, Value } from '../core/model/row.ts';
import type { TextCell } from '../core/model/section.ts';
import { bytesText, durationText, rangeText, threeDigits } from '../core/present/format.ts';
import type { Interval } from '../core/results/schema.ts';

interface Words {
  readonly number: (value: number) => string;
  /** Stands behind the estimate, not behind the ends of its interval. */
  readonly unit: string;
}

const WORDS: Readonly<Record<Exclude<Unit, 'ns'>, Words>> = {
  bytes: { number: bytesText, unit: '' },
  count: { number: (value) => value.toLocaleString('en-US', { maximumFractionDigits: 1 }), unit: '' },
  'per-second': { number: threeDigits, unit: '/s' },
  ratio: { number: threeDigits, unit: 'x' },
};

/** "2.10 s" and "[2.05, 2.15]"; a number that nobody knows the interval of has no range. */
export function valueCell(value: Value, unit: Unit): TextCell {
  const exact = typeof value === 'number';
  const interval: Interval = exact ? { estimate: value, low: value, high: value } : value;
  if (unit === 'ns') {
    const { value: text, range } = durationText(interval);
    return exact ? { text } : { text, range };
  }
  const { number, unit: suffix } = WORDS[unit];
  const text = `${number(interval.estimate)}${suffix}`;
  return exact ? { text } : { text, range: rangeText(interval, number) };
}

/** {@link valueCell} in one piece. */
export function valuePhrase(value: Value, unit: Unit): string {
  const { text, range } = valueCell(value, unit);
  return range === undefined ? text : `${text} ${range}`;
}

/** Titles of tables, and what to know of the figures in them, by what these stand against. */
export const BASIS = {
  native: {
    title: 'against native in the same run',
    about: 'Each figure is a ratio to native in the same run, which cancels out the day and the host.',
  },
  absolute: {
    title: 'absolute: depends on the day and the host',
    about:
      'These figures have no native counterpart in the same run: a change can come from the day or the host.',
  },
} as const;
