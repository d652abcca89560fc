import { expect, test } from 'vitest';
import { printable } from '../../../core/cli/printable.ts';

test('control characters are shown, not sent', () => {
  expect(printable('a\u001b[31mb\nc\u202ed\u0000')).toBe('a\\u{1b}[31mb\\u{a}c\\u{202e}d\\u{0}');
});

test('everything else stays as it is', () => {
  expect(printable('QEMU – Größe 😀 | $x')).toBe('QEMU – Größe 😀 | $x');
});
