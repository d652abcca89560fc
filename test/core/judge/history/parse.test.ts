import { describe, expect, test } from 'vitest';
import { entryOf, HISTORY_SCHEMA } from '../../../../core/judge/history/entry.ts';
import { parseHistory } from '../../../../core/judge/history/parse.ts';
import { changed, smallResult } from '../compare/example.ts';
import { HOST_CLASS, historyEntry, historyRow } from './example.ts';

const header = { type: 'header', schema: HISTORY_SCHEMA, hostClass: HOST_CLASS };
const [first, second, third] = [0, 1, 2].map((index) => historyEntry(index));

const text = (...lines: unknown[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

describe('a history', () => {
  test('is a header and results, by time', () => {
    expect(parseHistory(text(header, second, first))).toEqual({
      hostClass: HOST_CLASS,
      entries: [first, second],
    });
  });

  test('keeps what is whole where a killed writer left half a line', () => {
    const half = JSON.stringify(second).slice(0, 50);
    expect(parseHistory(`${text(header, first)}${half}`)?.entries).toEqual([first]);
    expect(parseHistory(JSON.stringify(header).slice(0, 50))).toBeNull();
    expect(parseHistory('')).toBeNull();
  });

  test('may hold a line twice, as two writers or a merge leave it', () => {
    expect(parseHistory(text(header, first, header, second, first))?.entries).toEqual([first, second]);
    const other = { ...first, seed: 43 };
    expect(parseHistory(text(header, first, other))?.entries).toHaveLength(2);
  });

  test.each<[what: string, content: string, message: RegExp]>([
    ['half a line in the middle', `${text(header)}{"type":"res\n${text(second)}`, /^line 2 is not JSON$/],
    ['an empty line', `${text(header)}\n${text(second)}`, /^line 2 is not JSON$/],
    ['a result without rows', text(header, { ...first, rows: undefined }), /^line 2 is damaged: rows: /],
    ['a line of another type', text(header, { ...first, type: 'other' }), /^line 2 is damaged: type: /],
    [
      'a member of a very long name',
      text(header, { ...first, ['x'.repeat(5000)]: 1 }),
      /^line 2 is damaged: .{1,300}$/,
    ],
    ['a member that nobody knows', text(header, { ...first, more: 1 }), /^line 2 is damaged: .*more/],
    [
      'an overhead that is none',
      text(header, historyEntry(0, { rows: [historyRow({ overhead: { estimate: -1, low: -1, high: 0 } })] })),
      /^line 2 is damaged: rows\.0\.overhead: not an interval of an overhead$/,
    ],
    ['no header', text(first), /^it has no schema, not hvbench\/history@1$/],
    [
      'another schema',
      text({ ...header, schema: 'hvbench/history@2' }),
      /^it is of schema hvbench\/history@2, not /,
    ],
    ['a schema of several lines', text({ ...header, schema: 'a\nb' }), /^it is of schema a, not /],
    ['something else', 'null\n', /^it has no schema/],
    ['a header without a class', text({ ...header, hostClass: {} }), /^line 1 is damaged: hostClass\.id: /],
    [
      'two host classes',
      text(header, first, { ...header, hostClass: { ...HOST_CLASS, id: 'f'.repeat(12) } }, third),
      /^line 3 begins another host class, ffffffffffff$/,
    ],
  ])('is refused with %s', (_, content, message) => {
    expect(() => parseHistory(content)).toThrow(message);
  });
});

describe('entryOf', () => {
  const notes = { commit: 'abc', label: null };

  test('keeps every row but native that has an overhead, the control included', () => {
    const result = changed(smallResult(), { workload: 'sha256', hypervisor: 'kvm' }, (m) => ({
      ...m,
      status: 'failed',
    }));
    const entry = entryOf(result, notes);
    expect(entry.rows.map(({ workload, hypervisor }) => `${workload} ${hypervisor}`)).toEqual([
      'integer control',
      'integer kvm',
      'sha256 control',
    ]);
    expect(entry.rows[1]).toEqual({
      ...{
        suite: 'cpu',
        workload: 'integer',
        isa: 'x86_64',
        hypervisor: 'kvm',
        technique: 'direct-execution',
      },
      ...{ digest: 'ab'.repeat(32), argument: 0, launches: 3 },
      overhead: result.measurements.find((m) => m.workload === 'integer' && m.hypervisor === 'kvm')?.overhead,
    });
    expect(entry).toMatchObject({ startedAt: result.startedAt, seed: 42, kernel: '6.1.0', ...notes });
  });

  test('holds nothing that a history could not read again', () => {
    const wrong = changed(smallResult(), { workload: 'integer', hypervisor: 'kvm' }, (m) => ({
      ...m,
      overhead: { estimate: -2, low: -3, high: -1 },
    }));
    expect(() => entryOf(wrong, notes)).toThrow(/2026-01-02.* cannot be added: rows\.1\.overhead/);
  });
});
