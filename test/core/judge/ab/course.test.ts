/** The course of A/Bs whose noise and change are made up, launch after launch. */
import { describe, expect, it, test } from 'vitest';
import { AbCourse } from '../../../../core/judge/ab/course.ts';
import { judgeAb } from '../../../../core/judge/ab/judge.ts';
import { type WorkloadName, workloadKey } from '../../../../core/results/rows.ts';
import { atLeastOne } from '../../../at-least-one.ts';
import { logs, workload } from './example.ts';

const SETTINGS = { alpha: 0.05, minEffect: 0.01 };
const LAUNCHES = 40;

interface Made {
  readonly change: number;
  /** Standard deviation of launches. */
  readonly noise: number;
}

/** Time for so many launches of everything. A launch of a workload takes as long as any other. */
function travel(rows: readonly Made[], launches: number, seed: number) {
  const course = new AbCourse(SETTINGS);
  const workloads = rows.map(
    (_, index): WorkloadName => ({ isa: 'x86_64', suite: 'cpu', workload: `w${index}` }),
  );
  const all = rows.map(({ change, noise }, index) =>
    logs(change, seed * 100 + index, { launches: LAUNCHES * rows.length, ofLaunches: noise }),
  );
  const made = new Map(workloads.map((one) => [workloadKey(one), 0]));
  const own = (one: WorkloadName) => (all[workloads.indexOf(one)] ?? []).slice(0, made.get(workloadKey(one)));
  const asked: string[][] = [];
  let time = 0;
  for (let launch = 0; time < launches * rows.length; launch++) {
    const settled = course.settled({
      ...{ spent: time / (launches * rows.length), launches: launch, workloads },
      logsOf: (one) => ({ time: own(one), cpuTime: own(one) }),
    });
    const open = workloads.filter((one) => !settled.includes(one));
    if (open.length === 0) break;
    asked.push(open.map((one) => one.workload));
    for (const one of open) made.set(workloadKey(one), (made.get(workloadKey(one)) ?? 0) + 1);
    time += open.length;
  }
  const candidates = workloads.flatMap((one) =>
    ['time', 'cpuTime'].map((metric) => workload(one.workload, own(one), { metric })),
  );
  const figures = judgeAb(candidates, { ...SETTINGS, design: course.design, resamples: 200 });
  const madeOf = (index: number) => made.get(workloadKey(workloads[index] as WorkloadName)) ?? 0;
  return { figures, asked, madeOf, design: course.design };
}

describe('launches', () => {
  it('are of everything at first, then of what is undecided', () => {
    const calm = { change: 0, noise: 0.0003 };
    const { figures, asked, madeOf, design } = travel([calm, calm, { change: 0.02, noise: 0.02 }], 12, 1);
    expect(design.first).toBe(4);
    for (const open of atLeastOne(asked.slice(0, 4))) expect(open).toEqual(['w0', 'w1', 'w2']);
    expect(asked.at(-1)).toEqual(['w2']);
    expect([madeOf(0), madeOf(1)]).toEqual([4, 4]);
    expect(madeOf(2)).toBeGreaterThan(20);
    const calmOnes = figures.filter(({ dimensions }) => ['w0', 'w1'].includes(String(dimensions.workload)));
    expect(calmOnes.map(({ verdict }) => verdict)).toEqual(['same', 'same', 'same', 'same']);
  });

  it('end when everything is clear', () => {
    const { asked, figures } = travel(
      [
        { change: 0.5, noise: 0.005 },
        { change: 0, noise: 0.0005 },
      ],
      12,
      2,
    );
    expect(asked).toHaveLength(4);
    expect(figures.some(({ verdict }) => verdict === 'regressed')).toBe(true);
  });

  it('go on to the end for what is never clear', () => {
    const { asked } = travel([{ change: 0.01, noise: 0.02 }], 20, 3);
    expect(asked).toHaveLength(20);
  });

  it('that are too few for a look are judged at the end', () => {
    const { design, figures } = travel([{ change: 0.5, noise: 0.0001 }], 2, 4);
    expect(design).toEqual({ first: null, looks: 1 });
    expect(figures.map(({ launches }) => launches)).toEqual([2, 2]);
  });
});

test('what was called worse at a look stays so at the end', () => {
  const { figures, madeOf } = travel(
    [
      { change: 0.05, noise: 0.005 },
      { change: 0, noise: 0.03 },
    ],
    15,
    5,
  );
  expect(madeOf(0)).toBeLessThan(15);
  const slow = figures.filter(({ dimensions }) => dimensions.workload === 'w0');
  expect(slow.map(({ verdict }) => verdict)).toEqual(['regressed', 'regressed']);
});

test('its time goes where it helps: more changes are found than without looks', () => {
  const rows = [
    { change: 0.03, noise: 0.02 },
    ...Array.from({ length: 5 }, () => ({ change: 0, noise: 0.001 })),
  ];
  let [found, without] = [0, 0];
  for (let seed = 100; seed < 130; seed++) {
    const { figures, design } = travel(rows, 12, seed);
    if (figures.some(({ verdict }) => verdict === 'regressed')) found++;
    const plain = rows.flatMap(({ change, noise }, index) =>
      ['time', 'cpuTime'].map((metric) =>
        workload(`w${index}`, logs(change, seed * 100 + index, { launches: 12, ofLaunches: noise }), {
          metric,
        }),
      ),
    );
    if (judgeAb(plain, { ...SETTINGS, resamples: 200 }).some(({ verdict }) => verdict === 'regressed'))
      without++;
    expect(design.first).not.toBeNull();
  }
  expect(found).toBeGreaterThanOrEqual(25);
  expect(without).toBeLessThan(found);
});

test.each([
  ['nothing changed', 0],
  ['all changed by just what does not count', 0.01],
])('of A/As that end early or late, no more than one in twenty alarms: %s', (_, change) => {
  let alarms = 0;
  for (let seed = 1000; seed < 1200; seed++) {
    const rows = [0.004, 0.008, 0.02, 0.03].map((noise) => ({ change, noise }));
    const { figures } = travel(rows, 6, seed);
    if (figures.some(({ verdict }) => verdict === 'regressed')) alarms++;
  }
  expect(alarms).toBeLessThanOrEqual(10);
});

test('what changed by just more than counts is hardly called the same, however often it is looked at', () => {
  let wrong = 0;
  for (let seed = 2000; seed < 2200; seed++) {
    const { figures } = travel([{ change: 0.0101, noise: 0.003 }], 20, seed);
    if (figures[0]?.verdict === 'same') wrong++;
  }
  expect(wrong).toBeLessThanOrEqual(20);
});
