import { describe, expect, it } from 'vitest';
import type { PricedCpu } from '../../../../core/judge/predict/cpu.ts';
import { counterOf, predict } from '../../../../core/judge/predict/predict.ts';
import type { Result } from '../../../../core/results/schema.ts';
import { changed, stored, withCounts } from '../exits/example.ts';

/** A page fault costs 1000 ns, port I/O 3000 ns, and nothing else has a price. */
const cpu: PricedCpu = {
  ...{ id: 'test', title: 'a CPU', firstGeneration: false, prices: [], clock: null },
  ns: (reason) => ({ 'page-fault': 1000, io: 3000 })[reason] ?? null,
};

/** Natively an iteration of everything takes 10 µs. */
const target = changed(stored('measured'), {
  measurement: (one) => ({ ...one, nsPerIteration: { estimate: 10_000, low: 9_000, high: 11_000 } }),
});
const shadow = stored('shadow');

function predicted(counted: Result, of: Result = target) {
  const counter = counterOf(counted);
  if (!counter) throw new Error('nobody counted');
  return predict(of, counted, counter, [cpu]);
}

describe('predict', () => {
  it('adds up exits per native second times the cost of one', () => {
    const { rows } = predicted(withCounts(shadow, { exits: 3, 'page-fault': 2, io: 1, mmio: 0 }));
    expect(rows.map(({ workload }) => workload)).toEqual(['integer', 'random-update', 'first-touch']);
    // 2 × 1000 ns and 1 × 3000 ns in 10,000 ns.
    expect(rows[0]?.overheads[0]?.overhead).toBeCloseTo(0.5, 12);
    expect(rows[0]?.overheads[0]?.byReason).toEqual({ 'page-fault': 0.2, io: 0.3 });
    expect(rows[0]?.exitsPerNativeSecond).toBeCloseTo(300_000, 6);
  });

  it('leaves out what the clock causes', () => {
    const { rows } = predicted(withCounts(shadow, { exits: 8, 'page-fault': 1, interrupt: 5, halt: 2 }));
    expect(rows[0]?.exits).toEqual({ 'page-fault': 1 });
    expect(rows[0]?.overheads[0]?.overhead).toBeCloseTo(0.1, 12);
  });

  it('predicts nothing where an exit has no price, and none where there is no exit', () => {
    const unpriced = predicted(withCounts(shadow, { exits: 2, mmio: 1 })).rows[0]?.overheads[0];
    expect(unpriced).toEqual({
      cpu: 'test',
      overhead: null,
      byReason: {},
      lack: 'no price of an exit: mmio',
    });
    const none = predicted(withCounts(shadow, { exits: 4, interrupt: 4 })).rows[0];
    expect([none?.exits, none?.overheads[0]?.overhead]).toEqual([{}, 0]);
  });

  it('needs counts of the same machine code and working set', () => {
    const other = changed(shadow, {
      measurement: (one) =>
        one.workload === 'integer'
          ? { ...one, digest: 'e'.repeat(64) }
          : one.workload === 'random-update'
            ? { ...one, argument: 1 }
            : null,
    });
    const { rows, absent } = predicted(other);
    expect(rows).toEqual([]);
    expect(absent.map(({ workload, reason }) => [workload, reason])).toEqual([
      ['integer', 'exits were counted of other machine code'],
      ['random-update', 'exits were counted with another working set (1 B, not 134217728 B)'],
      ['first-touch', 'its exits were not counted'],
    ]);
  });

  it('has the measured overhead beside it only where the same guest counted', () => {
    expect(predicted(shadow).rows.map(({ measured }) => measured)).toEqual([null, null, null]);
    const self = predicted(target).rows.at(-1);
    expect([self?.workload, self?.measured?.estimate]).toEqual(['first-touch', expect.closeTo(1.3485, 4)]);
  });
});

describe('counterOf', () => {
  it('takes no guest that counts exits of some reasons only', () => {
    expect(counterOf(withCounts(changed(shadow, { operation: () => null }), { mmio: 1 }))).toBeNull();
    expect(counterOf(shadow, 'qemu-kvm')).toBeNull();
    expect(counterOf(shadow)?.paging).toBe('shadow-paging');
  });
});
