/** Made-up histories whose levels are known: nothing in them was ever measured. */
import type { HistoryEntry, HistoryRow } from '../../../../core/judge/history/entry.ts';
import type { HostClass } from '../../../../core/results/host-class.ts';
import { createRandom, type Random } from '../../../../core/stats/random.ts';
import { normal } from '../../stats/simulate.ts';

export const HOST_CLASS: HostClass = {
  id: '0123456789ab',
  facts: [
    ['CPU', 'None Synthetic CPU 9000'],
    ['runs under', 'KVM'],
  ],
};

/** Standard deviation of a result's log ratio, about a result of the `standard` profile. */
const NOISE = 0.003;

export function historyRow(more: Partial<HistoryRow> = {}): HistoryRow {
  return {
    ...{ suite: 'cpu', workload: 'integer', isa: 'x86_64', hypervisor: 'kvm', technique: 'direct-execution' },
    ...{ digest: 'ab'.repeat(32), argument: 0, launches: 5 },
    overhead: { estimate: 0.1, low: 0.095, high: 0.105 },
    ...more,
  };
}

/** The `index`-th of a result a day from 2 January 2026 on. */
export function historyEntry(index: number, more: Partial<HistoryEntry> = {}): HistoryEntry {
  return {
    type: 'result',
    startedAt: new Date(Date.UTC(2026, 0, 2 + index, 3, 4, 5)).toISOString(),
    ...{ seed: 42, tool: '0.1.0', profile: 'standard', kernel: '6.1.0', label: null },
    commit: (0xc0ffee + index * 7919).toString(16).padStart(40, '0').split('').reverse().join(''),
    hypervisors: [
      { id: 'control', version: '1.0' },
      { id: 'kvm', version: '1.0' },
    ],
    rows: [historyRow()],
    ...more,
  };
}

/** An overhead of about this level, with its interval. */
export function noisy(level: number, random: Random): HistoryRow['overhead'] {
  const ratio = (1 + level) * Math.exp(NOISE * normal(random));
  const half = 1.5 * NOISE * ratio;
  return { estimate: ratio - 1, low: ratio - 1 - half, high: ratio - 1 + half };
}

/** One row's results at these levels (overheads), a day apart. */
export function oneRow(
  levels: readonly number[],
  change: (index: number) => Partial<HistoryRow> = () => ({}),
) {
  const random = createRandom(11);
  return levels.map((level, index) =>
    historyEntry(index, { rows: [historyRow({ overhead: noisy(level, random), ...change(index) })] }),
  );
}

/** `count` times each level in turn. */
export function levels(...parts: readonly (readonly [count: number, level: number])[]): number[] {
  return parts.flatMap(([count, level]) => Array<number>(count).fill(level));
}
