/** Checks that hold for the objects of every suite. */
import { execFileSync } from 'node:child_process';
import { basename } from 'node:path';
import { expect } from 'vitest';
import { atLeastOne } from '../at-least-one.ts';

const CODE_LIMIT = 16 * 1024;
const DATA_LIMIT = 256 * 1024;

/** The objects call nothing but what common.c offers, and fit into their slots. */
export function expectLinkable(objects: readonly string[]): void {
  for (const object of atLeastOne(objects)) {
    const undefinedSymbols = execFileSync('nm', ['-u', object], { encoding: 'utf8' })
      .split('\n')
      .map((row) => row.trim().replace(/^U /, ''))
      .filter(Boolean);
    const allowed = ['memcpy', 'memmove', 'memset', 'memcmp'];
    expect(
      undefinedSymbols.filter((symbol) => !allowed.includes(symbol)),
      basename(object),
    ).toEqual([]);

    const sizes = execFileSync('size', ['-A', object], { encoding: 'utf8' })
      .split('\n')
      .map((row) => row.trim().split(/\s+/));
    const total = (section: RegExp) =>
      sizes.filter(([name]) => section.test(name ?? '')).reduce((sum, [, size]) => sum + Number(size), 0);
    const code = total(/^\.(text|rodata)/);
    expect(code, basename(object)).toBeGreaterThan(0);
    expect(code, basename(object)).toBeLessThanOrEqual(CODE_LIMIT);
    expect(total(/^\.(data|bss)/), basename(object)).toBeLessThanOrEqual(DATA_LIMIT);
  }
}
