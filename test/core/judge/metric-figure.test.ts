import { describe, expect, test } from 'vitest';
import { figureOf, keptLog, keptLogs, MOST_LOG, namedFigure } from '../../../core/judge/metric-figure.ts';
import { around, launches, metric, row } from './compare/metric-example.ts';

const versus = [{ target: 'native', ratio: around(1.5), samples: launches(1.5) }];
const other = [{ target: 'kvm', ratio: around(1.5) }];

describe('what of a metric is judged', () => {
  test('the ratio to native, if it stands against native', () => {
    expect(figureOf(metric(100, { versus }))).toEqual({
      ...{ basis: 'native', unit: 'ratio', value: around(1.5), samples: launches(1.5) },
    });
  });

  test('else the figure itself, in its unit', () => {
    const absolute = { basis: 'absolute', unit: 'ns', value: around(100), samples: launches(100) };
    expect(figureOf(metric(100))).toEqual(absolute);
    expect(figureOf(metric(100, { versus: other }))).toEqual(absolute);
  });

  test('or what is asked for, if there is such a thing', () => {
    expect(figureOf(metric(100, { versus }), 'absolute')).toMatchObject({ basis: 'absolute', unit: 'ns' });
    expect(figureOf(metric(100), 'native')).toBeNull();
  });
});

describe('what is kept of it', () => {
  const kept = (rest: Partial<Parameters<typeof keptLogs>[0]>) =>
    keptLogs({ basis: 'absolute', unit: 'ns', value: 100, ...rest });

  test('is a logarithm for each launch, from all of its rounds', () => {
    const samples = [
      { launch: 0, values: [100, 100, 100] },
      { launch: 3, values: [200] },
      { launch: 4, values: [] },
    ];
    expect(kept({ samples })).toEqual([Math.log(100), Math.log(200)]);
  });

  test('is the one figure whose launches nobody kept, with an interval or without', () => {
    expect(kept({})).toEqual([Math.log(100)]);
    expect(kept({ value: around(50) })).toEqual([Math.log(50)]);
  });

  test('is nothing if one of them has no logarithm', () => {
    expect(kept({ samples: [{ launch: 0, values: [100, 0] }] })).toBeNull();
    expect(kept({ value: -1 })).toBeNull();
  });

  test('of a count of none it is that of half of one', () => {
    expect(keptLog(0, 'count')).toBe(Math.log(0.5));
    expect(keptLog(1, 'count')).toBe(0);
    expect(keptLog(-1, 'count')).toBeNull();
    expect(keptLog(0, 'bytes')).toBeNull();
  });

  test('an absurd figure has none, so that ratios stay finite', () => {
    expect(keptLog(Math.exp(MOST_LOG - 1), 'ns')).toBe(MOST_LOG - 1);
    expect(keptLog(1e300, 'ns')).toBeNull();
    expect(keptLog(Number.MIN_VALUE, 'ns')).toBeNull();
  });
});

test('each dimension of a row names it', () => {
  expect(namedFigure(row({}), 'it')).toEqual({
    ...{ suite: 'teapot', isa: 'x86_64', hypervisor: 'kvm', workloads: ['green', '3'], metric: 'it' },
  });
});
