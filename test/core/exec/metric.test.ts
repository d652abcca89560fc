import { describe, expect, it } from 'vitest';
import { metricIn } from '../../../core/exec/metric.ts';

const separators = (text: string) => ({ why: 'separators', text });
const part = (text: string) => ({ why: 'part', text });
const noNumber = (text: string) => ({ why: 'no-number', text });

it('the figure is the last match, of standard output before standard error', () => {
  expect(metricIn(/(\d+) k/g, ['1 k\n22 k', '333 k'])).toBe(22);
  expect(metricIn(/(\d+) k/g, ['nothing', '333 k'])).toBe(333);
  expect(metricIn(/^total: ([\d.,]+)$/gm, ['x\ntotal: 1,234.5\ny'])).toBe(1234.5);
  // The last match that the group has a part in.
  expect(metricIn(/n: (\d+)|end/g, ['n: 5\nend'])).toBe(5);
});

it('there is none where nothing matches or the group is no number', () => {
  expect(metricIn(/(\d+) k/g, ['', ''])).toBeNull();
  expect(metricIn(/(\w+) k/g, ['many k'])).toEqual(noNumber('many'));
  expect(metricIn(/n: ([\d.]*)/g, ['n: 5\nn: '])).toEqual(noNumber(''));
});

describe('what is written', () => {
  it.each([
    ['1021', 1021],
    ['1.021', 1.021],
    ['.98', 0.98],
    ['5.', 5],
    ['-5', -5],
    ['+0.5', 0.5],
    ['1e-3', 1e-3],
    ['1.5E+3', 1500],
    [' 7 ', 7],
    // Commas between thousands, where they can be nothing else.
    ['1,234.5', 1234.5],
    ['12,345,678', 12_345_678],
    ['12,345,678.5', 12_345_678.5],
    ['1_000', 1000],
    // The sentence's own.
    ['5,', 5],
    ['0.98.', 0.98],
  ])('"%s" is %f', (text, value) => {
    expect(metricIn(/=(.*)/g, [`=${text}`])).toBe(value);
  });

  it.each(['1,234', '1,021', '0,123', '0,98', '9,98', '1.234,5', '1.234.567', '1 234', '1\u202f234'])(
    '"%s" may be another number',
    (text) => {
      expect(metricIn(/=(.*)/g, [`=${text}`])).toEqual(separators(text));
    },
  );

  it.each(['1,234,5', '12,34,567', '0,123,456', '0,123.5', '1’234', "1'234", '1,234.', '-0,98', '1,5e3'])(
    '"%s" is written as here is not known',
    (text) => {
      expect(metricIn(/=(.*)/g, [`=${text}`])).toEqual(separators(text));
    },
  );

  it.each(['nan', 'NaN', 'inf', '-Infinity', '0x1f', '-', '', 'n/a', '1e999', '-1e301', '5 s', '١٢'])(
    '"%s" is no number',
    (text) => {
      expect(metricIn(/=(.*)/g, [`=${text}`])).toEqual(noNumber(text));
    },
  );

  it('is quoted no longer than a number can be', () => {
    expect(metricIn(/=(.*)/g, [`=${'x'.repeat(1000)}`])).toEqual(noNumber('x'.repeat(40)));
  });
});

describe('a group that leaves out some of the digits has no figure', () => {
  it.each([
    [/(\d+)s/, 'real 0m1,021s', '0m1,021s'],
    [/score: (\d+)/, 'score: 1,234', '1,234'],
    [/score: (\d+)/, 'score: 1.5', '1.5'],
    [/([\d.,]+) ops/, '1 234 ops', '1 234'],
    [/([\d.,]+) ops/, '1\u202f234 ops', '1\u202f234'],
    [/=([\d.]+)/, '=1e-3', '1e-3'],
    [/(\d+)$/, '=1e-3', '1e-3'],
    [/=(\d+)/, '=0x1f', '0x1f'],
    [/(\d+)$/, '=0x10', '0x10'],
    [/(\d+)$/, 'x: -5', '-5'],
    [/(\d+)$/, 'x: .98', '.98'],
    [/=(\d+)/, '=1_000', '1_000'],
    // Greedy, and so it leaves the last digit alone.
    [/score.*([\d.]+)/, 'score: 12.5', '12.5'],
    [/score.*(\d+)/, 'score: 1234', '1234'],
    [/(\d\d?)/, '=12345', '12345'],
  ])('%s in "%s"', (pattern, text, number) => {
    expect(metricIn(pattern, [text])).toEqual(part(number));
  });

  it.each([
    [/real +0m([\d.]+)s/, 'real    0m1.021s', 1.021],
    [/real +(\d+)m/, 'real    0m1.021s', 0],
    [/^sha256 .* ([\d.]+)k$/, 'sha256   123.45k   678.90k', 678.9],
    // What the pattern names beside the group is none of the number's.
    [/^\d+,(\d+),/, '5,12,77', 12],
    [/^(\d+),/, '5,12,77', 5],
    [/^cpu (\d+) /, 'cpu 123 456 789', 123],
    [/(\d+)%/, 'progress...98%', 98],
    [/x(\d+)/, '640x480', 480],
    [/(\d+) items/, 'No.5 items', 5],
    [/-(\d+)$/, '2026-11-27', 27],
    [/:([\d.]+)$/, '0:01.5', 1.5],
    [/p99=([\d.]+)/, 'p99=0.98, p999=1', 0.98],
  ])('%s in "%s" leaves out none', (pattern, text, value) => {
    expect(metricIn(pattern, [text])).toBe(value);
  });
});

it('a search that does not end is ended', () => {
  expect(() => metricIn(/^(([a-z])+.)+[A-Z]/gm, ['a'.repeat(60)])).toThrow(/--metric searches for more than/);
});
