/** What every table for a terminal needs. */
import { stripVTControlCharacters } from 'node:util';
import type { createColors } from 'picocolors';

export type Colours = ReturnType<typeof createColors>;

/** The longest name that a table shows whole. */
export const NAME_LENGTH = 28;

/** What a column takes at least: a border, a character and the room around it. More of them need not be laid out to be seen not to fit. */
export const LEAST_COLUMN = 4;

/** Columns that the longest line takes on a terminal. */
export function widthOf(text: string): number {
  return stripVTControlCharacters(text)
    .split('\n')
    .reduce((longest, line) => Math.max(longest, line.length), 0);
}
