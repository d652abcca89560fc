import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { entryOf, HISTORY_SCHEMA, type HistoryEntry } from '../../../../core/judge/history/entry.ts';
import { historyMetricRows } from '../../../../core/judge/history/metric-rows.ts';
import { parseHistory } from '../../../../core/judge/history/parse.ts';
import { rowHistories } from '../../../../core/judge/history/series.ts';
import type { Metric } from '../../../../core/model/row.ts';
import { smallResult } from '../compare/example.ts';
import { around, launches, metric, row } from '../compare/metric-example.ts';
import { HOST_CLASS, historyEntry } from './example.ts';

const notes = { commit: null, label: null };
const WORDS = { title: 'brewing', better: 'lower' };
const header = { type: 'header', schema: HISTORY_SCHEMA, hostClass: HOST_CLASS };
const text = (...lines: unknown[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join('');
const bare = (value: number, rest: Partial<Metric> = {}): Metric => {
  const { samples: _, ...others } = metric(1, { value, ...rest });
  return others;
};

describe('what a line keeps of a result', () => {
  test('is every metric that was measured, with unit, direction and basis, but no samples', () => {
    const versus = [{ target: 'native', ratio: around(1.5), samples: launches(1.5) }];
    expect(
      historyMetricRows([row({ it: metric(100), ratio: metric(100, { versus }), knee: bare(8) })]),
    ).toEqual([
      {
        suite: 'teapot',
        target: { hypervisor: 'kvm', isa: 'x86_64', machineType: null },
        dimensions: { leaf: 'green', cups: 3 },
        identity: { technique: 'amd-v' },
        metrics: {
          it: { ...WORDS, unit: 'ns', basis: 'absolute', value: around(100), launches: 4 },
          ratio: { ...WORDS, unit: 'ratio', basis: 'native', value: around(1.5), launches: 4 },
          knee: { ...WORDS, unit: 'ns', basis: 'absolute', value: 8, launches: 1 },
        },
      },
    ]);
  });

  test('is nothing of what failed or has no logarithm; a count of none is one', () => {
    const rows = [
      row({ it: metric(100) }, { status: 'failed' }),
      row({ it: bare(0) }),
      row({ it: bare(1e300) }),
      row({ it: bare(0, { unit: 'count' }) }),
    ];
    expect(historyMetricRows(rows).map(({ metrics }) => metrics.it?.value)).toEqual([0]);
  });

  test('native and the control are kept: what changed there is the computer', () => {
    const on = ['native', 'control'].map((hypervisor) =>
      row({ it: metric(100) }, { target: { hypervisor, isa: 'i386', machineType: null } }),
    );
    expect(historyMetricRows(on)).toHaveLength(2);
  });

  test('has no field for them if there are none, so that other results have the line they had', () => {
    expect(entryOf(smallResult(), notes)).not.toHaveProperty('metrics');
    expect(entryOf({ ...smallResult(), rows: [row({})] }, notes)).toEqual(entryOf(smallResult(), notes));
    expect(entryOf({ ...smallResult(), rows: [row({ it: metric(100) })] }, notes).metrics).toHaveLength(1);
  });
});

describe('a line with metrics', () => {
  const entry = historyEntry(0, { metrics: historyMetricRows([row({ it: metric(100) })]) });

  test('is read as it was written', () => {
    expect(parseHistory(text(header, entry))?.entries).toEqual([entry]);
  });

  type Figures = { it: { value: unknown; unit: string } } & Record<string, unknown>;
  test.each<[string, (figures: Figures, rows: unknown[]) => void, RegExp]>([
    ['a figure that has no logarithm', ({ it }) => Object.assign(it, { value: -1 }), /not a figure/],
    ['a figure beyond all units', ({ it }) => Object.assign(it, { value: 1e31 }), /not a figure/],
    [
      'an end beyond all units',
      ({ it }) => Object.assign(it, { value: { ...around(1), high: 1e31 } }),
      /not a figure/,
    ],
    [
      'an interval that is none',
      ({ it }) => Object.assign(it, { value: { ...around(1), low: 2 } }),
      /not a figure/,
    ],
    ['a unit that nobody knows', ({ it }) => Object.assign(it, { unit: 'miles' }), /it\.unit: /],
    [
      'too many metrics',
      (all) =>
        Object.assign(all, Object.fromEntries(Array.from({ length: 64 }, (_, n) => [`m${n}`, all.it]))),
      /more than 64 names/,
    ],
    ['too many rows', (_, rows) => rows.push(...Array(10_000).fill(rows[0])), /metrics: /],
  ])('is refused with %s', (_, edit, message) => {
    const copy = structuredClone(entry) as HistoryEntry & { metrics: { metrics: Figures }[] };
    edit((copy.metrics[0] as { metrics: Figures }).metrics, copy.metrics);
    expect(() => parseHistory(text(header, copy))).toThrow(/^line 2 is damaged: metrics/);
    expect(() => parseHistory(text(header, copy))).toThrow(message);
  });
});

test('a history written before there were metrics shows the same as then', () => {
  const kept = (name: string) =>
    readFileSync(join(import.meta.dirname, '../../../fixtures/before-metrics', name), 'utf8');
  const { entries = [] } = parseHistory(kept('history.ndjson')) ?? {};
  expect(entries).toHaveLength(14);
  expect(rowHistories(entries)).toEqual(JSON.parse(kept('history.json')));
});
