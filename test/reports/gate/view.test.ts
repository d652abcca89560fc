import { expect, test } from 'vitest';
import { rowName } from '../../../core/judge/compare/match.ts';
import type { Gate, GateRow } from '../../../core/judge/gate/gate.ts';
import { outcome } from '../../../reports/gate/outcome.ts';
import {
  absences,
  contextLines,
  countLine,
  failingRows,
  figures,
  leftOutLines,
  legend,
  minimumEffectText,
  rowsWithVerdict,
  seriesName,
  shownRows,
} from '../../../reports/gate/view.ts';
import { failed, many, only, strict } from './example.ts';

const verdicts = (rows: readonly GateRow[]) => rows.map(({ verdict }) => verdict);

test.each([
  ['failed', failed, 'Gate failed: 2 of 36 rows are slower than the baseline'],
  ['one', many('regressed', 1), 'Gate failed: 1 of 1 row is slower than the baseline'],
  [
    'strict',
    strict,
    'Gate failed: 2 of 36 rows are slower than the baseline; 3 of 36 rows are undecided (--strict)',
  ],
  [
    'strict, none slower',
    only(['same', 'undecided'], true),
    'Gate failed: 3 of 33 rows are undecided (--strict)',
  ],
  [
    'passed',
    only(['same', 'improved', 'undecided']),
    'Gate passed: none of 34 rows was found slower than the baseline',
  ],
  ['empty', only([]), 'Gate passed: no row could be judged'],
])('the outcome is one sentence: %s', (_, gate, sentence) => {
  expect(outcome(gate)).toBe(sentence);
});

test('counts every verdict, and what was not judged once each', () => {
  expect(countLine(failed)).toBe('2 regressed, 1 improved, 3 undecided, 30 the same; 2 rows not judged');
  expect(countLine({ ...only(['improved']), absent: [] })).toBe(
    '0 regressed, 1 improved, 0 undecided, 0 the same',
  );
});

test('rows come by verdict, the largest change first, up or down', () => {
  expect(verdicts(shownRows(failed))).toEqual([
    ...['regressed', 'regressed', 'improved'],
    ...['undecided', 'undecided', 'undecided'],
  ]);
  const changes = rowsWithVerdict(failed, 'undecided').map(({ change }) => change.estimate);
  expect(changes).toEqual([0.021, -0.018, 0.009]);
});

test('rows that are the same are shown only where there are at most 12 rows', () => {
  expect(shownRows(many('same', 12))).toHaveLength(12);
  expect(leftOutLines(many('same', 12))).toEqual([]);
  expect(shownRows(many('same', 13))).toEqual([]);
  expect(leftOutLines(many('same', 13))).toEqual(['13 rows are the same within their minimum effect']);
  const one = { ...failed, rows: [...many('undecided', 12).rows, ...many('same', 1).rows] };
  expect(leftOutLines(one)).toEqual(['1 row is the same within its minimum effect']);
});

/** Undecided rows that no fresh launch was spent on, with this estimate of the change. */
function unsuspected(length: number, estimate: number): Gate {
  const gate = many('undecided', length);
  const rows = gate.rows.map((row) => ({
    ...row,
    change: { estimate, low: estimate - 0.02, high: estimate + 0.02 },
    minimumEffect: { fraction: 0.01, source: 'default' as const },
    launches: { ...row.launches, fresh: 0 },
  }));
  return { ...gate, rows };
}

test('of more than 12 rows, undecided ones are shown only if they were suspects', () => {
  expect(shownRows(unsuspected(12, 0.002))).toHaveLength(12);
  expect(leftOutLines(unsuspected(12, 0.002))).toEqual([]);
  expect(shownRows(unsuspected(13, 0.002))).toEqual([]);
  expect(leftOutLines(unsuspected(13, 0.002))).toEqual([
    '13 rows showed nothing suspicious, but the interval is too wide to call it the same',
  ]);
  // Far below is nothing to suspect either; above what counts is, also where there was no time to look again.
  expect(shownRows(unsuspected(13, -0.05))).toEqual([]);
  expect(shownRows(unsuspected(13, 0.011))).toHaveLength(13);
  const { rows } = unsuspected(13, 0.002);
  const again = rows.map((row, index) =>
    index === 4 ? { ...row, launches: { ...row.launches, fresh: 5 } } : row,
  );
  const gate = { ...unsuspected(13, 0.002), rows: again };
  expect(shownRows(gate).map(({ workload }) => workload)).toEqual(['w4']);
  expect(leftOutLines(gate)[0]).toMatch(/^12 rows showed nothing suspicious/);
});

