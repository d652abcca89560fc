/** Reads a figure out of a command's output. */

/** What the pattern's first group matched last, in the first of the texts that has a match; null where none is a number. */
export function metricIn(pattern: RegExp, texts: readonly string[]): number | null {
  for (const text of texts) {
    const last = [...text.matchAll(pattern)].at(-1)?.[1];
    if (last === undefined) continue;
    const value = Number(last.replaceAll(',', ''));
    return Number.isFinite(value) ? value : null;
  }
  return null;
}
