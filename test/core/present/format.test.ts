import { describe, expect, test } from 'vitest';
import {
  bytesText,
  clip,
  dateTime,
  duration,
  durationText,
  overheadPhrase,
  overheadText,
  percent,
  plain,
  plainDeep,
  threeDigits,
} from '../../../core/present/format.ts';

const around = (estimate: number, half: number) => ({
  estimate,
  low: estimate - half,
  high: estimate + half,
});

test('text loses what a terminal or a bidirectional layout would obey, and stays on one line', () => {
  expect(plain('\u001b[31mred\u0007\u202Etxt.exe\nnext\u2028last')).toBe('[31mred txt.exe next last');
  expect(plain('µ-op × 10 – naïve 日本')).toBe('µ-op × 10 – naïve 日本');
});

test('a whole value is cleaned, keys too, and other types stay', () => {
  expect(plainDeep({ 'a\u001b': ['x\u0000y', 1, null, true] })).toEqual({ a: ['x y', 1, null, true] });
});

test('clipping keeps short text and marks what it cuts', () => {
  expect(clip('short', 5)).toBe('short');
  expect(clip('longer', 5)).toBe('long…');
});

describe('overheads', () => {
  test.each([
    [around(0.123, 0.004), '+12.3 % [+11.9, +12.7]'],
    [around(-0.004, 0.006), '-0.4 % [-1.0, +0.2]'],
    [around(0.0012, 0.0005), '+0.12 % [+0.07, +0.17]'],
    [around(0.5, 0.2), '+50 % [+30, +70]'],
    [around(3, 0.05), '+300.0 % [+295.0, +305.0]'],
    [around(6.6, 0.04), '7.60x [7.56, 7.64]'],
    [around(23, 0.4), '24.0x [23.6, 24.4]'],
    [around(200, 10), '201x [191, 211]'],
    [{ estimate: 1, low: -0.2, high: 3 }, '+100 % [-20, +300]'],
    [{ estimate: 0.05, low: -0.76, high: 3.65 }, 'not precise'],
    [{ estimate: 47, low: -1, high: 2_292_957 }, 'not precise'],
    [{ estimate: -0.5, low: -0.95, high: -0.1 }, 'not precise'],
  ])('%o is %s', (overhead, text) => {
    expect(overheadPhrase(overhead)).toBe(text);
  });

  test('nothing is written as minus zero', () => {
    expect(percent(-0.00001)).toBe('0.0 %');
    expect(overheadText(around(-0.00001, 0.002)).value).toBe('0.0 %');
  });
});

test.each([
  [0.28, '0.280 ns'],
  [9.18, '9.18 ns'],
  [999, '999 ns'],
  [51_100, '51.1 µs'],
  [2_300_000, '2.30 ms'],
  [1_500_000_000, '1.50 s'],
  [0.9999, '1.00 ns'],
  [9.9999, '10.0 ns'],
  [999_900, '1.00 ms'],
  [1234e9, '1234 s'],
])('%d ns is %s', (ns, text) => {
  expect(duration(ns)).toBe(text);
});

test.each([
  [0.0015, '0.00150'],
  [1.5, '1.50'],
  [999.4, '999'],
  [999.5, '1,000'],
  [3485.2, '3,485'],
])('%d in three digits is %s', (value, text) => {
  expect(threeDigits(value)).toBe(text);
});

test('a time whose interval says nothing says so, and stays', () => {
  expect(durationText({ estimate: 40, low: 10, high: 50 })).toEqual({
    value: '40.0 ns',
    range: '[10.0, 50.0]',
  });
  expect(durationText({ estimate: 40, low: 9.9, high: 50 })).toEqual({
    ...{ value: '40.0 ns', range: '(not precise)' },
  });
});

test('the interval of a time is in the unit of its estimate', () => {
  expect(durationText(around(1005, 20))).toEqual({ value: '1.00 µs', range: '[0.98, 1.02]' });
});

test('bytes and times', () => {
  expect(bytesText(32_768)).toBe('32 KiB');
  expect(bytesText(1.5 * 2 ** 30)).toBe('1.5 GiB');
  expect(bytesText(1023.98)).toBe('1 KiB');
  expect(bytesText(2 ** 30 - 1)).toBe('1 GiB');
  expect(bytesText(2 ** 50)).toBe('1024 TiB');
  expect(dateTime('2026-01-02T03:04:05.678Z')).toBe('2026-01-02 03:04 UTC');
});
