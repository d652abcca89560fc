import { describe, expect, test } from 'vitest';
import type { BaselineRow } from '../../../../core/judge/gate/baseline.ts';
import { minimumEffectOf, noiseOf } from '../../../../core/judge/gate/minimum-effect.ts';

function row(...logRatios: number[][]): BaselineRow {
  return {
    ...{ suite: 'cpu', workload: 'sieve', isa: 'x86_64', hypervisor: 'kvm' },
    ...{ technique: 'direct-execution', digest: 'ab'.repeat(32), argument: 0, logRatios },
  };
}

const quiet = [0.1, 0.1002, 0.0998, 0.1001, 0.0999];
const noisy = [0.1, 0.2, 0, 0.15, 0.05];
const up = (run: readonly number[], by: number) => run.map((value) => value + by);

describe('of a row', () => {
  test('the default, where the row is quieter', () => {
    expect(minimumEffectOf(row(quiet), 0.01)).toEqual({ fraction: 0.01, source: 'default' });
  });

  test('its noise, where that is higher', () => {
    const { fraction, source } = minimumEffectOf(row(noisy), 0.01);
    expect(source).toBe('noise');
    expect(fraction).toBe(noiseOf(row(noisy)));
    expect(fraction).toBeGreaterThan(0.03);
    expect(fraction).toBeLessThan(0.15);
    expect(minimumEffectOf(row(noisy), 0.5)).toEqual({ fraction: 0.5, source: 'default' });
  });

  test('the configuration overrules both, up and down', () => {
    expect(minimumEffectOf(row(noisy), 0.01, [{ minEffect: 0.002 }])).toEqual({
      fraction: 0.002,
      source: 'config',
    });
    expect(minimumEffectOf(row(quiet), 0.01, [{ workload: 'sieve', minEffect: 0.3 }]).fraction).toBe(0.3);
  });

  test('the last override that fits counts', () => {
    const overrides = [
      { minEffect: 0.02 },
      { suite: 'cpu', hypervisor: 'kvm', minEffect: 0.03 },
      { workload: 'sieve', isa: 'x86_64' as const, minEffect: 0.04 },
      { workload: 'quicksort', minEffect: 0.05 },
      { isa: 'i386' as const, minEffect: 0.06 },
      { suite: 'memory', workload: 'sieve', minEffect: 0.07 },
      { hypervisor: 'v86', minEffect: 0.08 },
    ];
    expect(minimumEffectOf(row(quiet), 0.01, overrides).fraction).toBe(0.04);
    expect(minimumEffectOf(row(quiet), 0.01, overrides.slice(3))).toEqual({
      fraction: 0.01,
      source: 'default',
    });
  });
});

describe('noise', () => {
  test('runs that lie apart raise it, once there are three', () => {
    const same = noiseOf(row(quiet, quiet, quiet));
    const apart = noiseOf(row(quiet, up(quiet, 0.001), up(quiet, 0.05)));
    expect(same).toBeLessThan(0.001);
    // s = 0.0286, t(0.95, 2) = 2.920: 2.920 · 0.0286 · √(4/3) = 0.0963 as a log ratio.
    expect(apart).toBeGreaterThan(Math.expm1(0.0963) - 0.0005);
    // Half the interval of all launches is about as wide: launches of one run resemble each other.
    expect(apart).toBeLessThan(1.3 * Math.expm1(0.0963));
  });

  test('a run below raises it like one above', () => {
    const above = noiseOf(row(quiet, quiet, quiet, quiet, up(quiet, 0.05)));
    const below = noiseOf(row(quiet, quiet, quiet, quiet, up(quiet, -0.05)));
    // s = 0.0224, t(0.95, 4) = 2.132.
    const predicted = Math.expm1(2.132 * 0.02236 * Math.sqrt(1.2));
    expect(above).toBeGreaterThan(predicted - 0.0005);
    expect(above).toBeLessThan(1.4 * predicted);
    expect(below).toBeCloseTo(above, 3);
  });

  test('empty runs do not count as runs', () => {
    const two = [quiet, up(quiet, 0.02)];
    expect(noiseOf(row(...two, []))).toBe(noiseOf(row(...two)));
  });

  test('one launch tells nothing', () => {
    expect(noiseOf(row([0.1]))).toBe(0);
  });
});
