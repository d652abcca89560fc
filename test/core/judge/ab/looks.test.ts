import { describe, expect, it, test } from 'vitest';
import {
  decisiveConfidence,
  designFor,
  isLook,
  ONE_LOOK,
  sameConfidence,
} from '../../../../core/judge/ab/looks.ts';

const looksUntil = (most: number, design: Parameters<typeof isLook>[1]) =>
  [...Array(most + 1).keys()].filter((launches) => isLook(launches, design));

describe('looks', () => {
  it('come at ever more launches, from the first ones on', () => {
    expect(looksUntil(60, designFor(3, 9))).toEqual([3, 5, 8, 13, 20, 32, 51]);
    expect(looksUntil(60, designFor(10, 1))).toEqual([10, 16, 26]);
  });

  it('are fixed by the number of workloads, not by how many launches there were first', () => {
    for (const workloads of [1, 2, 9, 40]) {
      const all = [3, 4, 7, 20].map((first) => designFor(first, workloads).looks);
      expect(new Set(all).size).toBe(1);
    }
  });

  it.each([1, 2, 9, 40])(
    'of %s workloads are enough for all launches that one could have alone',
    (workloads) => {
      const first = 10;
      const design = designFor(first, workloads);
      const most = first * (1 + 2 * workloads);
      const seen = looksUntil(most, design);
      // One more is the end.
      expect(seen).toHaveLength(design.looks - 1);
      expect((seen.at(-1) as number) * 1.7).toBeGreaterThan(most);
    },
  );

  it('do not come if there is but one, at the end', () => {
    expect(looksUntil(100, ONE_LOOK)).toEqual([]);
  });
});

test('all tests together have the level, and no look is free', () => {
  const counts = { rows: 18, means: 2 };
  const tests = 18 * 8 + 2;
  expect(((1 - decisiveConfidence(0.05, counts, 8)) / 2) * tests).toBeCloseTo(0.05);
  expect(decisiveConfidence(0.05, counts, 8)).toBeGreaterThan(decisiveConfidence(0.05, counts, 1));
  // Seven looks before the end, on one side: half of 5 % in all.
  expect(((1 - sameConfidence(8)) / 2) * 7).toBeCloseTo(0.025);
});
