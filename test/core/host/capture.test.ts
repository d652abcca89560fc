import { expect, test } from 'vitest';
import { capture } from '../../../core/host/capture.ts';

test('returns what the command printed', async () => {
  expect(await capture('printf', ['%s', 'a $HOME'])).toBe('a $HOME');
});

test('a command that is missing, fails, hangs or floods gives null', async () => {
  expect(await capture('/nonexistent/command', [])).toBeNull();
  expect(await capture('false', [])).toBeNull();
  expect(await capture('sleep', ['600'], { timeoutMs: 50 })).toBeNull();
  expect(await capture('yes', [], { maxBytes: 1000 })).toBeNull();
});

test('a child that waits for input sees its end', async () => {
  expect(await capture('cat', [], { timeoutMs: 30_000 })).toBe('');
});
