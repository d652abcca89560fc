/** Reads a figure out of a command's output. */
import { runInNewContext } from 'node:vm';
import { UserError } from '../errors.ts';

/** Some patterns take for ever to find out that nothing matches. */
const LIMIT_MS = 1000;
/** With or without commas between thousands. */
const NUMBER = /^[+-]?(\d{1,3}(,\d{3})+(\.\d*)?|\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/**
 * What the pattern's first group matched last, in the first of the texts that has a match; null where none is a number.
 * Throws UserError where looking for it takes too long.
 */
export function metricIn(pattern: RegExp, texts: readonly string[]): number | null {
  for (const text of texts) {
    const last = lastMatch(pattern, text);
    if (last === undefined) continue;
    const value = NUMBER.test(last.trim()) ? Number(last.replaceAll(',', '')) : Number.NaN;
    return Number.isFinite(value) ? value : null;
  }
  return null;
}

function lastMatch(pattern: RegExp, text: string): string | undefined {
  try {
    // The only way to end a search that does not end.
    return runInNewContext(
      'Array.from(text.matchAll(pattern)).at(-1)?.[1]',
      { pattern, text },
      { timeout: LIMIT_MS },
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new UserError(`--metric searches for more than ${LIMIT_MS} ms: make it simpler`);
  }
}
