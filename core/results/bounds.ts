/**
 * How large figures of a suite may be. Beyond that reports would overflow where they change units, or draw axes without
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
/** What a counter of 64 bits may show, or how far it went. */
export const counter = z
  .number()
  .min(-(2 ** 64))
  .max(2 ** 64);
/** Of one iteration or operation, ns: ratios of such are finite, and have a logarithm. */
export const perIteration = z.number().min(1e-15).max(MOST);
/** Iterations or operations of a batch. */
export const iterations = z.number().min(1).max(MOST);
/** The place of something among its like. */
export const index = z.number().int().min(0).max(MOST);
/** The end of an interval may lie far out where two launches differ much; beyond this, units could not be changed. */
export const end = z.number().min(-1e300).max(1e300);
/** Seconds that a run took: less than thirty years. */
export const elapsed = z.number().min(0).max(1e9);

/**
 * How long lists may be: a hundred times what a run makes, or more. A longer one is refused in a line, before anything
 * is made of it.
 */
export const MOST_HYPERVISORS = 256;
export const MOST_ROWS = 25_000;
/** Rows of a suite with a method of its own: a machine each. */
export const MOST_SUITE_ROWS = 1000;
/** Of a run, those of plugins included. */
export const MOST_SUITES = 256;
export const MOST_LAUNCHES = 1_000_000;
/** Of one launch. */
export const MOST_ROUNDS = 1_000_000;
export const MOST_FAILURES = 100_000;
export const MOST_NOTES = 10_000;
/** With more the interval is no better, and takes minutes. */
export const MOST_RESAMPLES = 20_000;
/** No configuration is nested as deep. */
const DEEPEST = 16;

/** A configuration: any JSON, but not so deep that to walk through it overflows the stack. */
export const configuration = z
  .record(z.string().max(64), z.unknown())
  .refine((config) => isShallow(config, DEEPEST), `nested more than ${DEEPEST} deep`);

function isShallow(value: unknown, levels: number): boolean {
  if (value === null || typeof value !== 'object') return true;
  return levels > 0 && Object.values(value).every((item) => isShallow(item, levels - 1));
}

/** Something by name, for no more than `most` names. */
export function namedUpTo<V extends z.ZodType>(most: number, value: V, name = z.string().max(4096)) {
  return z
    .record(name, value)
    .refine((record) => Object.keys(record).length <= most, `more than ${most} names`);
}
