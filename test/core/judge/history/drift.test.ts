/** A slow drift is told as one, and a jump as a jump. Series are made up: the noise of each is normal, 0.5 %. */
import { describe, expect, test } from 'vitest';
import { type HistoryChange, rowHistories } from '../../../../core/judge/history/series.ts';
import { createRandom, deriveSeed } from '../../../../core/stats/index.ts';
import { atLeastOne } from '../../../at-least-one.ts';
import { normal } from '../gate/example.ts';
import { historyEntry, historyRow } from './example.ts';

const RESULTS = 60;
const NOISE = 0.005;
const SIMULATIONS = 12;

type Curve = (index: number) => number;

const ramp =
  (from: number, to: number, size: number): Curve =>
  (index) =>
    size * Math.max(0, Math.min(1, (index - from) / (to - from)));
const step =
  (at: number, size: number): Curve =>
  (index) =>
    index >= at ? size : 0;

/** The changes of one row whose log ratio follows the curve; `number` tells simulations apart. */
function changesOf(curve: Curve, number: number, name: string): readonly HistoryChange[] {
  const random = createRandom(deriveSeed(number, name));
  const entries = Array.from({ length: RESULTS }, (_, index) => {
    const estimate = Math.expm1(0.1 + curve(index) + NOISE * normal(random));
    const overhead = { estimate, low: estimate - 0.01, high: estimate + 0.01 };
    return historyEntry(index, { rows: [historyRow({ overhead })] });
  });
  return rowHistories(entries)[0]?.stretches[0]?.changes ?? [];
}

function simulated(name: string, curve: Curve): (readonly HistoryChange[])[] {
  return Array.from({ length: SIMULATIONS }, (_, number) => changesOf(curve, number, name));
}

const shapeOf = (changes: readonly HistoryChange[]) =>
  changes.map(({ gradual }) => (gradual ? 'drift' : 'jump')).join(' ');

const share = (all: readonly (readonly HistoryChange[])[], shape: string) =>
  all.filter((changes) => shapeOf(changes) === shape).length / all.length;

describe('a ramp', () => {
  const all = simulated('ramp', ramp(15, 45, 0.12));

  test('is one drift, and no jump', () => {
    expect(share(all, 'drift')).toBeGreaterThanOrEqual(0.9);
  });

  test('has its total and its dates', () => {
    for (const changes of atLeastOne(all.filter((one) => shapeOf(one) === 'drift'))) {
      const [drift] = changes as [HistoryChange];
      expect(drift.change.estimate).toBeCloseTo(Math.expm1(0.12), 1);
      expect(drift.change.low).toBeGreaterThan(0.1);
      expect(Math.abs(drift.before - 15)).toBeLessThanOrEqual(6);
      expect(Math.abs(drift.after - 45)).toBeLessThanOrEqual(6);
      expect(drift.alongside).toEqual([]);
    }
  });
});

test('a step is a jump, where it is, and no drift', () => {
  const all = simulated('step', step(30, 0.05));
  expect(share(all, 'jump')).toBe(1);
  expect(all.filter(([change]) => change?.after === 30)).toHaveLength(SIMULATIONS);
});

test('two steps up are two jumps', () => {
  const all = simulated('two steps', (index) => step(20, 0.04)(index) + step(40, 0.04)(index));
  expect(share(all, 'jump jump')).toBeGreaterThanOrEqual(0.96);
});

describe('both', () => {
  test('a ramp and, later, a step: the drift and the jump, each with its own size', () => {
    const all = simulated('both', (index) => ramp(5, 30, 0.1)(index) + step(45, 0.06)(index));
    expect(share(all, 'drift jump')).toBeGreaterThanOrEqual(0.6);
    for (const changes of atLeastOne(all.filter((one) => shapeOf(one) === 'drift jump'))) {
      const [drift, jump] = changes as [HistoryChange, HistoryChange];
      expect(drift.change.estimate).toBeGreaterThan(0.08);
      expect(drift.change.estimate).toBeLessThan(0.13);
      expect(jump.after).toBe(45);
      expect(jump.change.estimate).toBeCloseTo(0.06, 1);
    }
  });

  test('a step amid a ramp parts the drift, and is no more than itself', () => {
    const all = simulated('amid', (index) => ramp(0, 59, 0.18)(index) + step(40, 0.08)(index));
    expect(share(all, 'drift jump drift')).toBeGreaterThanOrEqual(0.7);
  });
});

test('noise has none', () => {
  const all = simulated('noise', () => 0);
  expect(all.flat().filter(({ gradual }) => gradual)).toEqual([]);
});
