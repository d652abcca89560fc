import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { linesOf } from '../../../core/results/lines.ts';

const folder = mkdtempSync(join(tmpdir(), 'hvbench-lines-'));
const path = join(folder, 'file');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function lines(content: string | Buffer, mostBytes?: number): string[] {
  writeFileSync(path, content);
  return [...linesOf(path, mostBytes)];
}

it.each([
  ['nothing', '', []],
  ['lines', 'a\nbc\n', ['a', 'bc']],
  ['empty lines', '\n\na\n\n', ['', '', 'a', '']],
  ['a last line without an end', 'a\nb', ['a']],
  ['one line without an end', 'a', []],
])('gives of %s what has an end', (_, content, expected) => {
  expect(lines(content)).toEqual(expected);
});

it('puts together what lies in several reads, characters too', () => {
  const megabyte = 1 << 20;
  const long = ['x'.repeat(megabyte - 2), 'ä€😀'.repeat(megabyte / 2), '', 'y'.repeat(3 * megabyte), 'end'];
  expect(lines(long.map((line) => `${line}\n`).join(''))).toEqual(long);
  for (const shift of [0, 1, 2, 3])
    expect(lines(`${'x'.repeat(megabyte - shift)}😀\nend\n`)).toEqual([
      `${'x'.repeat(megabyte - shift)}😀`,
      'end',
    ]);
});

it('names the line that is too long, with an end or without', () => {
  expect(lines('12345\n', 5)).toEqual(['12345']);
  expect(() => lines('a\n123456\n', 5)).toThrow('line 2 is longer than 5 bytes');
  expect(() => lines('a\nb\n123456', 5)).toThrow('line 3 is longer than 5 bytes');
  expect(() => lines('x'.repeat(5 << 20), 1 << 20)).toThrow('line 1 is longer than 1048576 bytes');
});

it('refuses what is no file, and says what the system says', () => {
  expect(() => [...linesOf(folder)]).toThrow('not a file');
  expect(() => [...linesOf('/dev/null')]).toThrow('not a file');
  expect(() => [...linesOf(join(folder, 'nowhere'))]).toThrow('ENOENT');
});
