/** What each machine is asked to do, and how well it has to do it. */

/** One of the workloads that a machine takes in turns. */
export interface Task {
  /** `suite/entry` of a workload of another suite: a bare image holds them all. */
  readonly entry: string;
  /** Its parameter, 0 where it has none. Small enough for many machines on one host. */
  readonly argument: number;
}

/**
 * What each machine does in turns: straight-line arithmetic, stores, byte-wise branches, and dependent loads beyond the
 * first-level cache. No floating point: a translator's is a story of its own (suite cpu).
 */
export const TASKS: readonly Task[] = [
  { entry: 'cpu/sha256', argument: 0 },
  { entry: 'cpu/sieve', argument: 0 },
  { entry: 'cpu/lz77', argument: 0 },
  { entry: 'memory/chase', argument: 1 << 20 },
];

/** The small request whose latency is measured: registers only, so that what it waits for is a CPU. */
export const REQUEST: Task = { entry: 'cpu/integer', argument: 0 };

/** How long one task, and one request, should take natively, ms. */
export const TASK_MS = 8;
export const REQUEST_MS = 1;

/** At the set demand a machine asks for this share of one CPU, as native has it: requests and tasks together. */
export const SHARE = 0.1;
export const REQUESTS_PER_SECOND = 20;

/**
 * Quality of service: 95 of 100 requests within a tenth of a second, up to which an answer feels instantaneous (R. B.
 * Miller 1968, "Response Time in Man-Computer Conversational Transactions", AFIPS FJCC; J. Nielsen 1993, "Usability
 * Engineering", chapter 5), and so much of what was asked for done.
 */
export const CEILING_MS = 100;
export const LEAST_DONE = 0.95;
