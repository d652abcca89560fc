/** What the suite writes into the journal and keeps in the result. */
import { z } from 'zod';
import { amount, bytes, bytesMore, change, positive } from '../../core/results/bounds.ts';
import { isaSchema } from '../../core/results/schema.ts';

const text = z.string().max(4096);
const whole = z.number().int().min(0);
/** The longest list of machines, and of requests to one of them, that is read back. */
const MOST_MACHINES = 100_000;
const MOST_REQUESTS = 1_000_000;
/** The longest latency that is told apart, µs: an hour. */
export const LONGEST_US = 3_600_000_000;
/** More than there are values of four digits up to that. */
const MOST_COUNTS = 100_000;

const taskSchema = z.strictObject({
  /** `suite/entry` */
  workload: text,
  argument: z.number(),
  /** Of one task: the same number on every machine of an ISA. */
  iterations: whole,
  /** CPU time that it takes natively, with what it takes to prepare it, ns. */
  ns: positive,
});

/** What machines were asked to do: calibrated once for each ISA, by a native process with nothing beside it. */
export const loadProfileSchema = z.strictObject({
  tasks: z.array(taskSchema).min(1).max(64),
  request: taskSchema,
  /** At the set demand: of one CPU, natively. */
  share: positive,
  requestsPerSecond: positive,
  tasksPerSecond: positive,
  /** Quality of service: 95 of 100 requests to each machine take at most this long, ms. */
  ceilingMs: positive,
  /** And so much of what each machine was asked for has to be done. */
  leastDone: positive,
  /** The CPUs that machines are spread over. */
  cpus: z.array(whole).min(1).max(8192),
});
export type LoadProfile = z.infer<typeof loadProfileSchema>;

export const demandSchema = z.enum(['set', 'flat-out']);
export type Demand = z.infer<typeof demandSchema>;

const name = { suite: text, isa: isaSchema, hypervisor: text };

const loadProfileEntry = loadProfileSchema.extend({
  type: z.literal('consolidation-mix'),
  suite: text,
  isa: isaSchema,
  /** Of each task, then of the request. */
  checksums: z.array(text).max(65),
});

/** What one machine did while it was measured. */
const guestSchema = z
  .strictObject({
    /** Turns of the load profile in each window; a task that reaches beyond a window counts for its part inside. */
    turns: z.array(amount).min(1).max(1000),
    /** Asked for within the windows, and of as many done when they were over. Tasks have no number where it is flat out. */
    tasks: z.strictObject({ asked: whole, done: whole }),
    requests: z.strictObject({ asked: whole, done: whole }),
    /**
     * From when each request was due until it was done, or until the end if it never was: pairs of µs, to a thousandth, and
     * how many took as long.
     */
    latencies: z
      .array(z.tuple([whole.max(LONGEST_US), whole.min(1).max(MOST_REQUESTS)]))
      .max(MOST_COUNTS)
      .optional(),
    /** Each of them, ms: how journals of `hvbench/journal@1` have it. */
    latenciesMs: z.array(amount).max(MOST_REQUESTS).optional(),
  })
  .refine(({ latencies, latenciesMs }) => (latencies === undefined) !== (latenciesMs === undefined), {
    path: ['latencies'],
    message: 'latencies are either counted or listed',
  });
export type GuestRecord = z.infer<typeof guestSchema>;

const levelEntry = z.strictObject({
  type: z.literal('consolidation-level'),
  ...name,
  machines: whole,
  demand: demandSchema,
  windowSeconds: positive,
  /**
   * CPU time of all machines with all their processes over the windows, ns; null where it could not be read. Below zero
   * where a thread ended in them: what it had used before ends with it.
   */
  cpuNs: change.nullable(),
  /** CPU time of the tool itself meanwhile, ns. */
  toolCpuNs: amount,
  /** How late the tool asked machines that were idle, ms: 95 of 100 times it was less. */
  toolLagMs: amount,
  guests: z.array(guestSchema).min(1).max(MOST_MACHINES),
});
export type LevelEntry = z.infer<typeof levelEntry>;

