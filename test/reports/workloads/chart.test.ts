import { expect, test } from 'vitest';
import type { Intervals, Rounds } from '../../../core/model/chart.ts';
import { workloadCharts } from '../../../reports/workloads/chart.ts';
import { fixtureResult } from '../fixture.ts';

const result = fixtureResult({ hostile: false });
const [intervals, rounds] = workloadCharts(result).map(({ drawing }) => drawing) as [Intervals, Rounds];

test('a closed band is shown once, an open one not at all', () => {
  expect(intervals.bands).toEqual([{ low: 0.1, high: 0.3, label: 'claimed: 10–30 %' }]);
});

test('every row has its points in figures and words, and what has none in words', () => {
  const [cpu] = intervals.groups;
  expect(cpu?.hypervisors).toEqual(['control', 'kvm']);
  const recursion = cpu?.rows.find(({ label }) => label === 'recursion');
  expect(recursion?.missing).toBe('kvm failed');
  expect(recursion?.points.map(({ hypervisor }) => hypervisor)).toEqual(['control']);
  const sieve = result.measurements.find(
    (m) => m.workload === 'sieve' && m.hypervisor === 'kvm' && m.isa === 'x86_64',
  );
  expect(cpu?.rows.find(({ label }) => label === 'sieve')?.points[1]).toMatchObject({
    hypervisor: 'kvm',
    ...sieve?.overhead,
    value: expect.stringMatching(/^[+-]?\d+\.\d %$/),
  });
});

test('rounds are overheads against the median round of native', () => {
  const sieve = rounds.groups[0]?.rows.find(({ label }) => label === 'sieve');
  const [native = [], , kvm = []] = sieve?.rounds.map((of) => of()) ?? [];
  expect(native).toHaveLength(24);
  const sorted = [...native].sort((a, b) => a - b);
  expect(((sorted[11] ?? 1) + (sorted[12] ?? 1)) / 2).toBeCloseTo(0, 12);
  expect(kvm).toHaveLength(24);
});
