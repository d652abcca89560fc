import { expect, it } from 'vitest';
import { recordOf, type Served } from '../../../suites/consolidation/load.ts';

const BOUNDS = { beganMs: 1000, windows: 2, windowMs: 500 };
const task = (askedMs: number, doneMs: number): Served => ({
  ...{ task: 0, dueMs: askedMs, askedMs, doneMs, idle: false },
});
const request = (dueMs: number, doneMs: number): Served => ({
  ...{ task: null, dueMs, askedMs: dueMs, doneMs, idle: true },
});

it('a task counts in each window for its part inside', () => {
  const served = [task(900, 1100), task(1400, 1600), task(1900, 2300)];
  const { turns } = recordOf(served, 2, BOUNDS, { requests: [], tasks: null });
  // Halves of tasks, and two tasks make a turn.
  expect(turns[0]).toBeCloseTo((0.5 + 0.5) / 2);
  expect(turns[1]).toBeCloseTo((0.5 + 0.25) / 2);
});

it('latency counts from when a request was due, and one that was never served counts until the end', () => {
  const due = [900, 1100, 1200, 1500, 1900];
  const served = [request(900, 905), request(1100, 1103), request(1200, 1450)];
  const { latencies, requests } = recordOf(served, 1, BOUNDS, { requests: due, tasks: null });
  expect(latencies?.map(([us, count]) => [Math.round(us / 1000), count])).toEqual([
    [3, 1],
    [100, 1],
    [250, 1],
    [500, 1],
  ]);
  expect(requests).toEqual({ asked: 4, done: 2 });
});

it('one that was under way at the end counts with the time that it took, and is not done', () => {
  const { latencies, requests } = recordOf([request(1990, 2050)], 1, BOUNDS, {
    requests: [1990],
    tasks: null,
  });
  expect(latencies?.map(([, count]) => count)).toEqual([1]);
  expect(requests).toEqual({ asked: 1, done: 0 });
});

it('tasks are asked for only at a set demand', () => {
  const served = [task(1100, 1200), task(1300, 1400)];
  const due = { requests: [], tasks: [500, 1100, 1300, 1700] };
  expect(recordOf(served, 1, BOUNDS, due).tasks).toEqual({ asked: 3, done: 2 });
  expect(recordOf(served, 1, BOUNDS, { ...due, tasks: null }).tasks).toEqual({ asked: 0, done: 0 });
});
