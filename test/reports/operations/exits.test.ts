import { describe, expect, it } from 'vitest';
import type { Measurement } from '../../../core/results/schema.ts';
import { exitTables, explainedBy, reasonsOf } from '../../../reports/operations/exits.ts';
import { fixtureResult, operationRow } from '../fixture.ts';

const result = fixtureResult({ hostile: false, operations: true });
const rowOf = (workload: string): Measurement => {
  const row = result.measurements.find((m) => m.workload === workload && m.hypervisor === 'kvm');
  if (!row) throw new Error(`there is no ${workload}`);
  return row;
};

describe('reasonsOf', () => {
  it('gives what falls under no reason as other, the most frequent first', () => {
    expect(reasonsOf({ exits: 1000, user: 5, emulation: 90, io: 100, interrupt: 250, mmio: 0 })).toEqual([
      ['other', 650],
      ['interrupt', 250],
      ['io', 100],
    ]);
  });

  it('knows nothing of other exits where all are not counted', () => {
    expect(reasonsOf({ user: 7 })).toEqual([]);
  });
});

describe('explainedBy', () => {
  const costs = [
    operationRow({ operation: 'out', hypervisor: 'kvm' }, 4000),
    operationRow({ operation: 'cpuid', hypervisor: 'kvm' }, 1000),
    operationRow({ operation: 'fresh-page', hypervisor: 'kvm' }, 2500),
    operationRow({ operation: 'fresh-page', hypervisor: 'native' }, 500),
  ];
  const row = (exits: Record<string, number>, estimate = 0): Measurement => ({
    ...rowOf('sieve'),
    overhead: { estimate, low: estimate, high: estimate },
    exitsPerSecond: exits,
  });

  it('is rate times unit cost', () => {
    expect(explainedBy(costs, row({ exits: 25_000, io: 25_000 }))).toBeCloseTo(0.1, 9);
  });

  it('is a fraction of native time: a second of the guest is less of native', () => {
    expect(explainedBy(costs, row({ exits: 25_000, io: 25_000 }, 1))).toBeCloseTo(0.2, 9);
  });

  it('counts of a page fault only what it costs more than natively', () => {
    expect(explainedBy(costs, row({ exits: 10_000, 'page-fault': 10_000 }))).toBeCloseTo(0.02, 9);
  });

  it('takes the shortest exit for interrupts and what has no name', () => {
    expect(explainedBy(costs, row({ exits: 3000, interrupt: 1000 }))).toBeCloseTo(0.003, 9);
  });

  it('is unknown where the cost of an exit is, or nobody counted', () => {
    expect(explainedBy(costs, row({ exits: 100, mmio: 100 }))).toBeNull();
    expect(explainedBy([], row({ exits: 100, io: 100 }))).toBeNull();
    expect(explainedBy(costs, { ...row({}), exitsPerSecond: null })).toBeNull();
    expect(explainedBy(costs, { ...row({ exits: 1 }), overhead: null })).toBeNull();
  });
});

describe('exitTables', () => {
  it('has a table for each suite whose exits were counted, with what is left', () => {
    const [cpu, memory, ...others] = exitTables(result);
    expect(others).toEqual([]);
    expect(cpu?.title).toBe('Where the overhead comes from: kvm, cpu (x86_64)');
    const touch = memory?.rows.find(([name]) => name?.text === 'first-touch')?.map(({ text }) => text);
    // 90,000 faults of 2,000 ns more than natively, and 250 exits of 1,200 ns; 1.19 times.
    expect(touch?.slice(2)).toEqual([
      '90,250',
      'page-fault 90,000, interrupt 240, other 10',
      '+21.46 %',
      '-2.46 %',
    ]);
    expect(cpu?.notes).toEqual([]);
  });

  it('has exits of a thousand iterations, those of the clock below them, where the result has them', () => {
    const measurements = result.measurements.map((one) =>
      one.workload === 'first-touch' && one.hypervisor === 'kvm'
        ? { ...one, exitsPerIteration: { exits: 1.5, 'page-fault': 1, interrupt: 0.25 } }
        : one,
    );
    const [cpu, memory] = exitTables({ ...result, measurements });
    expect([cpu?.head.length, memory?.head[4]]).toEqual([6, 'per 1000 iterations']);
    expect(memory?.rows.find(([name]) => name?.text === 'first-touch')?.[4]).toEqual({
      text: 'page-fault 1,000, other 250',
      also: { text: 'asynchronous: interrupt 250' },
    });
  });

  it('says what is missing where exits have no known cost', () => {
    const [cpu] = exitTables({ ...result, operations: [] });
    expect(cpu?.rows[0]?.map(({ text }) => text).slice(-2)).toEqual(['–', '–']);
    expect(cpu?.notes).toEqual(['This run did not measure what an exit costs: add the suite privileged.']);
  });

  it('is empty where nothing was counted', () => {
    expect(exitTables(fixtureResult())).toEqual([]);
  });
});
