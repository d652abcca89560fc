import { describe, expect, test } from 'vitest';
import type { HistoryEntry } from '../../../../core/judge/history/entry.ts';
import { historyMetricRows } from '../../../../core/judge/history/metric-rows.ts';
import { type MetricStretch, metricHistories } from '../../../../core/judge/history/metric-series.ts';
import type { Metric, Row } from '../../../../core/model/row.ts';
import { createRandom } from '../../../../core/stats/random.ts';
import { normal } from '../../stats/simulate.ts';
import { around, metric, row } from '../compare/metric-example.ts';
import { historyEntry, levels } from './example.ts';

/** One metric at these levels, a result a day. */
function days(
  at: readonly number[],
  more: (index: number) => { readonly metric?: Partial<Metric>; readonly row?: Partial<Row> } = () => ({}),
): HistoryEntry[] {
  const random = createRandom(7);
  return at.map((level, index) => {
    const value = around(level * Math.exp(0.005 * normal(random)));
    const { metric: figure, row: rest } = more(index);
    const rows = [row({ it: metric(level, { value, ...figure }) }, rest)];
    return historyEntry(index, { rows: [], metrics: historyMetricRows(rows) });
  });
}

function stretches(entries: readonly HistoryEntry[]): readonly MetricStretch[] {
  const [only, ...others] = metricHistories(entries);
  expect(others).toEqual([]);
  return only?.stretches ?? [];
}

describe('a metric of the same thing', () => {
  test('has a change where its level moved, in its unit', () => {
    const [only, ...others] = stretches(days(levels([12, 100], [12, 130])));
    expect(others).toEqual([]);
    expect(only).toMatchObject({ basis: 'absolute', unit: 'ns', cut: null });
    expect(only?.points).toHaveLength(24);
    expect(only?.changes).toMatchObject([{ before: 11, after: 12, pValue: 0.001 }]);
    expect(only?.changes[0]?.change.estimate).toBeCloseTo(0.3, 1);
    expect(only?.levels.map(Math.round)).toEqual([100, 130]);
  });

  test('has none where it stayed', () => {
    const [only] = stretches(days(levels([24, 100])));
    expect(only?.changes).toEqual([]);
  });

  test('may have been a bare number, and a count of none', () => {
    const at = levels([12, 8], [12, 0]);
    const entries = days(at, (index) => ({ metric: { value: at[index] as number, unit: 'count' } }));
    const [only] = stretches(entries);
    expect(only?.points.map(({ value }) => value)).toEqual(at);
    expect(only?.changes.map(({ after }) => after)).toEqual([12]);
    expect(only?.changes[0]?.change.estimate).toBeCloseTo(0.5 / 8 - 1, 6);
  });

  test('has its name, its title and its direction', () => {
    expect(metricHistories(days([100], () => ({ metric: { better: 'higher' } })))[0]).toMatchObject({
      ...{
        suite: 'teapot',
        metric: 'it',
        title: 'brewing',
        better: 'higher',
        dimensions: { leaf: 'green', cups: 3 },
      },
    });
  });
});

test('results without metrics are none of its points', () => {
  const entries = days([100, 100, 100]).map((entry, index) => (index === 1 ? historyEntry(1) : entry));
  expect(stretches(entries)[0]?.points).toHaveLength(2);
  expect(metricHistories([historyEntry(0)])).toEqual([]);
});

const versus = { versus: [{ target: 'native', ratio: around(1.5) }] };
test.each<[string, Parameters<typeof days>[1], string]>([
  [
    'technique',
    (index) => ({ row: { identity: { technique: index < 4 ? 'amd-v' : 'vt-x' } } }),
    'not the same technique (amd-v against vt-x)',
  ],
  ['basis', (index) => (index < 4 ? {} : { metric: versus }), 'now against native, before absolute'],
  ['basis back', (index) => (index < 4 ? { metric: versus } : {}), 'now absolute, before against native'],
  [
    'unit',
    (index) => ({ metric: { unit: index < 4 ? 'ns' : 'bytes' } }),
    'another unit, bytes instead of ns',
  ],
  [
    'direction',
    (index) => ({ metric: { better: index < 4 ? 'lower' : 'higher' } }),
    'higher is better, no more lower',
  ],
])('is cut where it becomes another: %s', (_, more, cut) => {
  const [before, after, ...others] = stretches(days(levels([8, 100]), more));
  expect(others).toEqual([]);
  expect([before?.cut, after?.cut]).toEqual([null, cut]);
  expect([before, after].map((stretch) => stretch?.points.length)).toEqual([4, 4]);
});
