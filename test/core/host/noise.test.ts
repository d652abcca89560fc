import { expect, test } from 'vitest';
import {
  noiseBetween,
  parseCpuTimes,
  readCpuTimes,
  readNoise,
  readStealSinceBoot,
  stealFraction,
} from '../../../core/host/noise.ts';
import { fakeHost } from './folder-host.ts';

const STAT = `cpu  100 0 50 800 20 0 10 20 70 0
cpu0 60 0 30 400 5 0 5 0 70 0
cpu1 40 0 20 400 15 0 5 20 0 0
cpu11 1 1 1 1 1 1 1 1 1 1
intr 5 0 0
`;

test('guest time is not counted twice', () => {
  expect(parseCpuTimes(STAT)).toEqual({ total: 1000, steal: 20 });
});

test('one CPU is told from all, and cpu1 from cpu11', () => {
  expect(parseCpuTimes(STAT, 1)).toEqual({ total: 500, steal: 20 });
  expect(parseCpuTimes(STAT, 2)).toBeNull();
});

test('text without steal, or without numbers, gives null', () => {
  expect(parseCpuTimes('cpu  1 2 3 4\n')).toBeNull();
  expect(parseCpuTimes('cpu  1 2 3 four 5 6 7 8\n')).toBeNull();
  expect(parseCpuTimes('')).toBeNull();
});

test('the share is of what passed between the readings', () => {
  const before = { total: 1000, steal: 20 };
  expect(stealFraction(before, { total: 1200, steal: 70 })).toBe(0.25);
  expect(stealFraction(before, before)).toBeNull();
  expect(stealFraction(before, { total: 900, steal: 20 })).toBeNull();
  // Counters that stepped back give no share.
  expect(stealFraction(before, { total: 1010, steal: 19 })).toBeNull();
  expect(stealFraction(before, { total: 1010, steal: 50 })).toBeNull();
  expect(stealFraction(null, before)).toBeNull();
});

test('reads the counters below the root', async () => {
  const host = await fakeHost({ 'proc/stat': STAT });
  expect(await readStealSinceBoot(host)).toBe(0.02);
  expect(await readCpuTimes(0, host)).toEqual({ total: 500, steal: 0 });
  expect((await readNoise(1, host)).cpuTimes).toEqual({ total: 500, steal: 20 });
  expect(await readStealSinceBoot(await fakeHost({}))).toBeNull();
});

test('a launch is described by the load it began with', () => {
  const group = (periods: number, throttled: number) => new Map([['limited', { periods, throttled }]]);
  const before = { load: 0.1, cpuTimes: { total: 0, steal: 0 }, throttling: group(5, 1) };
  const after = { load: 1.2, cpuTimes: { total: 100, steal: 3 }, throttling: group(15, 4) };
  expect(noiseBetween(before, after)).toEqual({
    ...{ load: 0.1, stealFraction: 0.03, throttling: { periods: 10, throttled: 3 } },
  });
});
