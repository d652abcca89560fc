/** What the suite writes into the journal and keeps in the result. */
import { z } from 'zod';
import { amount, bytes, bytesMore } from '../../core/results/bounds.ts';
import { isaSchema } from '../../core/results/schema.ts';

const text = z.string().max(4096);
const whole = z.number().int().min(0);

const limitSchema = z.strictObject({
  name: text,
  /** What is left beside what is to stay free, in the limit's own unit; null where nothing bounds it. */
  room: z.number().nullable(),
  perMachine: z.number(),
  /** How many machines there can be by it; null where nothing bounds it. */
  fits: whole.nullable(),
});

const stepSchema = z.strictObject({
  /** That live. */
  machines: whole.min(1),
  /** From nothing until so many lived and had said hello, ms; the requests in between do not count. */
  startMs: amount,
  /** From the first request until all had answered, ms. */
  answerMs: amount,
  /** Of one machine, as it is asked, ms. */
  medianMs: amount,
  slowestMs: amount,
  right: whole,
  wrong: whole,
  dead: whole,
  errors: z.array(text).max(5),
  /** How much less memory the host has available than before the first machine, bytes: kernel and processes. */
  availableBytes: bytesMore,
  /** The same by what is neither free nor a cache that can be given back. */
  usedBytes: bytesMore,
  /** What the machines' processes hold, shared pages in parts. */
  pssBytes: bytes,
  /** What of it the guests have touched of memory of their own; null where nobody knows. */
  touchedBytes: bytes.nullable(),
});
export type DensityStep = z.infer<typeof stepSchema>;

const requestSchema = z.strictObject({
  /** `suite/workload` */
  workload: text,
  iterations: whole,
  /** SHA-256 of its linked code. */
  digest: text,
});

const stoppedSchema = z.strictObject({
  reason: z.enum(['goal', 'memory', 'limit', 'time', 'failed', 'interrupted']),
  text,
});
export type DensityStop = z.infer<typeof stoppedSchema>;

const name = { suite: text, isa: isaSchema, hypervisor: text };
const terms = {
  goal: whole,
  request: requestSchema,
  /** What is to stay available, bytes. */
  reserveBytes: bytes,
  /** What it may take: as much as our own machines took; null where only the reserve bounds it. */
  budgetBytes: bytes.nullable(),
  /** What an idle machine should take at most beyond what its guest touched, bytes; null where nothing is promised. */
  ceilingBytes: bytes.min(1).nullable(),
};

const startEntry = z.strictObject({ type: z.literal('density-start'), ...name, ...terms });
const limitsEntry = z.strictObject({
  type: z.literal('density-limits'),
  ...name,
  /** How many are possible by all of them, and the one that decides; null: the goal does. */
  most: whole,
  binds: text.nullable(),
  limits: z.array(limitSchema).max(16),
});
const stepEntry = stepSchema.extend({ type: z.literal('density-step'), ...name });
const endEntry = stoppedSchema.extend({ type: z.literal('density-end'), ...name });
const unavailableEntry = z.strictObject({ type: z.literal('density-unavailable'), ...name, error: text });

const MOST = 10_000;
/** What it writes into the journal. */
export const densityEntries = {
  'density-start': { schema: startEntry, most: MOST },
  'density-limits': { schema: limitsEntry, most: MOST },
  'density-step': { schema: stepEntry, most: MOST },
  'density-end': { schema: endEntry, most: MOST },
  'density-unavailable': { schema: unavailableEntry, most: MOST },
};
export type DensityEntry = z.infer<(typeof densityEntries)[keyof typeof densityEntries]['schema']>;

/** What the result keeps of it: one hypervisor. */
export const densitySchema = z.strictObject({
  ...name,
  status: z.enum(['ok', 'failed', 'unavailable']),
  error: text.optional(),
  terms: z.strictObject(terms).nullable(),
  /** The most machines that lived and all answered rightly. */
  held: whole,
  stopped: stoppedSchema.nullable(),
  /** As last found. */
  most: whole.nullable(),
  binds: text.nullable(),
  limits: z.array(limitSchema).max(16),
  steps: z.array(stepSchema).max(64),
});
export type DensityResult = z.infer<typeof densitySchema>;