const stepEntry = z.strictObject({
  type: z.literal('consolidation-step'),
  ...name,
  machines: whole,
  /** From when the first of all machines at once was started until the last was ready, ms. */
  stormMs: amount,
  startMs: z.array(amount).min(1).max(MOST_MACHINES),
  /** Proportional set size of each machine with all its processes after its work, bytes; null where it was not told. */
  pssBytes: z.array(bytes).min(1).max(MOST_MACHINES).nullable(),
});
export type StepEntry = z.infer<typeof stepEntry>;

export const endedSchema = z.strictObject({
  /**
   * `quality`: it was missed, and more machines did no more work; `limit`: the host holds no more; `machines`: no more
   * were asked for; `beside`: it went only where others went; `budget`: the time was up; `failed`, `unavailable`: there is no figure, or no further one.
   */
  kind: z.enum(['quality', 'limit', 'machines', 'beside', 'budget', 'failed', 'unavailable', 'interrupted']),
  /** The most machines at once that were measured. */
  machines: whole,
  reason: text,
});
export type Ended = z.infer<typeof endedSchema>;

const endEntry = endedSchema.extend({ type: z.literal('consolidation-end'), ...name });

const MOST = 10_000;
/** What it writes into the journal. */
export const consolidationEntries = {
  'consolidation-mix': { schema: loadProfileEntry, most: 1000 },
  'consolidation-level': { schema: levelEntry, most: MOST },
  'consolidation-step': { schema: stepEntry, most: MOST },
  'consolidation-end': { schema: endEntry, most: MOST },
};
export type LoadProfileEntry = z.infer<typeof loadProfileEntry>;
export type ConsolidationEntry = z.infer<
  (typeof consolidationEntries)[keyof typeof consolidationEntries]['schema']
>;

const rangeSchema = z.strictObject({ median: amount, low: amount, high: amount });
export type Range = z.infer<typeof rangeSchema>;

const levelSchema = z.strictObject({
  demand: demandSchema,
  windows: whole,
  windowSeconds: positive,
  /** Turns of the load profile, a second, of all machines together: the median of the windows, and the least and the most. */
  turnsPerSecond: rangeSchema,
  /** Of the machine that did least in each window. */
  slowestPerSecond: rangeSchema,
  /** Jain's index over the machines' turns. */
  fairness: amount,
  /** Of all requests to all machines; p99 from 100 requests on. */
  latencyMs: z.strictObject({
    requests: whole,
    p50: amount,
    p95: amount,
    p99: amount.nullable(),
    max: amount,
    /** p95 of the machine with the highest. */
    worstP95: amount,
  }),
  /** Of what the machine was asked for that did the smallest part of it. */
  leastDone: amount,
  /** Whether every machine met its quality of service. */
  held: z.boolean(),
  /** Host CPU time for the work of one turn, requests counted by their part of it, ms; all processes of the machines. */
  cpuMsPerTurn: change.nullable(),
  /** Against as many native processes at the same demand, a fraction. */
  cpuOverhead: change.nullable(),
  /** Of one CPU. */
  toolCpu: amount,
  toolLagMs: amount,
});
export type ConsolidationLevel = z.infer<typeof levelSchema>;

const stepSchema = z.strictObject({
  machines: whole,
  storm: z.strictObject({ lastMs: amount, medianMs: amount }),
  /** Per machine, bytes: proportional set size, and how much of it is the hypervisor's: what native has no need of. */
  memory: z.strictObject({ pssBytes: bytes, ownBytes: bytesMore.nullable() }).nullable(),
  levels: z.array(levelSchema).max(16),
});
export type ConsolidationStep = z.infer<typeof stepSchema>;

export const consolidationSchema = z.strictObject({
  ...name,
  status: z.enum(['ok', 'failed', 'unavailable']),
  error: text.optional(),
  mix: loadProfileSchema.nullable(),
  ended: endedSchema,
  /** Ascending by their number of machines. */
  steps: z.array(stepSchema).max(MOST),
  /** The most machines that all met their quality of service, and the fewest that did not; null where there are none. */
  knees: z
    .array(z.strictObject({ demand: demandSchema, machines: whole.nullable(), missedAt: whole.nullable() }))
    .max(16),
});
export type ConsolidationRow = z.infer<typeof consolidationSchema>;
