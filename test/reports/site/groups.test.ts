import { expect, test } from 'vitest';
import { cellsOf, hostGroups, rankOfEnd } from '../../../reports/site/groups.ts';
import type { Mean, Summary } from '../../../reports/site/summary.ts';

const mean = (estimate: number, rest: Partial<Mean> = {}): Mean => ({
  ...{ suite: 'cpu', isa: 'x86_64', hypervisor: 'kvm', workloads: 9, code: '00000000', cpuOverhead: null },
  overhead: { estimate, low: estimate - 0.1, high: estimate + 0.2 },
  ...rest,
});

const summary = (classId: string, ...means: Mean[]): Summary => ({
  ...{ id: '0'.repeat(16), digest: '0'.repeat(64), version: '1', profile: 'quick', seed: 1, leftOut: 0 },
  startedAt: '2026-01-01T00:00:00Z',
  host: { classId, facts: [], cpu: 'x', system: 'y', footing: 'hardware', under: null },
  ...{ publication: null, conditions: [], hypervisors: [], suites: [], means, claims: [] },
});

// From tables of the distribution-free interval of a median.
test.each([
  [1, 0],
  [5, 0],
  [6, 1],
  [8, 1],
  [9, 2],
  [12, 3],
  [20, 6],
  [50, 18],
  [100, 40],
  [1000, 469],
])('of %d values the interval of the median ends at rank %d', (count, rank) => {
  expect(rankOfEnd(count)).toBe(rank);
});

test('one result speaks for itself, a few by their median within all their intervals, many by its own', () => {
  const of = (...estimates: number[]) =>
    cellsOf(estimates.map((estimate) => summary('a', mean(estimate))))[0]?.overhead;
  expect(of(1)).toEqual({ estimate: 1, low: 0.9, high: 1.2 });
  expect(of(1, 3, 2)).toEqual({ estimate: 2, low: 0.9, high: 3.2 });
  expect(of(1, 2, 3, 4, 5, 6)).toEqual({ estimate: 3.5, low: 1, high: 6 });
  expect(of(9, 1, 2, 3, 4, 5, 6, 7, 8)).toEqual({ estimate: 5, low: 2, high: 8 });
});

test('what an emulated CPU took is no overhead', () => {
  const real = summary('a', mean(1));
  expect(cellsOf([{ ...real, host: { ...real.host, footing: 'emulated' } }])).toEqual([]);
});

test('means of other code are counted, not put together', () => {
  const [cell] = cellsOf([
    summary('a', mean(1)),
    summary('a', mean(9, { code: 'ffffffff' })),
    summary('a', mean(2)),
  ]);
  expect(cell).toMatchObject({ results: 2, others: 1, overhead: { estimate: 1.5 } });
});

test('machines of one name on different computers stay apart, and those on like ones together', () => {
  const on = (id: string) => ({ elsewhere: { id, words: `on ${id}` } });
  const cells = cellsOf([
    summary('a', mean(1, on('00000001')), mean(1)),
    summary('a', mean(5, on('00000002'))),
    summary('a', mean(3, on('00000001'))),
  ]);
  expect(cells.map((cell) => [cell.elsewhere?.words, cell.overhead.estimate, cell.others])).toEqual([
    ['on 00000001', 2, 0],
    [undefined, 1, 0],
    ['on 00000002', 5, 0],
  ]);
});

test('classes of hosts stay apart, that with most results first', () => {
  const groups = hostGroups([summary('a', mean(1)), summary('b', mean(5)), summary('b', mean(7))]);
  expect(groups.map(({ classId, cells }) => [classId, cells[0]?.overhead.estimate])).toEqual([
    ['b', 6],
    ['a', 1],
  ]);
});
