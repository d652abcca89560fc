import { describe, expect, it, test } from 'vitest';
import { type AbJudgeOptions, judgeAb, workloadAlpha } from '../../../../core/judge/ab/judge.ts';
import { designFor } from '../../../../core/judge/ab/looks.ts';
import type { AbCandidate } from '../../../../core/judge/ab/match.ts';
import { logs, workload } from './example.ts';

const OPTIONS: AbJudgeOptions = { alpha: 0.05, minEffect: 0.01, resamples: 400 };

function verdictOf(candidate: AbCandidate): string | undefined {
  return judgeAb([candidate], OPTIONS)[0]?.verdict;
}

describe('a figure', () => {
  it.each<[string, AbCandidate, string]>([
    ['slower by 10 %', workload('a', logs(0.1, 1)), 'regressed'],
    ['faster by 10 %', workload('a', logs(-0.1, 2)), 'improved'],
    ['larger, if more is better', workload('a', logs(0.1, 3), { better: 'higher' }), 'improved'],
    ['smaller, if more is better', workload('a', logs(-0.1, 4), { better: 'higher' }), 'regressed'],
    ['unchanged', workload('a', logs(0, 5)), 'same'],
    ['slower by less than counts', workload('a', logs(0.005, 6, { ofLaunches: 0.001 })), 'same'],
    ['too noisy to tell', workload('a', logs(0.02, 7, { ofLaunches: 0.05 })), 'undecided'],
    ['slower at the edge of what counts', workload('a', logs(0.0105, 8)), 'undecided'],
  ])('%s', (_, candidate, verdict) => {
    expect(verdictOf(candidate)).toBe(verdict);
  });

  it('has the change that was put into it', () => {
    const figures = judgeAb([workload('a', logs(0.1, 1))], OPTIONS);
    expect(figures[0]?.change.estimate).toBeCloseTo(0.1, 2);
    expect(figures[0]?.launches).toBe(8);
  });

  it('without launches is judged by the intervals of both', () => {
    const interval = (estimate: number) => ({ estimate, low: estimate * 0.99, high: estimate * 1.01 });
    const of = (base: number, candidate: number) =>
      workload('a', [], {
        ...{ repeatable: false, by: 'intervals', base: interval(base), candidate: interval(candidate) },
      });
    expect(verdictOf(of(100, 150))).toBe('regressed');
    expect(verdictOf(of(150, 100))).toBe('improved');
    expect(verdictOf(of(100, 101))).toBe('undecided');
  });
});

test('a suite is judged by the mean of its rows, which is surer than each of them', () => {
  const noisy = { ofLaunches: 0.012, launches: 6 };
  const rows = Array.from({ length: 12 }, (_, index) => workload(`w${index}`, logs(0.03, 20 + index, noisy)));
  const figures = judgeAb(rows, OPTIONS);
  const [mean, ...others] = figures;
  expect(mean?.dimensions).toEqual({});
  expect(mean?.verdict).toBe('regressed');
  expect(others.filter(({ verdict }) => verdict === 'regressed').length).toBeLessThan(others.length);
});

test('the mean of a suite is over launches of everything alone', () => {
  const rows = ['a', 'b', 'c'].map((name, index) =>
    workload(name, logs(0.03, 40 + index, { launches: 4 + 4 * index, ofLaunches: 0.001 })),
  );
  const [mean, ...others] = judgeAb(rows, { ...OPTIONS, design: designFor(4, 3) });
  expect(mean?.launches).toBe(4);
  expect(others.map(({ launches }) => launches)).toEqual([4, 8, 12]);
});

test('the more looks there may have been, the surer a verdict has to be', () => {
  const row = workload('a', logs(0.05, 50, { ofLaunches: 0.01 }));
  const design = designFor(8, 9);
  const lowOf = (figures: ReturnType<typeof judgeAb>) =>
    Math.min(...figures.flatMap(({ change, decisive }) => [change.low, decisive.low]));
  const [low, lower] = [lowOf(judgeAb([row], OPTIONS)), lowOf(judgeAb([row], { ...OPTIONS, design }))];
  expect(lower).toBeLessThan(low);
  const between = { ...row, minimumEffect: { fraction: (low + lower) / 2, reason: null } };
  const once = judgeAb([between], OPTIONS)[0];
  const often = judgeAb([between], { ...OPTIONS, design })[0];
  expect([once?.verdict, often?.verdict]).toEqual(['regressed', 'undecided']);
  expect(often?.confidence).toBeGreaterThan(once?.confidence ?? 1);
  expect(often?.change).toEqual(once?.change);
  expect(often?.reason).toContain('looks');
});

test('workloads and the rest share the chance of an alarm evenly', () => {
  const other = workload('boot', logs(0, 60), { repeatable: false, by: 'launches', dimensions: {} });
  const both = judgeAb([workload('a', logs(0, 61)), other], OPTIONS);
  const lacks = both.map(({ confidence }) => (1 - confidence) / 2);
  expect(lacks).toEqual([expect.closeTo(0.025), expect.closeTo(0.025)]);
  expect([workloadAlpha(0.05, true), workloadAlpha(0.05, false)]).toEqual([0.025, 0.05]);
  const [alone] = judgeAb([other], OPTIONS);
  expect((1 - (alone?.confidence ?? 0)) / 2).toBeCloseTo(0.05);
});

test('of A/As of four noisy rows, no more than one in twenty alarms', () => {
  let alarms = 0;
  for (let run = 0; run < 200; run++) {
    const rows = ['a', 'b', 'c', 'd'].map((name, index) =>
      workload(name, logs(0, 1000 + run * 4 + index, { launches: 5, ofLaunches: 0.02 })),
    );
    const figures = judgeAb(rows, OPTIONS);
    if (figures.some(({ verdict }) => verdict === 'regressed')) alarms++;
  }
  expect(alarms).toBeLessThanOrEqual(10);
});
