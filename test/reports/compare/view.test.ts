import { expect, test } from 'vitest';
import {
  absentLines,
  changeCounts,
  countLines,
  legend,
  resultLines,
  verdictText,
} from '../../../reports/compare/view.ts';
import { pair, strangers, three } from './example.ts';

test('counts every verdict, and the rows left out once each', () => {
  const counts = changeCounts(pair);
  expect(counts).toMatchObject([{ letter: 'B', worse: 1, better: 0, rows: 3 }]);
  // kvm's sha256 and control's integer: their samples are the same.
  expect((counts[0]?.same ?? 0) + (counts[0]?.undecided ?? 0)).toBe(2);
  expect(countLines(pair)).toEqual([
    expect.stringMatching(/^1 worse, 0 better, \d the same, \d undecided of 3 rows; 1 row not compared$/),
  ]);
});

test('of more than two results each has its line', () => {
  expect(countLines(three)).toEqual([
    expect.stringMatching(/^B against A: 1 worse, 0 better, /),
    expect.stringMatching(/^C against A: 0 worse, 2 better, /),
  ]);
});

test('without a row in common all counts are 0', () => {
  expect(countLines(strangers)).toEqual([
    '0 worse, 0 better, 0 the same, 0 undecided of 0 rows; 4 rows not compared',
  ]);
});

test('a row that both have is left out once, with the reason', () => {
  expect(absentLines(pair)).toEqual([
    'cpu/sha256, control (x86_64), in A and B: the machine code differs (another digest)',
  ]);
});

test('results have letters, paths and dates', () => {
  expect(resultLines(pair)).toEqual([
    'A: results/monday, 2026-01-02 03:04 UTC',
    'B: results/tuesday, 2026-02-03 04:05 UTC',
  ]);
});

test('the margin is part of the verdict', () => {
  expect(verdictText('same', 0.01)).toBe('same within ±1 %');
  expect(verdictText('same', 0.0025)).toBe('same within ±0.25 %');
  expect(verdictText('worse', 0.01)).toBe('worse');
  expect(legend({ ...pair, margin: 0.05 })).toContain('beyond ±5 %');
});
