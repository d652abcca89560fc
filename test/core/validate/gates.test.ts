import { describe, expect, test } from 'vitest';
import { type GateKind, gateKinds } from '../../../core/validate/conditions.ts';
import { createCutter } from '../../../core/validate/gates.ts';
import { atLeastOne } from '../../at-least-one.ts';
import { changed } from '../judge/compare/example.ts';
import { clean, madeRun, OPTIONS } from './example.ts';

const SAME: GateKind = { title: 'nothing', baseline: 'clean', now: 'clean', slowdown: 0 };
const SLOW: GateKind = { title: 'slowed', baseline: 'clean', now: 'slow-5', slowdown: 0.05 };
const KVM = 'cpu/integer, kvm (x86_64)';
const pool = [...clean, madeRun('slow-5', 5, 1.05), madeRun('slow-5', 6, 1.05)];

test('rows are those of guests that every run has', () => {
  const cutter = createCutter(pool, OPTIONS);
  expect(cutter.names).toEqual([KVM, 'cpu/sha256, kvm (x86_64)']);
  expect(cutter.measurementOf(KVM)).toMatchObject({ workload: 'integer', hypervisor: 'kvm' });
  expect(() => cutter.measurementOf('none')).toThrow(RangeError);
  const lacking = pool.map((run, index) =>
    index === 1
      ? {
          ...run,
          result: changed(run.result, { workload: 'integer', hypervisor: 'kvm' }, (m) => ({
            ...m,
            status: 'failed',
          })),
        }
      : run,
  );
  expect(createCutter(lacking, OPTIONS).names).toEqual(['cpu/sha256, kvm (x86_64)']);
});

test('gates over equal runs hardly alarm', async () => {
  const cutter = createCutter(pool, OPTIONS);
  let alarms = 0;
  for (let number = 0; number < 40; number++) {
    const verdicts = await cutter.whole(SAME, number);
    expect([...(verdicts?.keys() ?? [])]).toEqual(cutter.names);
    if ([...(verdicts?.values() ?? [])].includes('regressed')) alarms++;
  }
  expect(alarms).toBeLessThanOrEqual(1);
});

test('what was slowed is found', async () => {
  const cutter = createCutter(pool, OPTIONS);
  let found = 0;
  for (let number = 0; number < 20; number++) {
    const verdicts = await cutter.whole(SLOW, number);
    if (verdicts?.get(KVM) === 'regressed') found++;
  }
  expect(found).toBeGreaterThanOrEqual(19);
});

describe('a gate over one row', () => {
  test('gives the verdict that it has among all', async () => {
    const cutter = createCutter(pool, OPTIONS);
    for (let number = 0; number < 5; number++) {
      const verdicts = await cutter.whole(SLOW, number);
      expect(await cutter.single(SLOW, number, KVM)).toBe(verdicts?.get(KVM));
    }
  });

  test('a shift is found where nothing else changed', async () => {
    const cutter = createCutter(pool, OPTIONS);
    const found = async (shift: number) => {
      const numbers = [...Array(10).keys()];
      const verdicts = await Promise.all(numbers.map((number) => cutter.single(SAME, number, KVM, shift)));
      return verdicts.filter((verdict) => verdict === 'regressed').length;
    };
    expect([await found(0), await found(Math.log(1.2))]).toEqual([0, 10]);
  });

  test('without time for fresh launches nothing is found', async () => {
    // Three launches of two workloads take 1.35 s; what is left withinBudget no fresh one.
    const cutter = createCutter(pool, { ...OPTIONS, budgetSeconds: 1.5 });
    for (let number = 0; number < 5; number++)
      expect(await cutter.single(SLOW, number, KVM)).toBe('undecided');
  });
});

test('a run is never judged against itself, and a condition that lacks gives nothing', async () => {
  expect(await createCutter(clean, OPTIONS).whole(SLOW, 0)).toBeNull();
  expect(await createCutter(clean, OPTIONS).single(SLOW, 0, KVM)).toBeNull();
  expect(createCutter(clean, OPTIONS).medianChange(SLOW)).toBeNull();
  expect(await createCutter(clean.slice(0, 1), OPTIONS).whole(SAME, 0)).toBeNull();
});

test('the same seed cuts the same gates', async () => {
  const noisy = [1, 2, 3, 4].map((number) => madeRun('clean', number, 1, 0.02));
  const all = async (seed: number) => {
    const cutter = createCutter(noisy, { ...OPTIONS, seed });
    return Promise.all([...Array(12).keys()].map(async (n) => [...((await cutter.whole(SAME, n)) ?? [])]));
  };
  expect(await all(1)).toEqual(await all(1));
});

test('the median change shows what was injected, the minimum effect what the runs differ by', () => {
  const cutter = createCutter(pool, OPTIONS);
  expect(cutter.medianChange(SLOW)).toBeCloseTo(0.05, 2);
  expect(cutter.medianChange(SAME)).toBe(0);
  expect(cutter.minimumEffect(KVM)).toBe(0.01);
  const apart = [1, 1.04, 1.08].map((factor, number) => madeRun('clean', number, factor));
  expect(createCutter(apart, OPTIONS).minimumEffect(KVM)).toBeGreaterThan(0.03);
});

test('the kinds of gates only name conditions that exist, each once', () => {
  expect(new Set(gateKinds.map(({ title }) => title)).size).toBe(gateKinds.length);
  for (const { now, slowdown } of atLeastOne(gateKinds)) expect(now.includes('slow-')).toBe(slowdown > 0);
});
