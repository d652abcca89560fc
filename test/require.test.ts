import { afterEach, expect, test, vi } from 'vitest';
import { requireOrSkip } from './require.ts';

afterEach(() => vi.unstubAllEnvs());

test('skips what is absent and runs what is present', () => {
  vi.stubEnv('HVBENCH_REQUIRE', 'kvm');
  expect(requireOrSkip('chromium', true)).toBe(false);
  expect(requireOrSkip('chromium', false)).toBe(true);
});

test('fails where the absent is required', () => {
  vi.stubEnv('HVBENCH_REQUIRE', 'kvm, chromium');
  expect(() => requireOrSkip('chromium', false)).toThrow(/chromium/);
  expect(requireOrSkip('chromium', true)).toBe(false);
});
