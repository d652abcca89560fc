import { expect, test } from 'vitest';
import { baselineOf } from '../../../../core/judge/gate/baseline.ts';
import { matchBaseline } from '../../../../core/judge/gate/match.ts';
import type { Measurement } from '../../../../core/results/schema.ts';
import { changed, smallResult, withRatio } from '../compare/example.ts';

const result = smallResult();
const baseline = baselineOf([result], new Date('2026-02-03T04:05:06Z'));
const ROW = { workload: 'integer', hypervisor: 'kvm' };
const MIN = { minEffect: 0.01 };

const edited = (change: (m: Measurement) => Measurement | null) => changed(result, ROW, change);

test('every guest’s row of both is a candidate, with the launches of either side', () => {
  const { candidates, absent } = matchBaseline(baseline, withRatio(result, ROW, 1.2), MIN);
  expect(absent).toEqual([]);
  expect(candidates).toHaveLength(2);
  const row = candidates.find(({ workload, hypervisor }) => workload === 'integer' && hypervisor === 'kvm');
  expect(row?.before.map(({ values }) => values.length)).toEqual([1, 1, 1]);
  expect(row?.before[1]?.values[0]).toBeCloseTo(Math.log(1.1), 6);
  expect(row?.now).toHaveLength(3);
  expect(row?.now[1]?.values[0]).toBeCloseTo(Math.log(1.2), 6);
  expect(row?.minimumEffect).toEqual({ fraction: 0.01, source: 'default' });
  expect(candidates.every(({ hypervisor }) => hypervisor === 'kvm')).toBe(true);
});

const FEW = 'it has too few launches: 2 are needed on both sides';
test.each<[string, (m: Measurement) => Measurement | null, string]>([
  [
    'other code',
    (m) => ({ ...m, digest: 'ef'.repeat(32) }),
    'its machine code differs from the baseline (another digest)',
  ],
  [
    'argument',
    (m) => ({ ...m, argument: 4096 }),
    'its working set differs from the baseline (4096 bytes, not 0)',
  ],
  [
    'technique',
    (m) => ({ ...m, technique: 'binary-translation' }),
    'its technique differs from the baseline (binary-translation, not direct-execution)',
  ],
  ['failed', (m) => ({ ...m, status: 'failed', error: 'wrong checksum' }), 'failed: wrong checksum'],
  ['failed without a word', (m) => ({ ...m, status: 'failed' }), 'failed: no reason was given'],
  ['unavailable', (m) => ({ ...m, status: 'unavailable', error: 'no /dev/kvm' }), 'unavailable: no /dev/kvm'],
  ['one launch', (m) => ({ ...m, samples: m.samples.slice(0, 1) }), FEW],
  ['gone', () => null, 'this result has no such row'],
])('a row of the baseline that cannot be judged is absent with its reason: %s', (_, change, reason) => {
  const { candidates, absent } = matchBaseline(baseline, edited(change), MIN);
  expect(candidates).toHaveLength(1);
  expect(absent).toEqual([
    { suite: 'cpu', workload: 'integer', isa: 'x86_64', hypervisor: 'kvm', side: 'baseline', reason },
  ]);
});

test('launches count where native was measured too', () => {
  const native = { workload: 'integer', hypervisor: 'native' };
  const once = changed(result, native, (m) => ({ ...m, samples: m.samples.slice(0, 1) }));
  const { candidates, absent } = matchBaseline(baseline, once, MIN);
  expect(candidates.map(({ workload }) => workload)).toEqual(['sha256']);
  expect(absent.map(({ reason }) => reason)).toEqual([FEW]);
});

test('too few launches in the baseline', () => {
  const rows = baseline.rows.map((row) => ({ ...row, logRatios: [[0.1]] }));
  const { candidates, absent } = matchBaseline({ ...baseline, rows }, result, MIN);
  expect(candidates).toEqual([]);
  expect(new Set(absent.map(({ reason }) => reason))).toEqual(new Set([FEW]));
});

test('a new row is absent on the other side, unless nothing could run it', () => {
  const rows = baseline.rows.filter(({ workload }) => workload !== 'integer');
  const { candidates, absent } = matchBaseline({ ...baseline, rows }, result, MIN);
  expect(candidates).toHaveLength(1);
  expect(absent.map(({ hypervisor, side, reason }) => [hypervisor, side, reason])).toEqual([
    ['kvm', 'now', 'the baseline has no such row; --update adds it'],
  ]);
  const unavailable = edited((m) => ({ ...m, status: 'unavailable', error: 'no /dev/kvm' }));
  expect(
    matchBaseline({ ...baseline, rows }, unavailable, MIN).absent.map(({ hypervisor }) => hypervisor),
  ).toEqual([]);
  const failed = edited((m) => ({ ...m, status: 'failed', error: 'it fell' }));
  expect(matchBaseline({ ...baseline, rows }, failed, MIN).absent).toHaveLength(1);
});

test('the configuration decides a row’s minimum effect', () => {
  const { candidates } = matchBaseline(baseline, result, {
    minEffect: 0.01,
    overrides: [{ ...ROW, minEffect: 0.2 }],
  });
  const kvm = candidates.filter(({ hypervisor }) => hypervisor === 'kvm');
  expect(kvm.map(({ minimumEffect }) => minimumEffect)).toEqual([
    { fraction: 0.2, source: 'config' },
    { fraction: 0.01, source: 'default' },
  ]);
});
