/**
 * What holds for every input, tried with inputs made by chance: the same ones each time, so that a test fails by what has
 * changed. HVBENCH_FUZZ=20000 tries as many of each, and HVBENCH_FUZZ_SEED=7 others. A failure names its seed and the
 * smallest input that it found; both variables as they were repeat it. That input belongs in an ordinary test.
 */
import fc from 'fast-check';
import { expect } from 'vitest';

/** So that a file takes a second. */
export const RUNS = Number(process.env.HVBENCH_FUZZ ?? 100);

fc.configureGlobal({
  numRuns: RUNS,
  seed: Number(process.env.HVBENCH_FUZZ_SEED ?? 1),
});

export { fc };

/** Any bytes. */
export const bytes = (constraints: fc.IntArrayConstraints = {}) =>
  fc.uint8Array(constraints).map((array) => Buffer.from(array));

/** Any text: all of Unicode, halves of its surrogate pairs, and characters that terminals obey. */
export const anyText = (constraints: { minLength?: number; maxLength?: number } = {}) =>
  fc.string({
    ...constraints,
    unit: fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
      fc.constantFrom(
        ...'\0\t\n\r\u001b\u007f\u009b\u00a0\u00ad\u061c\u200b\u202e\u2028\u2066\ufeff "\'=,;|<&',
      ),
    ),
  });

/** Text of some letters: more of it means something to a parser. */
export const textOf = (letters: string, maxLength = 60) =>
  fc.string({ unit: fc.constantFrom(...letters), maxLength });

/** What a function gives, or the error that it throws. */
export function outcome<T>(run: () => T): { readonly value: T } | { readonly error: unknown } {
  try {
    return { value: run() };
  } catch (error) {
    return { error };
  }
}

/** That a function gives something, or throws an Error that says so: no other error, and no other thing. */
export function expectToGiveOrSay(run: () => unknown, said: RegExp): void {
  const ended = outcome(run);
  const message = 'value' in ended ? null : (ended.error as Error).message;
  expect(message === null || said.test(message), `it said: ${message}`).toBe(true);
}

/** A text or bytes in pieces: cut at some of its places. */
export function pieces<T extends { slice(from: number, to: number): T; readonly length: number }>(
  whole: T,
  places: readonly number[],
): T[] {
  const cuts = [...new Set(places.map((place) => place % (whole.length + 1)))].sort((a, b) => a - b);
  return [0, ...cuts].map((from, index) => whole.slice(from, cuts[index] ?? whole.length));
}

/** Where to cut. */
export const places = fc.array(fc.nat(), { maxLength: 20 });
