import { describe, expect, test } from 'vitest';
import type { HistoryEntry } from '../../../../core/judge/history/entry.ts';
import { rowHistories, type Stretch } from '../../../../core/judge/history/series.ts';
import { historyEntry, historyRow, levels, oneRow } from './example.ts';

function stretches(entries: readonly HistoryEntry[]): readonly Stretch[] {
  const [row, ...others] = rowHistories(entries);
  expect(others).toEqual([]);
  return row?.stretches ?? [];
}

describe('a row whose work stays the same', () => {
  test('has a change where its level moved, and by how much of guest time', () => {
    // From 1.10 to 1.155 times native: 5 % more guest time.
    const [only, ...others] = stretches(oneRow(levels([15, 0.1], [15, 0.155])));
    expect(others).toEqual([]);
    expect(only?.cut).toBeNull();
    expect(only?.points).toHaveLength(30);
    expect(only?.changes).toMatchObject([{ before: 14, after: 15, pValue: 0.001, alongside: [] }]);
    const { estimate, low, high } = only?.changes[0]?.change ?? { estimate: 0, low: 0, high: 0 };
    expect(low).toBeLessThan(0.05);
    expect(high).toBeGreaterThan(0.05);
    expect(estimate).toBeCloseTo(0.05, 2);
    expect(high - low).toBeLessThan(0.01);
    expect(only?.levels.map((level) => Number(level.toFixed(2)))).toEqual([0.1, 0.15]);
  });

  test('has none where it stayed', () => {
    const [only] = stretches(oneRow(levels([30, 0.1])));
    expect(only?.changes).toEqual([]);
    expect(only?.levels).toHaveLength(1);
  });

  test('has each change of several, measured from one level to the next', () => {
    const [only] = stretches(oneRow(levels([12, 0.1], [12, 0.2], [12, 0.1])));
    expect(only?.changes.map(({ after }) => after)).toEqual([12, 24]);
    expect(only?.changes.map(({ change }) => Math.round(change.estimate * 100))).toEqual([9, -8]);
  });

  test('tells what else is new since the change', () => {
    const entries = oneRow(levels([12, 0.1], [12, 0.2])).map(
      (entry, index): HistoryEntry =>
        index < 12
          ? entry
          : {
              ...entry,
              kernel: '6.2.0',
              tool: '0.2.0',
              profile: 'quick',
              hypervisors: [
                { id: 'control', version: '7' },
                { id: 'kvm', version: null },
              ],
            },
    );
    expect(stretches(entries)[0]?.changes[0]?.alongside).toEqual([
      'kernel 6.1.0, then 6.2.0',
      'kvm 1.0, then unknown',
      'hvbench 0.1.0, then 0.2.0',
      'profile standard, then quick',
    ]);
  });

  test('gives the same changes again', () => {
    const entries = oneRow(levels([15, 0.1], [15, 0.13]));
    expect(rowHistories(entries)).toEqual(rowHistories(entries));
  });
});

describe('a row whose work became another', () => {
  test.each<[string, Parameters<typeof oneRow>[1], string]>([
    ['digest', (index) => ({ digest: index < 15 ? 'aa' : 'bb' }), 'other machine code'],
    [
      'argument',
      (index) => ({ argument: index < 15 ? 4096 : 8192 }),
      'another working set, 8192 instead of 4096 bytes',
    ],
    [
      'technique',
      (index) => ({ technique: index < 15 ? 'amd-v' : 'vt-x' }),
      'another technique, vt-x instead of amd-v',
    ],
    [
      'computer',
      (index) => (index < 15 ? {} : { elsewhere: 'native on X' }),
      'another computer, native on X instead of the machine and native on this computer',
    ],
  ])('is cut: %s', (_, change, cut) => {
    const [before, after, ...others] = stretches(oneRow(levels([15, 0.1], [15, 0.3]), change));
    expect(others).toEqual([]);
    expect([before?.points.length, after?.points.length]).toEqual([15, 15]);
    // Figures on either side are not compared, however far apart they are.
    expect([before?.changes, after?.changes]).toEqual([[], []]);
    expect([before?.cut, after?.cut]).toEqual([null, cut]);
  });

  test('has the changes on either side of a cut', () => {
    const sides = stretches(
      oneRow(levels([12, 0.1], [12, 0.2], [12, 0.5], [12, 0.4]), (index) => ({
        digest: index < 24 ? 'aa' : 'bb',
      })),
    );
    expect(sides.map(({ changes }) => changes.map(({ after }) => after))).toEqual([[12], [12]]);
  });
});

test('rows are told apart by suite, workload, ISA and hypervisor, and need not be in every result', () => {
  const rows = [
    historyRow(),
    historyRow({ suite: 'memory' }),
    historyRow({ workload: 'sieve' }),
    historyRow({ isa: 'i386' }),
    historyRow({ hypervisor: 'v86' }),
  ];
  const entries = [historyEntry(0, { rows: rows.slice(1) }), historyEntry(1, { rows })];
  const found = rowHistories(entries);
  expect(found).toHaveLength(5);
  expect(found.map(({ stretches }) => stretches[0]?.points.length)).toEqual([2, 2, 2, 2, 1]);
});

test('a row that a result holds twice counts once', () => {
  expect(stretches([historyEntry(0, { rows: [historyRow(), historyRow()] })])[0]?.points).toHaveLength(1);
});
