import { expect, test } from 'vitest';
import { type ClaimRow, judgeRows } from '../../../../core/judge/claims/rows.ts';

const BAND = { low: 1.1, high: 1.3 };
const row = (name: string, estimate: number, half: number, more: Partial<ClaimRow> = {}): ClaimRow => ({
  name,
  figure: { estimate, low: estimate - half, high: estimate + half },
  ...{ launches: 10, lack: null, impossible: false, ...more },
});
const many = (count: number, estimate: number) =>
  Array.from({ length: count }, (_, index) => row(`row-${index}`, estimate, 0.01));
const unknown = (name: string, lack: string) => row(name, 1, 0, { figure: null, lack });

test.each([
  [1.2, 'supported'],
  [1.5, 'refuted-above'],
  [1, 'refuted-below'],
  [1.3, 'undecided'],
] as const)('rows that are all at %d: %s', (estimate, verdict) => {
  expect(judgeRows(many(9, estimate), BAND)).toMatchObject({ verdict, perhapsMixed: false });
});

test('eight rows below and one far above are mixed, though their geometric mean lies in the band', () => {
  const judged = judgeRows([...many(8, 1.001), row('first-touch', 3.13, 0.02)], BAND);
  expect(Math.exp((8 * Math.log(1.001) + Math.log(3.13)) / 9)).toBeCloseTo(1.137, 2);
  expect(judged).toMatchObject({ verdict: 'mixed', rows: { above: ['first-touch'] } });
  expect(judged.rows.below).toHaveLength(8);
});

test('rows inside and rows outside are mixed', () => {
  expect(judgeRows([row('a', 1.2, 0.01), row('b', 1.6, 0.01)], BAND).verdict).toBe('mixed');
});

test('one row that could change it leaves the others without a verdict', () => {
  const judged = judgeRows([...many(8, 1.2), row('wide', 1.2, 0.2)], BAND);
  expect(judged).toMatchObject({ verdict: 'undecided', rows: { undecided: ['wide'] } });
});

test('but it changes nothing if the others disagree', () => {
  expect(judgeRows([...many(8, 1), row('far', 2, 0.01), row('wide', 1.2, 0.2)], BAND).verdict).toBe('mixed');
});

test('the more rows there are, the more one of them has to show before it makes them mixed', () => {
  const near = row('near', 1.315, 0.014);
  expect(judgeRows([row('a', 1.2, 0.01), near], BAND)).toMatchObject({
    verdict: 'undecided',
    perhapsMixed: true,
  });
  expect(judgeRows([near], BAND).verdict).toBe('refuted-above');
  const clear = row('clear', 1.32, 0.014);
  expect(judgeRows([row('a', 1.2, 0.01), clear], BAND).verdict).toBe('mixed');
  expect(judgeRows([...many(40, 1.2), clear], BAND)).toMatchObject({
    verdict: 'undecided',
    perhapsMixed: true,
  });
});

test('two launches do not tell a row from its like: a quantile of one degree of freedom is far out', () => {
  const rows = [...many(8, 1.2), row('far', 2, 0.3)].map((one) => ({ ...one, launches: 2 }));
  expect(judgeRows(rows, BAND)).toMatchObject({ verdict: 'undecided', perhapsMixed: true });
});

test('a row that failed might have disagreed', () => {
  expect(judgeRows([...many(3, 1.2), unknown('lz77', 'failed')], BAND)).toMatchObject({
    verdict: 'undecided',
    rows: { undecided: ['lz77 (failed)'] },
    impossible: [],
  });
});

test('a row that the hypervisor cannot run is none of its rows, and is named', () => {
  const cannot = { ...unknown('big-pages', 'it offers no pages of 2 MiB'), impossible: true };
  expect(judgeRows([...many(3, 1.2), cannot], BAND)).toMatchObject({
    verdict: 'supported',
    rows: { undecided: [] },
    impossible: ['big-pages (it offers no pages of 2 MiB)'],
  });
});
