/** What a host is filled with, and how far. */

/** Machines at once, where neither the host nor `--machines` says fewer. */
export const GOAL = 10_000;

/** What each machine is asked: registers only, so that what a machine holds is not the request's. */
export const REQUEST = { suite: 'cpu', workload: 'integer', iterations: 100 } as const;

/** The most memory that an idle machine of our own should take beyond what its guest has touched, bytes. */
export const CEILING_BYTES = 2 ** 20;

/** Each step holds so many times the machines of the one before. */
export const STEP = 10;
