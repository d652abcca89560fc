/** What was measured now in Bencher Metric Format: https://bencher.dev/docs/reference/bencher-metric-format */
import type { Gate } from '../../core/judge/gate/gate.ts';
import { clip, plainDeep } from '../../core/present/format.ts';
import { seriesName } from './view.ts';

/** UTF-16 units: Bencher allows 1024 bytes for the name of a benchmark, and a unit takes up to three. */
const NAME_UNITS = 340;

/** Guest time ÷ native time, as Bencher's thresholds are relative to the value and overheads may be 0. */
export function renderBencher(raw: Gate): string {
  const metrics = plainDeep(raw.rows).map((row) => [
    clip(seriesName(row), NAME_UNITS),
    {
      'overhead-ratio': {
        value: 1 + row.after.estimate,
        lower_value: 1 + row.after.low,
        upper_value: 1 + row.after.high,
      },
    },
  ]);
  return `${JSON.stringify(Object.fromEntries(metrics), null, 1)}\n`;
}
