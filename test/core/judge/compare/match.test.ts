import { describe, expect, test } from 'vitest';
import { identityOf, logRatiosOf, matchRows, resultLetter } from '../../../../core/judge/compare/match.ts';
import type { Measurement } from '../../../../core/results/schema.ts';
import { atLeastOne } from '../../../at-least-one.ts';
import { changed, smallResult } from './example.ts';

const result = smallResult();
const SHA = { workload: 'sha256', hypervisor: 'kvm' };
const names = (rows: readonly Parameters<typeof identityOf>[0][]) => rows.map(identityOf);

test('every row but native is matched with itself, in the order of the first result', () => {
  const reversed = { ...result, measurements: result.measurements.toReversed() };
  const { matched, unmatched } = matchRows([result, reversed]);
  expect(names(matched)).toEqual([
    'x86_64 cpu integer control',
    'x86_64 cpu integer kvm',
    'x86_64 cpu sha256 control',
    'x86_64 cpu sha256 kvm',
  ]);
  for (const { measurements } of atLeastOne(matched)) expect(measurements[0]).toEqual(measurements[1]);
  expect(unmatched).toEqual([]);
});

test('a workload of the same name on another ISA or in another suite is another row', () => {
  const other = changed(result, SHA, (m) => ({ ...m, isa: 'i386' as const }));
  const { matched, unmatched } = matchRows([result, other]);
  expect(matched).toHaveLength(3);
  expect(names(unmatched)).toEqual(['x86_64 cpu sha256 kvm', 'i386 cpu sha256 kvm']);
});

describe('what cannot be compared is listed with the reason', () => {
  const cases: [string, (m: Measurement) => Measurement | null, RegExp, number[]][] = [
    ['missing', () => null, /B has no such row/, [0]],
    [
      'failed',
      (m) => ({ ...m, status: 'failed', error: 'wrong checksum' }),
      /B: failed: wrong checksum/,
      [0, 1],
    ],
    [
      'unavailable',
      (m) => ({ ...m, status: 'unavailable', error: 'no pages' }),
      /B: unavailable: no pages/,
      [0],
    ],
    ['too short', (m) => ({ ...m, overhead: null }), /B has too few launches/, [0, 1]],
    ['other code', (m) => ({ ...m, digest: 'cd'.repeat(32) }), /machine code differs/, [0, 1]],
    [
      'other argument',
      (m) => ({ ...m, argument: 4096 }),
      /working set differs \(0 against 4096 bytes\)/,
      [0, 1],
    ],
    [
      'other technique',
      (m) => ({ ...m, technique: 'amd-v' }),
      /technique differs \(direct-execution against amd-v\)/,
      [0, 1],
    ],
  ];
  test.each(cases)('%s', (_, change, reason, holders) => {
    const { matched, unmatched } = matchRows([result, changed(result, SHA, change)]);
    expect(names(matched)).not.toContain('x86_64 cpu sha256 kvm');
    expect(matched).toHaveLength(3);
    expect(new Set(names(unmatched))).toEqual(new Set(['x86_64 cpu sha256 kvm']));
    expect(unmatched.map((row) => row.result)).toEqual(holders);
    for (const row of atLeastOne(unmatched)) expect(row.reason).toMatch(reason);
  });
});

test('a row that failed everywhere is listed, one that could run nowhere is not', () => {
  const everywhere = (status: 'failed' | 'unavailable') => {
    const without = changed(result, SHA, (m) => ({ ...m, status, error: 'a reason', overhead: null }));
    return matchRows([without, without]).unmatched;
  };
  expect(everywhere('failed')).toMatchObject([
    { ...SHA, result: 0, reason: 'A: failed: a reason' },
    { ...SHA, result: 1, reason: 'A: failed: a reason' },
  ]);
  expect(everywhere('unavailable')).toEqual([]);
});

test('a row that only the second result has is listed as its own', () => {
  const { unmatched } = matchRows([changed(result, SHA, () => null), result]);
  expect(unmatched).toMatchObject([{ ...SHA, result: 1, reason: 'A has no such row' }]);
});

test('of three results, one that lacks a row leaves it unmatched in both others', () => {
  const { unmatched } = matchRows([result, result, changed(result, SHA, () => null)]);
  expect(unmatched).toMatchObject([
    { ...SHA, result: 0, reason: 'C has no such row' },
    { ...SHA, result: 1, reason: 'C has no such row' },
  ]);
});

test('results have letters', () => {
  expect([0, 1, 25].map(resultLetter)).toEqual(['A', 'B', 'Z']);
});

describe('log ratios', () => {
  const kvm = result.measurements.find(
    (m) => m.hypervisor === 'kvm' && m.workload === 'sha256',
  ) as Measurement;

  test('are those of the rounds with native of the same workload and launch', () => {
    const ratios = logRatiosOf(result, kvm, 'wall');
    expect(ratios.map(({ launch }) => launch)).toEqual([0, 1, 2]);
    for (const value of atLeastOne(ratios[1]?.values ?? [])) expect(value).toBeCloseTo(Math.log(1.1), 12);
    for (const value of atLeastOne(ratios[2]?.values ?? []))
      expect(value).toBeCloseTo(Math.log(1.1) + 0.0005, 12);
    expect(ratios[0]?.values).toHaveLength(8);
  });

  test('leave out launches and rounds that native lacks', () => {
    const shorter = changed(result, { hypervisor: 'native' }, (m) => ({
      ...m,
      samples: m.samples
        .slice(1)
        .map((launch) => ({ ...launch, nsPerIteration: launch.nsPerIteration.slice(0, 3) })),
    }));
    expect(logRatiosOf(shorter, kvm, 'wall').map(({ launch, values }) => [launch, values.length])).toEqual([
      [1, 3],
      [2, 3],
    ]);
  });
});
