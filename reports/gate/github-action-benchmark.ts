/**
 * What was measured now, for https://github.com/benchmark-action/github-action-benchmark, whose tools
 * `customSmallerIsBetter` and `customBiggerIsBetter` keep a history of it and draw it. A file is of one tool.
 */
import type { Gate, GateMetric, GateRow } from '../../core/judge/gate/gate.ts';
import type { Unit } from '../../core/model/row.ts';
import { overheadPhrase, plainDeep } from '../../core/present/format.ts';
import { halfWidth } from '../../core/stats/interval.ts';
import { driftPhrase } from './drift.ts';
import { metricFigures, metricSeriesName } from './metrics.ts';
import { minimumEffectText, seriesName } from './view.ts';

/** The action puts names into a table of Markdown, as code, and does not escape them. */
const ENDS_CODE = /[`|]/g;

/** A fraction in per cent, to four decimals. */
function percent(fraction: number): number {
  return Number((fraction * 100).toFixed(4));
}

/** As many as mean anything, and more. */
function digits(value: number): number {
  return Number(value.toPrecision(9));
}

interface Benchmark {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  readonly range?: string;
  readonly extra: string;
}

/** Guest time in per cent of native time (100 is native): the action divides values, and overheads may be 0. */
function workloadOf(row: GateRow): Benchmark {
  return {
    name: seriesName(row).replace(ENDS_CODE, '_'),
    unit: '% of native time',
    value: percent(1 + row.after.estimate),
    range: `± ${percent(halfWidth(row.after))}`,
    extra: [
      `overhead ${overheadPhrase(row.after)}`,
      `in the baseline ${overheadPhrase(row.before)}`,
      `change ${overheadPhrase(row.change)}, minimum effect ${minimumEffectText(row.minimumEffect)}: ${row.verdict}`,
      ...driftExtra(row),
    ].join('\n'),
  };
}

const UNIT_WORDS: Readonly<Record<Unit, string>> = {
  ...{ ns: 'ns', bytes: 'bytes', count: 'of them', 'per-second': 'per second', ratio: 'times' },
};

function metricOf(metric: GateMetric): Benchmark {
  const { after, unit, basis } = metric;
  const exact = typeof after === 'number';
  return {
    name: `${metricSeriesName(metric)}: ${metric.metric}`.replace(ENDS_CODE, '_'),
    unit: basis === 'native' ? 'times native' : UNIT_WORDS[unit],
    value: digits(exact ? after : after.estimate),
    ...(!exact && { range: `± ${digits(halfWidth(after))}` }),
    extra: [`${metric.title}: ${metricFigures(metric)}: ${metric.verdict}`, ...driftExtra(metric)].join('\n'),
  };
}

function driftExtra({ drift }: Pick<GateRow, 'drift'>): string[] {
  return drift ? [`drift of the baseline ${driftPhrase(drift)}: ${drift.verdict}`] : [];
}

function textOf(benchmarks: readonly Benchmark[]): string {
  return `${JSON.stringify(benchmarks, null, 1)}\n`;
}

/** Workloads, and metrics of which less is better. */
export function renderSmallerIsBetter(raw: Gate): string {
  const { rows, metrics } = plainDeep(raw);
  const lower = metrics.filter(({ better }) => better === 'lower');
  return textOf([...rows.map(workloadOf), ...lower.map(metricOf)]);
}

/** Metrics of which more is better. */
export function renderBiggerIsBetter(raw: Gate): string {
  return textOf(plainDeep(raw.metrics.filter(({ better }) => better === 'higher')).map(metricOf));
}
