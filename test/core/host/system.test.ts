import { expect, test } from 'vitest';
import {
  parseOsName,
  parseSelected,
  readOsName,
  readTransparentHugePages,
} from '../../../core/host/system.ts';
import { fakeHost } from './folder-host.ts';

test.each([
  ['NAME="X"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian', 'Debian GNU/Linux 12 (bookworm)'],
  ["PRETTY_NAME='Alpine Linux v3.20'", 'Alpine Linux v3.20'],
  ['PRETTY_NAME=Plain', 'Plain'],
  ['PRETTY_NAME="An \\"odd\\" one"', 'An "odd" one'],
  ['PRETTY_NAME="bell\u0007"', 'bell'],
  ['PRETTY_NAME=""', null],
  ['NAME=none', null],
])('os-release %j', (text, name) => {
  expect(parseOsName(text)).toBe(name);
});

test('the choice in brackets', () => {
  expect(parseSelected('always [madvise] never')).toBe('madvise');
  expect(parseSelected('always madvise never')).toBeNull();
});

test('falls back from /etc to /usr/lib to the kernel', async () => {
  expect(await readOsName(await fakeHost({ 'usr/lib/os-release': 'PRETTY_NAME=Fallback' }))).toBe('Fallback');
  expect(await readOsName(await fakeHost({}))).toBe('Linux unknown');
});

test('huge pages are null where the kernel has none', async () => {
  const path = 'sys/kernel/mm/transparent_hugepage/enabled';
  expect(await readTransparentHugePages(await fakeHost({ [path]: '[always] madvise never\n' }))).toBe(
    'always',
  );
  expect(await readTransparentHugePages(await fakeHost({}))).toBeNull();
});
