import { expect } from 'vitest';
import { atLeastOne } from '../at-least-one.ts';

/** That each text occurs, one after the other. */
export function expectInOrder(text: string, parts: readonly string[]): void {
  let from = 0;
  for (const part of atLeastOne(parts)) {
    const at = text.indexOf(part, from);
    expect(at, `'${part}' after position ${from} of\n${text}`).toBeGreaterThanOrEqual(0);
    from = at + part.length;
  }
}
