import { expect, it } from 'vitest';
import { doneShare, kneeOf, levelOf, rangeOf } from '../../../suites/consolidation/figures.ts';
import { guest, LOAD_PROFILE, level } from './example.ts';

it('a range is the median, the least and the most', () => {
  expect(rangeOf([3, 1, 2])).toEqual({ median: 2, low: 1, high: 3 });
});

it('throughput is that of all machines, and of the slowest in each window', () => {
  const figures = levelOf(
    level({ guests: [guest({ turns: [4, 6, 5] }), guest({ turns: [2, 1, 3] })] }),
    LOAD_PROFILE,
  );
  // Windows of half a second.
  expect(figures.turnsPerSecond).toEqual({ median: 14, low: 12, high: 16 });
  expect(figures.slowestPerSecond).toEqual({ median: 4, low: 2, high: 6 });
  expect(figures.fairness).toBeCloseTo((15 + 6) ** 2 / (2 * (15 ** 2 + 6 ** 2)));
});

it('latencies are of all requests; the 99th of a hundred takes a hundred', () => {
  const few = Array.from({ length: 50 }, (_, index) => index + 1);
  const { latencyMs } = levelOf(level({ guests: [guest({ latenciesMs: few })] }), LOAD_PROFILE);
  expect(latencyMs).toEqual({ requests: 50, p50: 25.5, p95: 47.55, p99: null, max: 50, worstP95: 47.55 });
  const many = levelOf(
    level({ guests: [guest({ latenciesMs: few }), guest({ latenciesMs: few })] }),
    LOAD_PROFILE,
  );
  expect(many.latencyMs).toMatchObject({ requests: 100, p99: 50, worstP95: 47.55 });
});

it('quality is that of the worst machine', () => {
  const held = (...guests: ReturnType<typeof guest>[]) => levelOf(level({ guests }), LOAD_PROFILE).held;
  expect(held(guest(), guest())).toBe(true);
  expect(held(guest(), guest({ latenciesMs: [1, 2 * LOAD_PROFILE.ceilingMs] }))).toBe(false);
  expect(held(guest(), guest({ tasks: { asked: 40, done: 30 } }))).toBe(false);
  expect(held(guest({ requests: { asked: 40, done: 10 } }))).toBe(false);
});

it('what is under way when the time is up is not missing', () => {
  expect(doneShare(guest({ tasks: { asked: 10, done: 9 }, requests: { asked: 0, done: 0 } }), 0)).toBe(1);
  expect(doneShare(guest({ tasks: { asked: 20, done: 9 } }), 0.1)).toBe(0.5);
  expect(doneShare(guest({ tasks: { asked: 20, done: 30 } }), 0)).toBe(1);
  // Two of 25 requests may wait when the time is up.
  expect(doneShare(guest({ requests: { asked: 25, done: 21 } }), 0)).toBeCloseTo(0.88);
  expect(doneShare(guest({ requests: { asked: 25, done: 21 } }), 0.08)).toBeCloseTo(0.96);
});

it('CPU time is for the work of a turn, requests counted by their part of it', () => {
  // Two turns of 32 ms, and 32 requests of 1 ms: three turns' worth.
  const one = guest({ turns: [1, 1, 0], requests: { asked: 32, done: 32 } });
  expect(levelOf(level({ guests: [one], cpuNs: 120e6 }), LOAD_PROFILE).cpuMsPerTurn).toBeCloseTo(40);
  expect(levelOf(level({ guests: [one], cpuNs: null }), LOAD_PROFILE).cpuMsPerTurn).toBeNull();
});

it('the knee is below the first number that missed', () => {
  const steps = (...held: boolean[]) => held.map((one, index) => ({ machines: 2 ** index, held: one }));
  expect(kneeOf('set', steps(true, true, false))).toEqual({ demand: 'set', machines: 2, missedAt: 4 });
  // A later step that held by luck does not count.
  expect(kneeOf('set', steps(true, false, true))).toMatchObject({ machines: 1, missedAt: 2 });
  expect(kneeOf('set', steps(false))).toMatchObject({ machines: null, missedAt: 1 });
  expect(kneeOf('set', steps(true, true))).toMatchObject({ machines: 2, missedAt: null });
  expect(kneeOf('set', [...steps(true, true, false), { machines: 3, held: true }])).toMatchObject({
    machines: 3,
    missedAt: 4,
  });
  expect(kneeOf('set', [])).toMatchObject({ machines: null, missedAt: null });
});
