/**
 * The shape of what `hvbench exec` found (`hvbench/exec@1`). Durations are nanoseconds unless a name says otherwise;
 * overheads are fractions; an interval is the 95 % confidence interval around its estimate.
 */
import { z } from 'zod';
import { SHARED } from '../hypervisors/hypervisor.ts';
import { hostSchema, hypervisorSchema, intervalSchema } from '../results/schema.ts';

export const EXEC_SCHEMA = 'hvbench/exec@1';

const text = z.string().max(1 << 20);

const endingSchema = z.discriminatedUnion('how', [
  z.strictObject({ how: z.literal('exited'), code: z.number() }),
  z.strictObject({ how: z.literal('killed'), signal: text }),
  z.strictObject({ how: z.literal('timed-out') }),
  z.strictObject({ how: z.literal('not-started'), error: text }),
]);

/** One run of the command. */
export const runSchema = z.strictObject({
  launch: z.number(),
  /** From 0 within the launch; those before it warm up, and do not count. */
  round: z.number(),
  counts: z.boolean(),
  /** From before the command is started until it has ended, on the host's clock. */
  wallNs: z.number(),
  /** CPU time that the whole machine took meanwhile, as the host counts it. */
  cpuNs: z.number(),
  /** The command's own CPU time, as the kernel that it ran under counts it. */
  userNs: z.number(),
  systemNs: z.number(),
  peakResidentBytes: z.number(),
  ending: endingSchema,
  stdout: z.strictObject({ bytes: z.number(), digest: z.string().max(16) }),
  stderr: z.strictObject({ bytes: z.number(), digest: z.string().max(16) }),
  /** The figure that was asked for by --metric; null where the output has none. */
  metric: z.number().nullable(),
});
export type Run = z.infer<typeof runSchema>;

const spreadSchema = z.strictObject({
  min: z.number(),
  median: z.number(),
  mean: z.number(),
  max: z.number(),
});
export type Spread = z.infer<typeof spreadSchema>;

export const environmentSchema = z.strictObject({
  ...hypervisorSchema.shape,
  status: z.enum(['ok', 'failed', 'unavailable']),
  error: text.optional(),
  launches: z.number(),
  /** Median time from the start of the machine to its first answer, ms; null where none started. */
  startMs: z.number().nullable(),
  /** Of the runs that count. */
  wallNs: spreadSchema.nullable(),
  cpuNs: spreadSchema.nullable(),
  /** Location of the wall time, with its interval; null with one launch. */
  time: intervalSchema.nullable(),
  /** Against native, in the same rounds; null for native itself, and with one launch. */
  overhead: intervalSchema.nullable(),
  cpuOverhead: intervalSchema.nullable(),
  /** The figure of --metric, and how many times native's it is. */
  metric: z.strictObject({ median: z.number(), ratio: intervalSchema.nullable() }).nullable(),
  /** Standard output compared with native's; `varies`: native's own runs do not agree; null for native itself. */
  output: z.enum(['same', 'differs', 'varies']).nullable(),
  /** How far the guest's own clock gained on the host's, as a fraction; null where it has none. */
  drift: z.number().nullable(),
  /** What the first run wrote: all of it, or the beginning and the end. */
  stdout: text,
  stderr: text,
  runs: z.array(runSchema),
});
export type Environment = z.infer<typeof environmentSchema>;

export const execSchema = z.strictObject({
  schema: z.literal(EXEC_SCHEMA),
  tool: z.strictObject({ name: z.literal('hvbench'), version: text }),
  host: hostSchema,
  startedAt: z.iso.datetime(),
  seed: z.number(),
  command: z.array(text),
  setup: text.nullable(),
  prepare: text.nullable(),
  /** A regular expression whose first group is a figure in the output. */
  metric: text.nullable(),
  plan: z.strictObject({
    benchCpu: z.number(),
    memoryMib: z.number(),
    /** What native commands shared with the host. */
    share: z.array(z.enum(SHARED)),
    /** Whether commands had all capabilities of their user, and could gain more. */
    keepCapabilities: z.boolean(),
    warmup: z.number(),
    runs: z.number().nullable(),
    budgetSeconds: z.number().nullable(),
    timeoutSeconds: z.number(),
    folder: text,
  }),
  stopped: z.strictObject({
    reason: z.enum(['precision', 'budget', 'runs', 'failed', 'interrupted']),
    elapsedSeconds: z.number(),
    /** Share of the measuring CPU's time that was stolen meanwhile; null where nothing tells. */
    stealFraction: z.number().nullable(),
  }),
  environments: z.array(environmentSchema),
});
export type ExecResult = z.infer<typeof execSchema>;
