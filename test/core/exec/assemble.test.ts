import { describe, expect, it } from 'vitest';
import { driftOf, environmentOf } from '../../../core/exec/assemble.ts';
import { execSchema } from '../../../core/exec/schema.ts';
import { ASKED, exampleExec, found, info, NATIVE, run } from './example.ts';

describe('an environment', () => {
  it('is compared with native round by round; warm-up does not count', () => {
    const [native, uml, absent] = execSchema.parse(exampleExec()).environments;
    expect(native).toMatchObject({ status: 'ok', launches: 2, overhead: null, output: null, startMs: 20 });
    expect(native?.wallNs).toEqual({ min: 98e6, median: 101e6, mean: 101e6, max: 104e6 });
    expect(uml?.overhead?.estimate).toBeCloseTo(1, 10);
    expect(uml?.cpuOverhead?.estimate).toBeCloseTo(1, 10);
    expect(uml?.output).toBe('same');
    expect(absent).toMatchObject({ status: 'unavailable', error: 'it is not installed', runs: [] });
  });

  it('with one launch has times and no interval', () => {
    const one = environmentOf(info('uml'), found([run(0, 0, 200)]), NATIVE, ASKED);
    expect(one).toMatchObject({ status: 'ok', launches: 1, overhead: null, time: null });
    expect(one.wallNs?.median).toBe(200e6);
  });

  it('that failed keeps what it measured and why it ended', () => {
    const failed = environmentOf(info('uml'), found([run(0, 0, 200)], { failure: 'it died' }), NATIVE, ASKED);
    expect(failed).toMatchObject({ status: 'failed', error: 'it died' });
    expect(failed.runs).toHaveLength(1);
  });

  it('differs where it writes something else, unless native does not agree with itself', () => {
    const other = { stdout: { bytes: 3, digest: 'b' } };
    const differing = found([run(0, 0, 200, other)]);
    expect(environmentOf(info('uml'), differing, NATIVE, ASKED).output).toBe('differs');
    const unsteady = found([run(0, 0, 100), run(1, 0, 100, other)]);
    expect(environmentOf(info('uml'), differing, unsteady, ASKED).output).toBe('varies');
  });

  it('has the ratio of the figure that was asked for', () => {
    const figures = (value: number) => found([0, 1].map((launch) => run(launch, 0, 100, { metric: value })));
    const { metric } = environmentOf(info('uml'), figures(50), figures(200), ASKED);
    expect(metric?.median).toBe(50);
    expect(metric?.ratio?.estimate).toBeCloseTo(0.25, 10);
  });
});

describe('drift', () => {
  const reading = (seconds: number, factor: number) => ({
    hostNs: seconds * 1e9,
    guestNs: seconds * factor * 1e9,
  });
  it('is the rate of the guest clock against the host, by launch; the median counts', () => {
    const launches = [1.01, 1.01, 1.5].map((factor) => [
      reading(0, factor),
      reading(1, factor),
      reading(2, factor),
    ]);
    expect(driftOf(launches)).toBeCloseTo(0.01, 10);
  });
  it('is unknown over a short time, or without a clock', () => {
    expect(driftOf([[reading(0, 1), reading(0.1, 1)], []])).toBeNull();
  });
});
