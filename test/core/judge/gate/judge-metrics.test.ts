import { describe, expect, test } from 'vitest';
import { metricRowsOf } from '../../../../core/judge/gate/baseline-metrics.ts';
import { testConfidence } from '../../../../core/judge/gate/judge.ts';
import { judgeMetrics } from '../../../../core/judge/gate/judge-metrics.ts';
import { type MetricCandidate, matchMetricBaseline } from '../../../../core/judge/gate/match-metrics.ts';
import type { Metric } from '../../../../core/model/row.ts';
import { createRandom } from '../../../../core/stats/index.ts';
import { around, launches, metric, row } from '../compare/metric-example.ts';
import { normal } from './example.ts';

const ALPHA = 0.05;

/** One metric, in the runs of a baseline and now. */
function judged(before: readonly Metric[], now: Metric, minEffect = 0.01) {
  const baseline = metricRowsOf(before.map((it) => [row({ it })]));
  const { candidates, absent } = matchMetricBaseline(baseline, [row({ it: now })], { minEffect });
  expect(absent).toEqual([]);
  const { metrics } = judgeMetrics(candidates, ALPHA);
  expect(metrics).toHaveLength(1);
  return metrics[0] as (typeof metrics)[number];
}

const bare = (value: number, rest: Partial<Metric> = {}): Metric => {
  const { samples: _, ...others } = metric(value, { value, ...rest });
  return others;
};

describe('a change whose truth is known', () => {
  test.each([
    ['lower', 1.1, 'regressed', 'the whole interval lies above'],
    ['lower', 0.9, 'improved', 'the whole interval lies below'],
    ['higher', 0.9, 'regressed', 'the whole interval lies below'],
    ['higher', 1.1, 'improved', 'the whole interval lies above'],
    ['lower', 1.001, 'same', 'the whole interval lies within'],
    ['higher', 0.999, 'same', 'the whole interval lies within'],
  ] as const)('%s is better: times %d is %s', (better, times, verdict, reason) => {
    expect(judged([metric(100, { better })], metric(100 * times, { better }))).toMatchObject({
      ...{ verdict, reason, better, by: 'launches', launches: { before: 4, now: 4 } },
      change: { estimate: expect.closeTo(times - 1, 5) },
      before: { estimate: expect.closeTo(100, 3) },
      after: { estimate: expect.closeTo(100 * times, 3) },
    });
  });

  test('a slower computer is no regression of what stands against native', () => {
    const versus = [{ target: 'native', ratio: around(1.5), samples: launches(1.5) }];
    const found = judged([metric(100, { versus })], metric(300, { versus }));
    expect(found).toMatchObject({ verdict: 'same', basis: 'native', unit: 'ratio' });
    expect(found.before.estimate).toBeCloseTo(1.5, 3);
  });

  test('launches that spread by more than the change leave it undecided', () => {
    expect(judged([metric(100)], metric(105, { samples: launches(105, 0.05) }))).toMatchObject({
      ...{ verdict: 'undecided', reason: 'the interval is too wide to tell' },
    });
  });

  test('a change up to the minimum effect is none', () => {
    expect(judged([metric(100)], metric(110), 0.15).verdict).toBe('same');
  });
});

