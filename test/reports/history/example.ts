/** Made-up histories for the formats: nothing in them was ever measured. */
import type { HistoryEntry, HistoryRow } from '../../../core/judge/history/entry.ts';
import { metricHistories } from '../../../core/judge/history/metric-series.ts';
import { rowHistories } from '../../../core/judge/history/series.ts';
import { createRandom } from '../../../core/stats/random.ts';
import type { ClassHistory } from '../../../reports/history/index.ts';
import { HOST_CLASS, historyEntry, historyRow, noisy } from '../../core/judge/history/example.ts';
import { HOSTILE } from '../fixture.ts';

export function classHistory(
  entries: readonly HistoryEntry[],
  more: Partial<ClassHistory> = {},
): ClassHistory {
  return {
    hostClass: HOST_CLASS,
    results: entries.length,
    older: 0,
    from: entries[0]?.startedAt ?? '',
    to: entries.at(-1)?.startedAt ?? '',
    rows: rowHistories(entries),
    metrics: metricHistories(entries),
    ...more,
  };
}

type Level = (index: number) => number;
type RowOf = (index: number) => Partial<HistoryRow>;

/** Per row: workload, hypervisor, its level at each result, and what else differs. */
const ROWS: readonly (readonly [string, string, Level, RowOf?])[] = [
  ['integer', 'control', () => 0],
  ['integer', 'kvm', () => 0.004],
  ['sha256', 'kvm', (index) => (index < 24 ? 0.1 : 0.155)],
  ['sieve', 'kvm', (index) => (index >= 10 && index < 17 ? 0.06 : 0.02)],
  ['lz77', 'kvm', (index) => (index < 15 ? 0.3 : 0.08), (index) => ({ digest: index < 15 ? 'aa' : 'bb' })],
  [
    'integer',
    'v86',
    (index) => (index < 30 ? 5.2 : 4.7),
    () => ({ isa: 'i386', technique: 'binary-translation' }),
  ],
];

/** A result a day for 40 days: a step, a bump, a cut, and rows that stay as they are. */
export function days(count = 40): HistoryEntry[] {
  const random = createRandom(5);
  return Array.from({ length: count }, (_, index) =>
    historyEntry(index, {
      kernel: index < 24 ? '6.1.0' : '6.2.0',
      label: index === 24 ? 'kernel update' : null,
      rows: ROWS.map(([workload, hypervisor, level, row]) =>
        historyRow({ workload, hypervisor, overhead: noisy(level(index), random), ...row?.(index) }),
      ),
    }),
  );
}

export const history = classHistory(days());

/** Thirty rows, of which the last two changed. */
export function manyRows(): ClassHistory {
  const random = createRandom(6);
  const entries = Array.from({ length: 20 }, (_, index) =>
    historyEntry(index, {
      rows: Array.from({ length: 30 }, (_, number) =>
        historyRow({
          workload: `w${number}`,
          hypervisor: number < 15 ? 'control' : 'kvm',
          overhead: noisy(number >= 28 && index >= 10 ? 0.05 * (number - 26) : 0, random),
        }),
      ),
    }),
  );
  return classHistory(entries);
}

/** Names and notes would all like to be more than text. */
export function hostile(): ClassHistory {
  const entries = days().map(
    (entry, index): HistoryEntry => ({
      ...entry,
      kernel: index < 24 ? '6.1.0' : HOSTILE.terminal,
      commit: HOSTILE.terminal,
      label: HOSTILE.markup,
      rows: entry.rows.map((row) => ({
        ...row,
        suite: row.workload === 'sha256' ? HOSTILE.terminal : HOSTILE.formula,
        workload: row.workload === 'sha256' ? HOSTILE.markdown : row.workload,
      })),
    }),
  );
  return classHistory(entries, { hostClass: { ...HOST_CLASS, facts: [['CPU', HOSTILE.terminal]] } });
}
