import { describe, expect, test } from 'vitest';
import { compareMetrics } from '../../../core/judge/compare/metrics.ts';
import { consolidationRows } from '../../../suites/consolidation/rows.ts';
import type { ConsolidationEntry } from '../../../suites/consolidation/schema.ts';
import { summarizeConsolidation } from '../../../suites/consolidation/summarize.ts';
import { atLeastOne } from '../../at-least-one.ts';
import { header } from '../../core/results/example.ts';
import { ended, LOAD_PROFILE, levelsOf, loadProfileEntry } from './example.ts';

const rowsWith = (entries: readonly ConsolidationEntry[]) =>
  consolidationRows(summarizeConsolidation(entries, header()), header());
const rowsOf = (...entries: ConsolidationEntry[]) => rowsWith([loadProfileEntry(), ...entries]);

/** Turns of the mix take 32 ms natively: 15 in each window of half a second are 0.96 of a CPU. */
const two = levelsOf('kvm', { 1: 15, 2: 15, 4: 7 }, { missedFrom: 4 });

describe('a hypervisor', () => {
  test('has a row for each demand, with its knee; flat out, with the most work', () => {
    const rows = rowsOf(...two);
    expect(rows).toMatchObject([
      {
        target: { hypervisor: 'kvm', isa: 'x86_64', machineType: null },
        dimensions: { demand: 'set' },
        metrics: { knee: { unit: 'count', better: 'higher', value: 2 } },
      },
      {
        dimensions: { demand: 'flat-out' },
        metrics: {
          knee: { value: 2 },
          work: {
            ...{ unit: 'per-second', better: 'higher', value: 60 },
            versus: [{ target: 'native', ratio: expect.closeTo(60 * 0.032, 12) }],
          },
        },
      },
    ]);
    expect(Object.keys(rows[0]?.metrics ?? {})).toEqual(['knee']);
  });

  test('of which one machine missed its quality already has a knee of 0', () => {
    expect(rowsOf(...levelsOf('kvm', { 1: 15 }, { missedFrom: 1 }))[0]?.metrics.knee?.value).toBe(0);
  });

  test('that could not be measured says why', () => {
    expect(rowsOf(ended('kvm', 'unavailable'))).toMatchObject([
      ...Array(2).fill({ status: 'unavailable', error: 'ended by unavailable', metrics: {} }),
    ]);
  });
});

describe('compared', () => {
  test('knees and work stand side by side, undecided with the reason', () => {
    const later = rowsOf(...levelsOf('kvm', { 1: 15, 2: 10 }, { missedFrom: 2 }));
    const { metrics } = compareMetrics([rowsOf(...two), later], 0.01);
    expect(metrics.map(({ metric, basis, values }) => [metric, basis, values])).toEqual([
      ['knee', 'absolute', [2, 1]],
      ['knee', 'absolute', [2, 1]],
      ['work', 'native', [expect.closeTo(1.92, 12), expect.closeTo(1.28, 12)]],
    ]);
    for (const { changes } of atLeastOne(metrics))
      expect(changes).toMatchObject([{ verdict: 'undecided', reason: expect.stringMatching(/interval/) }]);
  });

  test('a slower computer gets shorter tasks: work counts what one native CPU does of them', () => {
    const slow = {
      ...loadProfileEntry(),
      tasks: LOAD_PROFILE.tasks.map((task) => ({ ...task, iterations: 50, ns: task.ns * 2 })),
    };
    const [before, after] = [loadProfileEntry(), slow].map((mix) => rowsWith([mix, ...two]));
    const { metrics } = compareMetrics([before ?? [], after ?? []], 0.01);
    expect(metrics.find(({ metric }) => metric === 'work')?.values).toEqual([
      expect.closeTo(1.92, 12),
      expect.closeTo(3.84, 12),
    ]);
  });

  test('another mix is never compared', () => {
    const other = { ...loadProfileEntry(), request: { ...LOAD_PROFILE.request, workload: 'cpu/sieve' } };
    const lists = [rowsOf(...two), rowsWith([other, ...two])];
    const { metrics, unmatchedMetrics } = compareMetrics(lists, 0.01);
    expect(metrics).toEqual([]);
    expect(unmatchedMetrics[0]?.reason).toBe('not the same request (cpu/integer 0 against cpu/sieve 0)');
  });
});
