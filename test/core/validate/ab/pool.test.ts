import { expect, test } from 'vitest';
import { type AbRun, CANDIDATE, poolOf } from '../../../../core/validate/ab/pool.ts';
import { KIND, madeAb, RUNS } from './example.ts';

test('launches of all runs are together, with what they take', () => {
  const pool = poolOf(KIND, RUNS);
  expect(pool.rows.map(({ workload, launches, seconds }) => [workload, launches.length, seconds])).toEqual([
    ['integer', 30, 0.5],
    ['sha256', 30, 1],
  ]);
  expect(pool.startSeconds).toEqual({ x86_64: 0.5 });
});

test('a launch is the ratio of candidate to base in each round, by both clocks', () => {
  const slow = poolOf(KIND, [madeAb(1, { slowdown: 0.5, noise: [0, 0] })]);
  const [launch] = slow.rows[0]?.launches ?? [];
  expect(launch?.time).toHaveLength(3);
  for (const value of launch?.time ?? []) expect(value).toBeCloseTo(Math.log(1.5));
  expect(launch?.cpuTime).toEqual(launch?.time);
});

test('a row that a run lacks, or that has one launch, is left out', () => {
  const [first, ...rest] = RUNS as [AbRun, ...AbRun[]];
  const { measurements } = first.result;
  const lacking = measurements.filter((m) => m.workload !== 'sha256' || m.hypervisor !== CANDIDATE);
  const names = (runs: AbRun[]) => poolOf(KIND, runs).rows.map(({ workload }) => workload);
  expect(names([{ ...first, result: { measurements: lacking } }, ...rest])).toEqual(['integer']);
  expect(names([madeAb(1, { launches: 1 })])).toEqual([]);
});
