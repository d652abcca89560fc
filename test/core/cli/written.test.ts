import { expect, test } from 'vitest';
import { writtenLine } from '../../../core/cli/written.ts';

test('files are named as they are called in their folder', () => {
  expect(writtenLine('out', ['out/a.csv', 'out/b.png'])).toBe('\nWritten to out: a.csv, b.png\n');
});

test('no file is no empty list, and no name reaches the terminal raw', () => {
  expect(writtenLine('a\x1bb', [])).toBe(
    '\nWritten to a\\u{1b}b: nothing: these reports have nothing to show\n',
  );
});
