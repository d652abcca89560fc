import { expect, it } from 'vitest';
import { metricIn } from '../../../core/exec/metric.ts';

it('the figure is the last match, of standard output before standard error', () => {
  expect(metricIn(/(\d+) k/g, ['1 k\n22 k', '333 k'])).toBe(22);
  expect(metricIn(/(\d+) k/g, ['nothing', '333 k'])).toBe(333);
  expect(metricIn(/^total: ([\d.,]+)$/gm, ['x\ntotal: 1,234.5\ny'])).toBe(1234.5);
});

it('there is none where nothing matches or the group is no number', () => {
  expect(metricIn(/(\d+) k/g, ['', ''])).toBeNull();
  expect(metricIn(/(\w+) k/g, ['many k'])).toBeNull();
  expect(metricIn(/n: ([\d.]*)/g, ['n: 5\nn: '])).toBeNull();
});

it('a comma is one between thousands, or there is no figure', () => {
  expect(metricIn(/=([\d.,]+)/g, ['=12,345,678.5'])).toBe(12_345_678.5);
  expect(metricIn(/=([\d.,]+)/g, ['=9,98'])).toBeNull();
});

it('a search that does not end is ended', () => {
  expect(() => metricIn(/^(([a-z])+.)+[A-Z]/gm, ['a'.repeat(60)])).toThrow(/--metric searches for more than/);
});
