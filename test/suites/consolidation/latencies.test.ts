import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../core/stats/random.ts';
import { latenciesOf, latencyCountsOf } from '../../../suites/consolidation/latencies.ts';
import { LONGEST_US } from '../../../suites/consolidation/schema.ts';

const random = createRandom(7);
/** From some microseconds to some minutes. */
const many = Array.from({ length: 5000 }, () => 10 ** (random.nextFloat() * 8 - 3));
const counted = (list: readonly number[]) => ({ latencies: latencyCountsOf(list) });

describe('counted latencies', () => {
  it.each([0, 0.01, 0.5, 0.95, 0.99, 1])(
    'say within a thousandth what the list says of the part %d',
    (part) => {
      const sorted = [...many].sort((a, b) => a - b);
      const exact = sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? 0;
      // To a thousandth, and no finer than a microsecond.
      const within = latenciesOf([counted(many)]).within(part);
      expect(Math.abs(within - exact)).toBeLessThanOrEqual(Math.max(exact / 1000, 0.001));
    },
  );

  it('add up: those of many machines are those of one that had them all', () => {
    const parts = [many.slice(0, 10), many.slice(10, 3000), many.slice(3000)];
    const [all, together] = [latenciesOf([counted(many)]), latenciesOf(parts.map(counted))];
    expect([together.requests, together.maxMs]).toEqual([all.requests, all.maxMs]);
    for (const part of [0.1, 0.5, 0.9, 0.99]) expect(together.within(part)).toBe(all.within(part));
  });

  it('stay few, however many requests there were', () => {
    const million = Array.from({ length: 1_000_000 }, (_, index) => 1 + (index % 1000) / 10);
    expect(latencyCountsOf(million).length).toBeLessThan(2000);
  });

  it('of a journal that lists them are exact; a list and counts go together', () => {
    expect(latenciesOf([{ latenciesMs: [1, 2, 4] }]).within(0.5)).toBe(2);
    const both = latenciesOf([{ latenciesMs: [1, 2] }, counted([3])]);
    expect([both.requests, both.within(0.5)]).toEqual([3, 2]);
  });

  it('of no request, of none at all, and beyond an hour have figures all the same', () => {
    expect(latenciesOf([counted([])])).toMatchObject({ requests: 0, maxMs: 0 });
    expect(latenciesOf([counted([])]).within(0.5)).toBe(0);
    expect(latenciesOf([counted([1e12])]).maxMs).toBeGreaterThan((0.999 * LONGEST_US) / 1000);
    expect(latenciesOf([counted([-1])]).maxMs).toBe(0);
  });
});
