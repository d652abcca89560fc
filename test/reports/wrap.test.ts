import { expect, test } from 'vitest';
import { wrap } from '../../reports/wrap.ts';

test('breaks between words only', () => {
  expect(wrap('one two three', 8)).toEqual(['one two', 'three']);
  expect(wrap('one-very-long-word and more', 8)).toEqual(['one-very-long-word', 'and more']);
});

test('a figure and its interval each stay whole', () => {
  expect(wrap('measured +0.5 % [+0.2, +0.8]; claimed', 20)).toEqual([
    'measured +0.5 %',
    '[+0.2, +0.8];',
    'claimed',
  ]);
});