describe('a figure that a run gives once', () => {
  const runs = (values: readonly number[], rest: Partial<Metric> = {}) =>
    values.map((value) => bare(value, rest));
  const knee = { unit: 'count', better: 'higher', minimumEffect: { fraction: 0, reason: 'whole' } } as const;

  test('is judged by how much the runs of the baseline differ', () => {
    // s = 0.01 and n = 3: t(0.975, 2) = 4.303, so the interval is ± 4.303 · 0.01 · √(4/3).
    const before = runs([100 * Math.exp(-0.01), 100, 100 * Math.exp(0.01)]);
    const found = judged(before, bare(150));
    expect(found).toMatchObject({
      by: 'runs',
      verdict: 'regressed',
      after: 150,
      launches: { before: 3, now: 1 },
    });
    expect(found.change.estimate).toBeCloseTo(0.5, 5);
    expect(Math.log1p(found.change.high) - Math.log(1.5)).toBeCloseTo(4.3027 * 0.01 * Math.sqrt(4 / 3), 4);
    expect(judged(before, bare(103)).verdict).toBe('undecided');
    expect(judged(before, bare(60)).verdict).toBe('improved');
  });

  test('a lower knee is a regression, one machine more or less is not', () => {
    expect(judged(runs([16, 16, 15], knee), bare(6, knee)).verdict).toBe('regressed');
    expect(judged(runs([16, 16, 15], knee), bare(0, knee))).toMatchObject({ verdict: 'regressed', after: 0 });
    expect(judged(runs([16, 16, 15], knee), bare(40, knee)).verdict).toBe('improved');
    // Runs that agree show whole machines: what lies between them is hidden.
    expect(judged(runs([16, 16, 16], knee), bare(15, knee)).verdict).toBe('undecided');
    expect(judged(runs([16, 16, 16], knee), bare(16, knee)).change.high).toBeGreaterThan(0.05);
  });
});

describe('the correction', () => {
  const many = (count: number, times: number) => {
    const metrics = (at: number, spread: number) =>
      row(
        Object.fromEntries(
          Array.from({ length: count }, (_, index) => [
            `m${index}`,
            metric(at, { samples: launches(at, spread) }),
          ]),
        ),
      );
    const baseline = metricRowsOf([[metrics(100, 0.01)]]);
    return judgeMetrics(
      matchMetricBaseline(baseline, [metrics(100 * times, 0.01)], { minEffect: 0.01 }).candidates,
      ALPHA,
    );
  };

  test('shares alpha out among all metrics', () => {
    expect(many(1, 1).metricConfidence).toBeCloseTo(testConfidence(ALPHA, 1), 12);
    expect(many(40, 1).metricConfidence).toBeCloseTo(1 - 0.1 / 40, 12);
    expect(judgeMetrics([], ALPHA)).toEqual({ metrics: [], metricConfidence: null });
  });

  test('takes more of a metric among many to alarm', () => {
    expect(many(1, 1.1).metrics[0]?.verdict).toBe('regressed');
    const { metrics } = many(60, 1.14);
    expect(metrics[0]).toMatchObject({
      verdict: 'undecided',
      reason: 'corrected for the number of metrics, the interval is too wide to tell',
    });
    expect(metrics[0]?.corrected.low).toBeLessThan(metrics[0]?.change.low as number);
  });

  test('of 300 gates of 20 metrics in which nothing changed, few alarm', () => {
    const random = createRandom(3);
    const logs = (count: number) => Array.from({ length: count }, () => 0.03 * normal(random));
    // The noise of the baseline is no help here: the correction alone keeps alarms rare.
    const made = (index: number): MetricCandidate => ({
      ...{ suite: 'teapot', target: row({}).target, dimensions: {}, metric: `m${index}`, title: 'brewing' },
      ...{ better: index % 2 === 0 ? 'lower' : 'higher', basis: 'absolute', unit: 'ns', by: 'launches' },
      ...{ minimumEffect: { fraction: 0, source: 'default' }, effectReason: null, value: 1 },
      before: [logs(10)],
      now: logs(6).map((log, launch) => ({ launch, values: [log] })),
    });
    const alarms = Array.from({ length: 300 }, () => {
      const candidates = Array.from({ length: 20 }, (_, index) => made(index));
      return judgeMetrics(candidates, ALPHA, 200).metrics.some(({ verdict }) => verdict === 'regressed');
    }).filter(Boolean).length;
    // 5 % are 15, with a standard deviation of 3.8.
    expect(alarms).toBeLessThanOrEqual(26);
  });
});

test('figures that could not differ more still have ends that can be written', () => {
  const at = (samples: readonly number[]) =>
    metric(1, { samples: samples.map((value, launch) => ({ launch, values: [value] })) });
  const found = judged([at([1e-40, 1e40])], at([1e40, 1e-40]));
  for (const interval of [found.before, found.after, found.change, found.corrected])
    expect(JSON.parse(JSON.stringify(interval))).toEqual(interval);
});
