import { expect, test } from 'vitest';
import { cleanText } from '../../../core/host/text.ts';

test('clean text has one line, no control characters and a bounded length', () => {
  expect(cleanText('  QEMU\u0000\u001b]0;title\u0007\n\tStandard\u202e PC ')).toBe(
    'QEMU ]0;title Standard PC',
  );
  expect(cleanText('x'.repeat(1000), 10)).toBe('x'.repeat(10));
});

test('a cut never leaves half a character', () => {
  expect(cleanText('ab😀cd', 3)).toBe('ab😀');
});

test('a cut leaves no space at the end', () => {
  expect(cleanText('!\u0000,', 2)).toBe('!');
});
