import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { lastWords } from '../../../core/hypervisors/last-words.ts';

it.each([
  ["throw new RangeError('too much of it')", /^RangeError: too much of it$/],
  ["throw Object.assign(new Error('no memory'), { code: 'ENOMEM', errno: -12 })", /^Error: no memory$/],
  ["require('node:fs').readFileSync('/nowhere')", /^Error: ENOENT: no such file or directory/],
  ["Promise.reject(new TypeError('nobody caught it'))", /^TypeError: nobody caught it$/],
  ["new (require('node:events'))().emit('error', 7)", /^Error \[ERR_UNHANDLED_ERROR\]: /],
])('is the error that ended a script: %s', (script, said) => {
  const words = lastWords(spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' }).stderr);
  expect(words).toMatch(said);
});

it('is the last line of what names no error', () => {
  expect(lastWords('warning: old\nqemu: could not open it\n\n')).toBe('qemu: could not open it');
});

it('is the last of several errors, and no longer than a line should be', () => {
  expect(lastWords('Error: first\n  at here\nTypeError: second\n  at there\n')).toBe('TypeError: second');
  expect(lastWords(`Error: ${'x'.repeat(5000)}`)).toHaveLength(400);
});

it('is nothing where nothing was said', () => {
  expect(lastWords('')).toBeUndefined();
  expect(lastWords(' \n\nNode.js v20.20.2\n')).toBeUndefined();
});