test('a strict gate shows every undecided row, since it fails for it', () => {
  const gate = { ...unsuspected(13, 0.002), strict: true };
  expect(shownRows(gate)).toHaveLength(13);
  expect(leftOutLines(gate)).toEqual([]);
});

test('rows are shown or counted as left out, never both and never neither', () => {
  for (const gate of [failed, strict, unsuspected(20, 0.002), many('same', 13), many('regressed', 30)]) {
    const left = leftOutLines(gate).reduce((sum, line) => sum + Number.parseInt(line, 10), 0);
    expect(shownRows(gate).length + left).toBe(gate.rows.length);
  }
});

test('undecided rows fail a strict gate alone', () => {
  expect(verdicts(failingRows(failed))).toEqual(['regressed', 'regressed']);
  expect(verdicts(failingRows(strict))).toEqual([
    'regressed',
    'regressed',
    ...['undecided', 'undecided', 'undecided'],
  ]);
});

test('says what was judged, against what', () => {
  expect(contextLines(failed)).toEqual([
    'Baseline: ci/baseline.json, 2026-01-02 03:04 UTC, 5 runs of this host class',
    'Judged: results/tuesday, 2026-02-03 04:05 UTC',
    expect.stringMatching(/^Host class 0123456789ab: None Synthetic CPU 9000; .*KVM is backed by kvm_pvm/),
  ]);
  expect(contextLines({ ...failed, folder: null })[1]).toBe(
    'Judged: measured by the gate, 2026-02-03 04:05 UTC',
  );
});

test('a row that both sides lack is absent once, with every reason once', () => {
  expect(absences(failed).map((row) => `${rowName(row)}: ${row.reason}`)).toEqual([
    'cpu/spectral-norm, kvm (x86_64): the machine code differs (another digest)',
    'memory/gups-4k, v86 (i386): failed: wrong checksum: 1 instead of 2',
  ]);
  const [first, second] = failed.absent;
  const two = { ...failed, absent: [first, { ...second, reason: 'no such row' }] } as typeof failed;
  expect(absences(two).map(({ reason }) => reason)).toEqual([
    'the machine code differs (another digest); no such row',
  ]);
});

test('a minimum effect says where it comes from, unless it is the default', () => {
  expect(minimumEffectText({ fraction: 0.01, source: 'default' })).toBe('±1 %');
  expect(minimumEffectText({ fraction: 0.023_87, source: 'noise' })).toBe('±2.39 % (noise)');
  expect(minimumEffectText({ fraction: 0.0025, source: 'config' })).toBe('±0.25 % (config)');
});

test('figures and names of a row', () => {
  const [row] = rowsWithVerdict(failed, 'regressed').slice(1);
  if (!row) throw new Error('no row');
  expect(figures(row)).toBe(
    'overhead +10.1 % in the baseline, +21.3 % now; change +10.2 % [+9.6, +10.8], minimum effect ±1 %',
  );
  expect(rowName(row)).toBe('cpu/sieve, kvm (x86_64)');
  expect(seriesName(row)).toBe('cpu/sieve kvm x86_64');
});

test('the legend says how sure the intervals are, and explains only the sources that occur', () => {
  expect(legend(failed)).toContain("(noise: the row's own in the baseline; config: as configured)");
  expect(legend(failed)).toMatch(/CI of 99\.86 % by fresh launches alone, so that .* at most 5 %\.$/);
  expect(legend(many('same', 1))).toContain('counts only beyond its minimum effect. Intervals');
  expect(legend(many('same', 1))).not.toContain('fresh');
  expect(legend({ ...failed, confidence: 0.95, alpha: 0.025 })).toMatch(/CI of 95 %.* 2\.5 %\.$/);
  expect(legend({ ...failed, confidence: 0.999_998_4 })).toContain('CI of 99.99984 %');
});
