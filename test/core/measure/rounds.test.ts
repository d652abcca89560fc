import { expect, it } from 'vitest';
import { balancedRounds } from '../../../core/measure/rounds.ts';

const times = { readySeconds: 0.6, batchesSeconds: 0.04, secondsLeft: 100, workloads: 2 };

it('are as many as take as long as getting ready', () => {
  expect(balancedRounds(5, times)).toBe(15);
});

it('are the fewest where getting ready is cheap, and no more than twenty', () => {
  expect(balancedRounds(5, { ...times, readySeconds: 0.1 })).toBe(5);
  expect(balancedRounds(5, { ...times, batchesSeconds: 0.001 })).toBe(20);
});

it('are the fewest where few launches are left', () => {
  expect(balancedRounds(5, { ...times, secondsLeft: 14 })).toBe(5);
  expect(balancedRounds(5, { ...times, secondsLeft: 15 })).toBe(15);
  expect(balancedRounds(5, { ...times, workloads: 18 })).toBe(5);
});

it('are the fewest if no batch took any time', () => {
  expect(balancedRounds(5, { ...times, batchesSeconds: 0 })).toBe(5);
});
