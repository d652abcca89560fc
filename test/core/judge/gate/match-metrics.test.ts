import { describe, expect, test } from 'vitest';
import { metricRowsOf } from '../../../../core/judge/gate/baseline-metrics.ts';
import { type MetricMatchOptions, matchMetricBaseline } from '../../../../core/judge/gate/match-metrics.ts';
import type { Metric, Row } from '../../../../core/model/row.ts';
import { around, launches, metric, row } from '../compare/metric-example.ts';

const MIN = { minEffect: 0.01 };
const versus = (at: number) => ({
  versus: [{ target: 'native', ratio: around(at), samples: launches(at) }],
});
const bare = (value: number, rest: Partial<Metric> = {}): Metric => {
  const { samples: _, ...others } = metric(value, { value, ...rest });
  return others;
};

function match(
  before: readonly (readonly Row[])[],
  now: readonly Row[],
  options: Partial<MetricMatchOptions> = {},
) {
  return matchMetricBaseline(metricRowsOf(before), now, { ...MIN, ...options });
}

/** What is said of one metric that cannot be judged. */
function absence(before: readonly Metric[], now: Metric) {
  const { candidates, absent } = match(
    before.map((it) => [row({ it })]),
    [row({ it: now })],
  );
  expect(candidates).toEqual([]);
  expect(absent).toHaveLength(1);
  expect(absent[0]).toMatchObject({ suite: 'teapot', metric: 'it', side: 'baseline', wholeSuite: false });
  return absent[0]?.reason;
}

describe('a metric that both have', () => {
  test('is a candidate with the launches of either side', () => {
    const { candidates, absent } = match([[row({ it: metric(100) })]], [row({ it: metric(110) })]);
    expect(absent).toEqual([]);
    expect(candidates).toHaveLength(1);
    expect(candidates[0]).toMatchObject({
      ...{ suite: 'teapot', metric: 'it', title: 'brewing', better: 'lower', basis: 'absolute', unit: 'ns' },
      ...{
        by: 'launches',
        minimumEffect: { fraction: 0.02, source: 'metric' },
        effectReason: 'kettles differ',
      },
    });
    expect(candidates[0]?.before.map((run) => run.length)).toEqual([4]);
    expect(candidates[0]?.now.map(({ values }) => values.length)).toEqual([1, 1, 1, 1]);
  });

  test('is judged against native if it stands so in the baseline', () => {
    const { candidates } = match(
      [[row({ it: metric(100, versus(1.5)) })]],
      [row({ it: metric(900, versus(1.6)) })],
    );
    expect(candidates[0]).toMatchObject({ basis: 'native', unit: 'ratio', value: around(1.6) });
  });

  test('is judged by itself if the baseline has it alone', () => {
    const { candidates } = match([[row({ it: metric(100) })]], [row({ it: metric(110, versus(1.6)) })]);
    expect(candidates[0]).toMatchObject({ basis: 'absolute', unit: 'ns', value: around(110) });
  });

  test('is judged by runs if a run gives one figure, and the baseline has three', () => {
    const runs = [8, 7, 9].map((value) => [row({ it: bare(value) })]);
    const { candidates } = match(runs, [row({ it: bare(4) })]);
    expect(candidates[0]).toMatchObject({ by: 'runs', value: 4, now: [{ values: [Math.log(4)] }] });
    // What the runs differ by decides already: it is no noise besides.
    expect(candidates[0]?.minimumEffect.source).toBe('metric');
  });
});

