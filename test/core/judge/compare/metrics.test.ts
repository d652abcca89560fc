import { describe, expect, test } from 'vitest';
import {
  type ComparedMetric,
  compareMetrics,
  type MetricChange,
} from '../../../../core/judge/compare/metrics.ts';
import type { Metric } from '../../../../core/model/row.ts';
import { around, launches, metric, row } from './metric-example.ts';

function compared(before: Metric, after: Metric, margin = 0.01): ComparedMetric {
  const { metrics, unmatchedMetrics } = compareMetrics([[row({ it: before })], [row({ it: after })]], margin);
  expect(unmatchedMetrics).toEqual([]);
  expect(metrics).toHaveLength(1);
  return metrics[0] as ComparedMetric;
}

const change = (before: Metric, after: Metric): MetricChange =>
  compared(before, after).changes[0] as MetricChange;

const native = (ratio: number, rest: Partial<NonNullable<Metric['versus']>[number]> = {}) => ({
  versus: [{ target: 'native', ratio: around(ratio), samples: launches(ratio), ...rest }],
});

describe('a change whose truth is known', () => {
  test.each([
    ['lower', 1.1, 'worse'],
    ['lower', 0.9, 'better'],
    ['lower', 1.001, 'same'],
    ['higher', 1.1, 'better'],
    ['higher', 0.9, 'worse'],
    ['higher', 0.999, 'same'],
  ] as const)('%s is better: times %d is %s', (better, times, verdict) => {
    expect(change(metric(100, { better }), metric(100 * times, { better }))).toMatchObject({
      ...{ verdict, by: 'launches' },
      estimate: expect.closeTo(times - 1, 8),
    });
  });

  test('launches that spread by more than the change leave it undecided', () => {
    const after = metric(105, { samples: launches(105, 0.05) });
    expect(change(metric(100), after)).toMatchObject({ verdict: 'undecided', by: 'launches' });
  });

  test('every other result is compared with the first', () => {
    const lists = [100, 110, 100.1, 90].map((at) => [row({ it: metric(at) })]);
    expect(compareMetrics(lists, 0.01).metrics[0]?.changes.map(({ verdict }) => verdict)).toEqual([
      ...['worse', 'same', 'better'],
    ]);
  });
});

describe('how large it has to be', () => {
  test("is the metric's own minimum effect, with its reason", () => {
    expect(compared(metric(100), metric(101))).toMatchObject({
      ...{ margin: 0.02, marginReason: 'kettles differ' },
      changes: [{ verdict: 'same' }],
    });
  });

  test('or what is asked for, if that is more', () => {
    expect(compared(metric(100), metric(110), 0.2)).toMatchObject({
      ...{ margin: 0.2, marginReason: null },
      changes: [{ verdict: 'same' }],
    });
  });
});

describe('what it is against', () => {
  test('native in the same run: a day on which everything is twice as slow changes nothing', () => {
    const [before, after] = [metric(100, native(1.5)), metric(200, native(1.5))];
    expect(compared(before, after)).toMatchObject({
      ...{ basis: 'native', unit: 'ratio', values: [around(1.5), around(1.5)] },
      changes: [{ verdict: 'same' }],
    });
    expect(compared(before, metric(100, native(1.65))).changes).toMatchObject([{ verdict: 'worse' }]);
  });

  test('nothing, if one result lacks it: the figures themselves', () => {
    expect(compared(metric(100, native(1.5)), metric(200))).toMatchObject({
      ...{ basis: 'absolute', unit: 'ns', values: [around(100), around(200)] },
      changes: [{ verdict: 'worse' }],
    });
  });

  test('another target than native is no unit', () => {
    const other = native(1.5, { target: 'qemu-tcg' });
    expect(compared(metric(100, other), metric(100, other)).basis).toBe('absolute');
  });
});

describe('what has no interval is shown, not judged', () => {
  const bare = (value: number): Metric => {
    const { samples, ...rest } = metric(value, { value, unit: 'count', better: 'higher' });
    return rest;
  };

  test('a number', () => {
    expect(compared(bare(16), bare(8))).toMatchObject({
      values: [16, 8],
      changes: [{ verdict: 'undecided', by: null, reason: expect.stringContaining('without an interval') }],
    });
  });

  test('even one that did not change', () => {
    expect(change(bare(16), bare(16))).toMatchObject({ verdict: 'undecided', by: null });
  });

  test('a single launch', () => {
    const once = metric(100, { value: 100, samples: launches(100, 0, 1) });
    expect(change(metric(100), once)).toMatchObject({
      ...{ verdict: 'undecided', by: null },
      reason: expect.stringContaining('one launch'),
    });
  });

  test('a launch of 0, which has no logarithm', () => {
    const none = metric(100, { value: 1, samples: [...launches(100), { launch: 9, values: [0] }] });
    expect(change(metric(100), none)).toMatchObject({
      ...{ verdict: 'undecided', by: null },
      reason: expect.stringContaining('above 0'),
    });
  });
});

test('without launches, the two intervals are judged, and that is said', () => {
  const lone = (at: number): Metric => {
    const { samples, ...rest } = metric(at);
    return rest;
  };
  expect(change(lone(100), lone(110))).toMatchObject({
    ...{ verdict: 'worse', by: 'intervals' },
    low: expect.closeTo(0.0985, 3),
  });
  expect(change(lone(100), metric(110))).toMatchObject({ verdict: 'worse', by: 'intervals' });
});

test('the same rows give the same intervals', () => {
  const lists = [100, 103].map((at) => [row({ it: metric(at, { samples: launches(at, 0.02) }) })]);
  expect(compareMetrics(lists, 0.01)).toEqual(compareMetrics(lists, 0.01));
});
