import { expect, test } from 'vitest';
import { cleanText, listFolder, readText } from '../../../core/host/text.ts';
import { fakeRoot } from './fake-root.ts';

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

test('reads and lists below the root; what is missing is null or empty', async () => {
  const root = await fakeRoot({ 'a/two': ' text \n', 'a/one': '' });
  expect(await readText(root, 'a/two')).toBe('text');
  expect(await readText(root, 'a/three')).toBeNull();
  expect(await readText(root, 'a')).toBeNull();
  expect(await listFolder(root, 'a')).toEqual(['one', 'two']);
  expect(await listFolder(root, 'b')).toEqual([]);
});
