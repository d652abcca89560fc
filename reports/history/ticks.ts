/** Round figures for the axis of a panel, in the unit that reads best. */
import { percent, RATIO_FROM } from '../../core/present/format.ts';
import type { SeriesStretch } from './view.ts';

export interface AxisTick {
  readonly value: number;
  readonly label: string;
}

/** Units of an axis, the largest first: how much one is, and its name. */
const SIZES: Readonly<
  Record<Exclude<SeriesStretch['unit'], 'overhead'>, readonly (readonly [number, string])[]>
> = {
  ns: [
    [1e9, ' s'],
    [1e6, ' ms'],
    [1e3, ' µs'],
    [1, ' ns'],
  ],
  bytes: [
    [2 ** 40, ' TiB'],
    [2 ** 30, ' GiB'],
    [2 ** 20, ' MiB'],
    [2 ** 10, ' KiB'],
    [1, ' B'],
  ],
  count: [[1, '']],
  'per-second': [[1, '/s']],
  ratio: [[1, 'x']],
};

/** Two to five of them, from `min` to `max`. */
export function figureTicks(min: number, max: number, unit: SeriesStretch['unit']): AxisTick[] {
  if (unit === 'overhead') return overheadTicks(min, max);
  const sizes = SIZES[unit];
  const largest = Math.max(Math.abs(min), Math.abs(max));
  const [size, name] = sizes.find(([one]) => largest >= one) ?? sizes.at(-1) ?? [1, ''];
  const { values, decimals } = roundValues(min / size, max / size);
  return values.map((value) => ({ value: value * size, label: `${value.toFixed(decimals(1))}${name}` }));
}

function overheadTicks(min: number, max: number): AxisTick[] {
  const { values, decimals } = roundValues(min, max);
  return values.map((value) => ({
    value,
    label: value >= RATIO_FROM ? `${(1 + value).toFixed(decimals(1))}x` : percent(value, decimals(100)),
  }));
}

/** And how many decimals they have if told in so many parts of one. */
function roundValues(min: number, max: number) {
  const decade = 10 ** Math.floor(Math.log10((max - min) / 2));
  // The span holds between 2 and 20 decades' worth: one of these leaves two to five ticks.
  const step = decade * ([5, 2].find((count) => (max - min) / (decade * count) >= 2) ?? 1);
  const first = Math.ceil(min / step);
  return {
    values: Array.from({ length: Math.floor(max / step) - first + 1 }, (_, index) => (first + index) * step),
    decimals: (parts: number) => Math.max(0, -Math.floor(Math.log10(step * parts) + 1e-9)),
  };
}
