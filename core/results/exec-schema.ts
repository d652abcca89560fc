/**
 * The shape of what `hvbench exec` found (`hvbench/exec@2`). Durations are nanoseconds unless a name says otherwise;
 * overheads are fractions; an interval is the 95 % confidence interval around its estimate.
 */
import { z } from 'zod';
import { SHARED } from '../model/shared.ts';
import { amount, bytes, positive } from './bounds.ts';
import { renewedHost, renewedList } from './former-names.ts';
import { hostSchema, hypervisorSchema, intervalSchema, throttlingSchema } from './schema.ts';

export const EXEC_SCHEMA = 'hvbench/exec@2';
/** It had other names. */
export const FORMER_EXEC_SCHEMA = 'hvbench/exec@1';

/** Runs that count, in each machine; and runs of each launch that do not. */
export const MOST_RUNS = 100_000;
export const MOST_WARMUP = 10_000;
/** More than there are drivers. */
const MOST_MACHINES = 64;

const text = z.string().max(1 << 20);
/** Of launches, rounds and runs; those before the first round have negative numbers. */
const number = z.int().min(-MOST_WARMUP).max(10_000_000);

const endingSchema = z.discriminatedUnion('how', [
  z.strictObject({ how: z.literal('exited'), code: z.number() }),
  z.strictObject({ how: z.literal('killed'), signal: text }),
  z.strictObject({ how: z.literal('timed-out') }),
  z.strictObject({ how: z.literal('not-started'), error: text }),
]);

const outputSchema = z.strictObject({ bytes, digest: z.string().max(16) });

/** What stood where a figure was looked for, and why it is none. */
export const unreadSchema = z.strictObject({
  /**
   * `separators`: a comma, say, that may be a decimal point or stand between thousands; `part`: the pattern leaves out some
   * of the number's digits; `no-number`: such as "nan".
   */
  why: z.enum(['separators', 'part', 'no-number']),
  text: z.string().max(200),
});
export type Unread = z.infer<typeof unreadSchema>;

/** One run of the command. */
export const runSchema = z.strictObject({
  launch: number,
  /** From 0 within the launch; those before it warm up, and do not count. */
  round: number,
  counts: z.boolean(),
  /** From before the command is started until it has ended, on the host's clock. */
  wallNs: positive,
  /** CPU time that the whole machine took meanwhile, as the host counts it; 0 if that is less than it counts in. */
  cpuNs: amount,
  /** The command's own CPU time, as the kernel that it ran under counts it. */
  userNs: amount,
  systemNs: amount,
  peakResidentBytes: bytes,
  ending: endingSchema,
  stdout: outputSchema,
  stderr: outputSchema,
  /** The figure that was asked for by --metric; null if the output has none. */
  metric: z.number().nullable(),
  /** Why it has none, where something stood there. */
  unread: unreadSchema.optional(),
});
export type Run = z.infer<typeof runSchema>;

const spreadSchema = z.strictObject({
  min: amount,
  median: amount,
  mean: amount,
  max: amount,
});
export type Spread = z.infer<typeof spreadSchema>;

/** How many of the runs that count have a figure, and of the rounds both machines' runs. */
const figuresSchema = z.strictObject({
  runs: number,
  ofRuns: number,
  /** Rounds that the ratio rests on: both figures are above 0. None for native itself. */
  rounds: number,
  ofRounds: number,
  /** Runs whose figure is written so that it may be another: these leave the environment without one. */
  unclear: unreadSchema.extend({ runs: number }).nullable(),
  /** Runs in which something else than a number stood there; an example. */
  noNumber: unreadSchema.extend({ runs: number }).nullable(),
});
export type Figures = z.infer<typeof figuresSchema>;

export const environmentSchema = z.strictObject({
  ...hypervisorSchema.shape,
  status: z.enum(['ok', 'failed', 'unavailable']),
  error: text.optional(),
  launches: number,
  /** Median time from the start of the machine to its first answer, ms; null if none started. */
  startMs: amount.nullable(),
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
  /** What `metric` rests on; null if none was asked for. */
  figures: figuresSchema.nullable(),
  /** Standard output compared with native's; `varies`: native's own runs do not agree; null for native itself. */
  output: z.enum(['same', 'differs', 'varies']).nullable(),
  /** How far the guest's own clock gained on the host's, as a fraction; null if it has none. */
  drift: z.number().nullable(),
  /** What the first run wrote: all of it, or the beginning and the end. */
  stdout: text,
  stderr: text,
  runs: z.array(runSchema).max(10_000_000),
});
export type Environment = z.infer<typeof environmentSchema>;

/** What is known before anything is measured. */
export const plannedSchema = z.strictObject({
  tool: z.strictObject({ name: z.literal('hvbench'), version: text }),
  host: hostSchema,
  startedAt: z.iso.datetime(),
  seed: z.number(),
  /** Linux takes no more arguments than this. */
  command: z.array(text).max(1 << 20),
  setup: text.nullable(),
  prepare: text.nullable(),
  /** A regular expression whose first group is a figure in the output. */
  metric: text.nullable(),
  plan: z.strictObject({
    benchCpu: z.number(),
    /** Whether a user chose it; else hvbench did. */
    cpuChosen: z.boolean().default(false),
    memoryMib: z.number(),
    /** What native commands shared with the host. */
    share: z.array(z.enum(SHARED)).max(SHARED.length),
    /** Whether commands had all capabilities of their user, and could gain more. */
    keepCapabilities: z.boolean(),
    warmup: z.number(),
    runs: z.number().nullable(),
    budgetSeconds: z.number().nullable(),
    timeoutSeconds: z.number(),
    folder: text,
  }),
});

export const stoppedSchema = z.strictObject({
  /** `error`: something else than the command failed, and `error` says what; `recovered`: it left a journal without an end. */
  reason: z.enum(['precision', 'budget', 'runs', 'failed', 'interrupted', 'error', 'recovered']),
  error: text.optional(),
  elapsedSeconds: amount,
  /** Share of the measuring CPU's time that was stolen meanwhile; null if nothing tells. */
  stealFraction: z.number().nullable(),
  /** Periods of a CPU quota meanwhile, and those in which it stopped a command or hvbench; null without one. */
  throttling: throttlingSchema.nullable().default(null),
});

export const execSchema = z.strictObject({
  schema: z.literal(EXEC_SCHEMA),
  ...plannedSchema.shape,
  stopped: stoppedSchema,
  environments: z.array(environmentSchema).max(MOST_MACHINES),
});
export type ExecResult = z.infer<typeof execSchema>;

/** What a file says of a command, in today's shape: `hvbench/exec@1` is read too. Throws ZodError. */
export function parseExec(content: unknown): ExecResult {
  const former = z.looseObject({ schema: z.literal(FORMER_EXEC_SCHEMA) }).safeParse(content);
  if (!former.success) return execSchema.parse(content);
  const { host, environments } = former.data;
  return execSchema.parse({
    ...former.data,
    schema: EXEC_SCHEMA,
    host: renewedHost(host),
    environments: renewedList(environments),
  });
}

export const machinesSchema = z.array(hypervisorSchema).max(MOST_MACHINES);