describe('is not judged, and says why', () => {
  test.each<[string, readonly Metric[], Metric, RegExp]>([
    [
      'a bare number',
      [bare(8)],
      bare(4),
      /^a number without an interval: only a baseline of three or more runs/,
    ],
    ['two runs of a bare number', [bare(8), bare(8)], bare(4), /^a number without an interval/],
    [
      'one launch',
      [metric(100)],
      metric(100, { samples: launches(100, 0, 1) }),
      /^one launch gives no interval/,
    ],
    [
      'one launch in the baseline',
      [metric(100, { samples: launches(100, 0, 1) })],
      metric(100),
      /^the baseline has 1 of it: 2 launches are needed on both sides$/,
    ],
    ['no native any more', [metric(100, versus(1.5))], metric(100), /^the baseline has it against native/],
    ['another unit', [metric(100)], metric(100, { unit: 'bytes' }), /^another unit \(bytes, not ns\)$/],
    ['no logarithm', [metric(100)], metric(0, { samples: launches(0) }), /so it has no ratio/],
  ])('%s', (_, before, now, reason) => {
    expect(absence(before, now)).toMatch(reason);
  });

  const it = metric(100);
  const one = [[row({ it })]];
  const reasons = (now: readonly Row[], before: readonly (readonly Row[])[] = one) =>
    match(before, now).absent.map(({ side, metric, wholeSuite, reason }) => [
      side,
      metric,
      wholeSuite,
      reason,
    ]);

  test('another image or technique, what failed, and what is gone', () => {
    expect(reasons([row({ it }, { identity: { technique: 'vt-x' } })])).toEqual([
      [
        'baseline',
        null,
        false,
        'not the same technique (amd-v against vt-x): the baseline is of another one',
      ],
    ]);
    expect(reasons([row({}, { status: 'failed', error: 'it fell' })])).toEqual([
      ['baseline', null, false, 'failed: it fell'],
    ]);
    expect(reasons([row({}, { status: 'unavailable' })])[0]?.[3]).toBe('unavailable: no reason was given');
    expect(reasons([row({})])).toEqual([['baseline', 'it', false, 'this result has no such figure']]);
    expect(reasons([row({ it }, { suite: 'samovar' })])).toEqual([
      ['baseline', null, true, 'this result has nothing of the suite teapot'],
      ['now', null, true, 'the baseline has nothing of the suite samovar; --update adds it'],
    ]);
    const black = { dimensions: { leaf: 'black' } };
    expect(reasons([row({ it }, black)])).toEqual([
      ['baseline', null, false, 'this result has no such row'],
      ['now', null, false, 'the baseline has no such row; --update adds it'],
    ]);
  });

  test('a metric that is new', () => {
    expect(reasons([row({ it, more: it })])).toEqual([
      ['now', 'more', false, 'the baseline has no such figure; --update adds it'],
    ]);
  });

  test('a suite that was not measured, for a reason that is known better', () => {
    const { absent } = match(one, [], { lack: 'workloads alone' });
    expect(absent).toMatchObject([{ side: 'baseline', wholeSuite: true, reason: 'workloads alone' }]);
  });

  test('everything, if the baseline knows of no metrics', () => {
    const { candidates, absent } = matchMetricBaseline(undefined, [row({ it })], MIN);
    expect(candidates).toEqual([]);
    expect(absent).toMatchObject([{ side: 'now', metric: null, wholeSuite: true }]);
  });

  test('but nothing of native and the control, nor what no computer could measure', () => {
    const on = (hypervisor: string, rest: Partial<Row> = {}) =>
      row({ it }, { target: { hypervisor, isa: 'x86_64', machineType: null }, ...rest });
    const now = [on('native'), on('control'), on('v86', { status: 'unavailable' })];
    expect(match(one, [...now, row({ it })]).absent).toEqual([]);
  });

  test('names of everything that an object has are names like others', () => {
    const names = metricRowsOf([[row({ constructor: it, toString: it })]]);
    const { candidates, absent } = matchMetricBaseline(names, [row({ it })], MIN);
    expect(candidates).toEqual([]);
    expect(absent.map(({ metric, reason }) => [metric, reason])).toEqual([
      ['constructor', 'this result has no such figure'],
      ['toString', 'this result has no such figure'],
      ['it', 'the baseline has no such figure; --update adds it'],
    ]);
  });
});

describe('the minimum effect', () => {
  const effectOf = (options: Partial<MetricMatchOptions>, before = metric(100)) =>
    match([[row({ it: before })]], [row({ it: metric(100) })], options).candidates[0]?.minimumEffect;

  test('is the metric’s own, or what is asked for if that is more', () => {
    expect(effectOf({})).toEqual({ fraction: 0.02, source: 'metric' });
    expect(effectOf({ minEffect: 0.05 })).toEqual({ fraction: 0.05, source: 'default' });
  });

  test('is its noise in the baseline if that is more', () => {
    expect(effectOf({}, metric(100, { samples: launches(100, 0.2) }))).toMatchObject({ source: 'noise' });
  });

  test.each([
    ['by its name', { metric: 'it' }],
    ['by a dimension', { workload: 'green' }],
    ['by the number of another', { workload: '3' }],
    ['by suite and hypervisor', { suite: 'teapot', hypervisor: 'kvm', isa: 'x86_64' as const }],
    ['by nothing', {}],
  ])('is what is configured for it %s', (_, names) => {
    expect(effectOf({ overrides: [{ ...names, minEffect: 0.3 }] })).toEqual({
      fraction: 0.3,
      source: 'config',
    });
  });

  test.each([{ metric: 'overhead' }, { workload: 'black' }, { suite: 'samovar' }, { hypervisor: 'v86' }])(
    'is not what is configured for something else: %j',
    (names) => {
      expect(effectOf({ overrides: [{ ...names, minEffect: 0.3 }] })).toEqual({
        fraction: 0.02,
        source: 'metric',
      });
    },
  );
});
