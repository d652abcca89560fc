/** What was measured now in Bencher Metric Format: https://bencher.dev/docs/reference/bencher-metric-format */

import { groupBy } from '../../core/group-by.ts';
import type { Gate, GateMetric, GateRow } from '../../core/judge/gate/gate.ts';
import type { Value } from '../../core/model/row.ts';
import { clip, plainDeep } from '../../core/present/format.ts';
import { metricSeriesName } from './metrics.ts';
import { seriesName } from './view.ts';

/** UTF-16 units: Bencher allows 1024 bytes for the name of a benchmark, and a unit takes up to three. */
const NAME_UNITS = 340;

interface Measure {
  readonly value: number;
  readonly lower_value?: number;
  readonly upper_value?: number;
}

function measureOf(value: Value): Measure {
  if (typeof value === 'number') return { value };
  return { value: value.estimate, lower_value: value.low, upper_value: value.high };
}

/** "ready-ns", "time-native-ratio": a measure has one unit. */
function measureName({ metric, basis, unit }: GateMetric): string {
  const name = metric.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return `${name}-${basis === 'native' ? 'native-ratio' : unit}`;
}

/** The baseline ÷ its anchor, a ratio, if it has moved from there. */
function driftMeasure(name: string, { drift }: Pick<GateRow, 'drift'>): Record<string, Measure> {
  if (!drift) return {};
  const { estimate, low, high } = drift.drift;
  return { [`${name}-ratio`]: measureOf({ estimate: 1 + estimate, low: 1 + low, high: 1 + high }) };
}

/**
 * Guest time ÷ native time, as Bencher's thresholds are relative to the value and overheads may be 0. What is no workload
 * has a measure for each metric, named with its unit.
 */
export function renderBencher(raw: Gate): string {
  const { rows, metrics } = plainDeep(raw);
  const workloads = rows.map((row) => {
    const { estimate, low, high } = row.after;
    const ratio = measureOf({ estimate: 1 + estimate, low: 1 + low, high: 1 + high });
    return [clip(seriesName(row), NAME_UNITS), { 'overhead-ratio': ratio, ...driftMeasure('drift', row) }];
  });
  const others = [...groupBy(metrics, metricSeriesName)].map(([name, own]) => [
    clip(name, NAME_UNITS),
    Object.assign(
      {},
      ...own.map((metric) => ({
        [measureName(metric)]: measureOf(metric.after),
        ...driftMeasure(`${measureName(metric)}-drift`, metric),
      })),
    ),
  ]);
  return `${JSON.stringify(Object.fromEntries([...workloads, ...others]), null, 1)}\n`;
}
