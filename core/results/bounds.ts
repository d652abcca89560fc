/**
 * How large figures of a study may be. Beyond that reports would overflow where they change units, or draw axes without
 * end: a result may be somebody else's file.
 */
import { z } from 'zod';

const MOST = 1e15;
const LEAST = 1e-9;
const MOST_BYTES = 1e18;

/** A time, ms or ns, a rate or a number of turns. */
export const amount = z.number().min(0).max(MOST);
/** One that is divided by. */
export const positive = z.number().min(LEAST).max(MOST);
/** A difference of amounts, or a ratio of such. */
export const change = z.number().min(-MOST).max(MOST);
export const bytes = z.number().min(0).max(MOST_BYTES);
/** How much more, or less, than before. */
export const bytesMore = z.number().min(-MOST_BYTES).max(MOST_BYTES);
