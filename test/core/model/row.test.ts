import { expect, test } from 'vitest';
import { checkRows, type Row } from '../../../core/model/row.ts';
import { metric, row } from '../judge/compare/metric-example.ts';

const good = row({ it: metric(1, { versus: [{ target: 'native', ratio: 2 }] }) });

test('rows are handed on as they are', () => {
  const rows = [good];
  expect(checkRows('teapot', rows)).toBe(rows);
});

test.each<[string, Row, RegExp]>([
  ['a figure that is no number', row({ it: metric(1, { value: Number.NaN }) }), /0\.metrics\.it\.value/],
  ['an unknown unit', row({ it: metric(1, { unit: 'cups' as 'ns' }) }), /0\.metrics\.it\.unit/],
  ['a field that nobody knows', { ...good, colour: 'green' } as Row, /colour/],
  [
    'too many metrics',
    row(Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`m${index}`, metric(1)]))),
    /more than 64/,
  ],
])('%s is refused, with the suite and the place', (_, bad, named) => {
  expect(() => checkRows('teapot', [bad])).toThrow(named);
  expect(() => checkRows('teapot', [bad])).toThrow(/^the suite teapot gives a row that is none: /);
});

test('lists are bounded', () => {
  expect(() => checkRows('teapot', Array(25_001).fill(good))).toThrow(/25000/);
});
