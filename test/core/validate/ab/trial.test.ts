import { expect, test } from 'vitest';
import { createRandom } from '../../../../core/stats/index.ts';
import { poolOf } from '../../../../core/validate/ab/pool.ts';
import { trialOf } from '../../../../core/validate/ab/trial.ts';
import { KIND, madeAb, RUNS, SETTINGS } from './example.ts';

const pool = poolOf(KIND, RUNS);
const trial = (slowdown: number, seed: number, over: Partial<typeof SETTINGS> = {}) =>
  trialOf(pool, { ...SETTINGS, ...over }, slowdown, createRandom(seed));
const launchesOf = (figures: ReturnType<typeof trial>['figures'], workload: string) =>
  figures.find(({ dimensions }) => dimensions.workload === workload)?.launches ?? 0;

test('a trial ends within its budget, and gives the undecided row more launches', () => {
  const { figures, seconds } = trial(0, 1);
  expect(seconds).toBeLessThanOrEqual(SETTINGS.budgetSeconds);
  expect(launchesOf(figures, 'sha256')).toBeGreaterThan(launchesOf(figures, 'integer'));
});

test('two launches are made, however small the budget', () => {
  const { figures } = trial(0, 2, { budgetSeconds: 0.1 });
  expect(figures.map(({ launches }) => launches)).toEqual(figures.map(() => 2));
});

test('launches are drawn again if the pool has too few', () => {
  const few = poolOf(KIND, [madeAb(1, { launches: 3 })]);
  const { figures } = trialOf(few, { ...SETTINGS, budgetSeconds: 60 }, 0, createRandom(3));
  expect(launchesOf(figures, 'sha256')).toBeGreaterThan(3);
});

test('a slower candidate has the change that was put into it', () => {
  const { figures } = trial(0.5, 4);
  for (const { change, verdict } of figures) {
    expect(change.estimate).toBeCloseTo(0.5, 1);
    expect(verdict).toBe('regressed');
  }
});

test('a pool whose candidate is slower by chance shows nothing: roles are drawn', () => {
  const uneven = poolOf(KIND, [madeAb(5, { slowdown: 0.02, noise: [0.001, 0.001] })]);
  const estimates = [...Array(40).keys()].map(
    (seed) => trialOf(uneven, SETTINGS, 0, createRandom(seed)).figures[0]?.change.estimate ?? Number.NaN,
  );
  const mean = estimates.reduce((sum, one) => sum + one, 0) / estimates.length;
  expect(Math.abs(mean)).toBeLessThan(0.005);
});

test('the same draw gives the same trial', () => {
  expect(trial(0.01, 6)).toEqual(trial(0.01, 6));
  expect(trial(0.01, 6)).not.toEqual(trial(0.01, 7));
});
