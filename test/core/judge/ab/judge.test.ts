import { describe, expect, it, test } from 'vitest';
import { type AbJudgeOptions, type AbRepeat, judgeAb } from '../../../../core/judge/ab/judge.ts';
import { type AbCandidate, workloadKey } from '../../../../core/judge/ab/match.ts';
import { logs, workload } from './example.ts';

const OPTIONS: AbJudgeOptions = { alpha: 0.05, minEffect: 0.01, repeat: null, resamples: 400 };

async function verdictOf(candidate: AbCandidate): Promise<string | undefined> {
  const { figures } = await judgeAb([candidate], OPTIONS);
  return figures[0]?.verdict;
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
  ])('%s', async (_, candidate, verdict) => {
    expect(await verdictOf(candidate)).toBe(verdict);
  });

  it('has the change that was put into it', async () => {
    const { figures } = await judgeAb([workload('a', logs(0.1, 1))], OPTIONS);
    expect(figures[0]?.change.estimate).toBeCloseTo(0.1, 2);
    expect(figures[0]?.launches).toEqual({ first: 8, fresh: 0 });
  });

  it('without launches is judged by the intervals of both', async () => {
    const interval = (estimate: number) => ({ estimate, low: estimate * 0.99, high: estimate * 1.01 });
    const of = (base: number, candidate: number) =>
      workload('a', [], {
        ...{ repeatable: false, by: 'intervals', base: interval(base), candidate: interval(candidate) },
      });
    expect(await verdictOf(of(100, 150))).toBe('regressed');
    expect(await verdictOf(of(150, 100))).toBe('improved');
    expect(await verdictOf(of(100, 101))).toBe('undecided');
  });
});

test('a suite is judged by the mean of its rows, which is surer than each of them', async () => {
  const noisy = { ofLaunches: 0.012, launches: 6 };
  const rows = Array.from({ length: 12 }, (_, index) => workload(`w${index}`, logs(0.03, 20 + index, noisy)));
  const { figures } = await judgeAb(rows, OPTIONS);
  const [mean, ...others] = figures;
  expect(mean?.dimensions).toEqual({});
  expect(mean?.verdict).toBe('regressed');
  expect(others.filter(({ verdict }) => verdict === 'regressed').length).toBeLessThan(others.length);
});

describe('fresh launches', () => {
  /** All of a row's fresh launches, as many as are asked for. */
  function repeatOf(changes: Readonly<Record<string, number>>) {
    const asked: (readonly [string, number])[] = [];
    const repeat: AbRepeat = {
      withinBudget: (workloads) => workloads.length,
      async measure(workloads, launches) {
        asked.push(...workloads.map((one) => [one.workload, launches] as const));
        return new Map(
          workloads.map((one) => [
            workloadKey(one),
            { cpuTime: logs(changes[one.workload] ?? 0, 99, { launches, ofLaunches: 0.01 }) },
          ]),
        );
      },
    };
    return { repeat, asked };
  }
  const few = { launches: 4, ofLaunches: 0.01 };

  it('are made of what looks changed alone, and decide', async () => {
    const rows = [workload('slow', logs(0.04, 31, few)), workload('calm', logs(0, 32))];
    const { repeat, asked } = repeatOf({ slow: 0.04 });
    const { figures, freshConfidence } = await judgeAb(rows, { ...OPTIONS, repeat });
    const [slow, calm] = ['slow', 'calm'].map((name) =>
      figures.find(({ dimensions }) => dimensions.workload === name),
    );
    expect(new Set(asked.map(([name]) => name))).toEqual(new Set(['slow']));
    expect(slow).toMatchObject({ verdict: 'regressed', reason: expect.stringContaining('fresh launches') });
    expect(slow?.launches.fresh).toBeGreaterThan(0);
    expect(calm).toMatchObject({ verdict: 'same', confirmation: null });
    expect(freshConfidence).toBeGreaterThan(0.95);
  });

  it('that show nothing make no alarm', async () => {
    const noisy = { launches: 4, ofLaunches: 0.03 };
    const { repeat } = repeatOf({ slow: 0 });
    const { figures } = await judgeAb([workload('slow', logs(0.02, 33, noisy))], { ...OPTIONS, repeat });
    expect(figures[0]?.verdict).not.toBe('regressed');
    expect(figures[0]?.launches.fresh).toBeGreaterThan(0);
  });

  it('are not made of what is clear', async () => {
    const { repeat, asked } = repeatOf({});
    const rows = [workload('slow', logs(0.5, 34)), workload('calm', logs(0, 35))];
    const { freshConfidence } = await judgeAb(rows, { ...OPTIONS, repeat });
    expect(asked).toEqual([]);
    expect(freshConfidence).toBeNull();
  });
});

test('of A/As of four noisy rows, no more than one in twenty alarms', async () => {
  let alarms = 0;
  for (let run = 0; run < 200; run++) {
    const rows = ['a', 'b', 'c', 'd'].map((name, index) =>
      workload(name, logs(0, 1000 + run * 4 + index, { launches: 5, ofLaunches: 0.02 })),
    );
    const { figures } = await judgeAb(rows, OPTIONS);
    if (figures.some(({ verdict }) => verdict === 'regressed')) alarms++;
  }
  expect(alarms).toBeLessThanOrEqual(10);
});
