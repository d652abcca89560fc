import { describe, expect, test } from 'vitest';
import { type ComparedRow, compare, judgeChange } from '../../../../core/judge/compare/compare.ts';
import type { Result } from '../../../../core/results/schema.ts';
import { changed, slower, smallResult, withRatio } from './example.ts';

const KVM = { hypervisor: 'kvm' };
const MARGIN = { margin: 0.01 };
const before = smallResult();

function rowOf(
  results: readonly Result[],
  workload = 'integer',
  options: Parameters<typeof compare>[1] = MARGIN,
) {
  const { rows } = compare(results, options);
  return rows.find((row) => row.workload === workload && row.hypervisor === 'kvm') as ComparedRow;
}

describe('changes whose truth is known', () => {
  test('a guest that goes from 1.10 to 1.21 times native is 10 % slower, and worse', () => {
    const { overheads, changes } = rowOf([before, withRatio(before, KVM, 1.21)]);
    expect(overheads.map(({ estimate }) => estimate)).toEqual([expect.closeTo(0.1), expect.closeTo(0.21)]);
    expect(changes).toHaveLength(1);
    expect(changes[0]).toMatchObject({ verdict: 'worse', estimate: expect.closeTo(0.1, 8) });
    expect(changes[0]?.low).toBeGreaterThan(0.095);
    expect(changes[0]?.high).toBeLessThan(0.105);
  });

  test('and back it is 9.1 % faster, and better', () => {
    const [change] = rowOf([withRatio(before, KVM, 1.21), before]).changes;
    expect(change).toMatchObject({ verdict: 'better', estimate: expect.closeTo(1.1 / 1.21 - 1, 8) });
  });

  test('a computer that is twice as slow, natively too, changes nothing', () => {
    const [change] = rowOf([before, slower(before, 2)]).changes;
    expect(change).toMatchObject({ verdict: 'same', estimate: expect.closeTo(0, 8) });
    expect(change).toEqual({
      ...rowOf([before, before]).changes[0],
      estimate: expect.closeTo(0, 8),
      low: expect.closeTo(rowOf([before, before]).changes[0]?.low ?? Number.NaN, 8),
      high: expect.closeTo(rowOf([before, before]).changes[0]?.high ?? Number.NaN, 8),
    });
  });

  test('and does not hide that the guest became slower', () => {
    const [change] = rowOf([before, slower(withRatio(before, KVM, 1.21), 0.5)]).changes;
    expect(change).toMatchObject({ verdict: 'worse', estimate: expect.closeTo(0.1, 8) });
  });

  test('launches that spread by more than the change leave it undecided', () => {
    expect(rowOf([before, withRatio(before, KVM, 1.12, 0.05)]).changes[0]?.verdict).toBe('undecided');
  });

  test('only the guest that changed is told to have', () => {
    const { rows } = compare([before, withRatio(before, { ...KVM, workload: 'sha256' }, 1.21)], MARGIN);
    const worse = rows.filter(({ changes }) => changes[0]?.verdict === 'worse');
    expect(worse.map(({ workload, hypervisor }) => [workload, hypervisor])).toEqual([['sha256', 'kvm']]);
    expect(rows).toHaveLength(4);
  });
});

test('every other result is compared with the first', () => {
  const results = [
    before,
    withRatio(before, KVM, 1.21),
    withRatio(before, KVM, 1.1),
    withRatio(before, KVM, 0.99),
  ];
  const { overheads, changes } = rowOf(results);
  expect(overheads).toHaveLength(4);
  expect(changes.map(({ verdict }) => verdict)).toEqual(['worse', 'same', 'better']);
});

test('the margin decides what counts', () => {
  const results = [before, withRatio(before, KVM, 1.122)];
  const verdict = (margin: number) => rowOf(results, 'integer', { ...MARGIN, margin }).changes[0]?.verdict;
  expect([verdict(0.01), verdict(0.02), verdict(0.05)]).toEqual(['worse', 'undecided', 'same']);
});

test('more confidence asks for a wider interval', () => {
  const results = [before, withRatio(before, KVM, 1.21)];
  const [change] = rowOf(results).changes;
  const [surer] = rowOf(results, 'integer', { ...MARGIN, confidence: 0.999 }).changes;
  expect(surer?.low).toBeLessThan(change?.low ?? 0);
  expect(surer?.high).toBeGreaterThan(change?.high ?? 0);
});

test('the same results give the same intervals', () => {
  const results = [before, withRatio(before, KVM, 1.12, 0.05)];
  expect(compare(results, MARGIN)).toEqual(compare(results, MARGIN));
});

test('hosts and unmatched rows come along', () => {
  const after = changed({ ...before, profile: 'quick' }, { ...KVM, workload: 'sha256' }, () => null);
  const { margin, hosts, rows, unmatched } = compare([before, after], MARGIN);
  expect(margin).toBe(0.01);
  expect(hosts).toEqual([{ what: 'profile', values: ['standard', 'quick'] }]);
  expect(rows.map(({ digest }) => digest)).toEqual(Array(3).fill('ab'.repeat(32)));
  expect(unmatched).toMatchObject([{ workload: 'sha256', hypervisor: 'kvm', result: 0 }]);
});

test.each([
  [0.011, 0.03, 'worse'],
  [-0.03, -0.011, 'better'],
  [-0.01, 0.01, 'same'],
  [0.009, 0.03, 'undecided'],
  [-0.011, 0.01, 'undecided'],
  [-0.02, 0.02, 'undecided'],
])('an interval from %d to %d is %s', (low, high, verdict) => {
  const interval = { estimate: (low + high) / 2, low, high };
  expect(judgeChange(interval, 0.01)).toEqual({ ...interval, verdict });
});
