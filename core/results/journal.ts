/**
 * The journal of a run: `samples.ndjson`, one entry a line, appended as it happens. A result is made from
 * nothing else, so a run that was killed keeps all it measured.
 */
import { z } from 'zod';
import { firstIssue } from '../errors.ts';
import { bootEntrySchemas } from './boot-schema.ts';
import {
  change,
  configuration,
  counter,
  index,
  iterations,
  MOST_HYPERVISORS,
  MOST_NOTES,
  MOST_ROWS,
} from './bounds.ts';
import { consolidationEntries } from './consolidation-schema.ts';
import { densityEntries } from './density-schema.ts';
import { isPlainSample, sampleSchema } from './sample-schema.ts';
import {
  failureSchema,
  hostSchema,
  hypervisorSchema,
  isaSchema,
  launchSchema,
  platformSchema,
  resultSchema,
} from './schema.ts';

export type { Sample } from './sample-schema.ts';

export const JOURNAL_SCHEMA = 'hvbench/journal@1';

const text = z.string().max(4096);
/** Of one operation in one launch. */
const MOST_BATCHES = 100_000;

const headerFields = z.strictObject({
  type: z.literal('header'),
  schema: z.literal(JOURNAL_SCHEMA),
  tool: resultSchema.shape.tool,
  host: hostSchema,
  startedAt: resultSchema.shape.startedAt,
  seed: z.number(),
  profile: text,
  plan: resultSchema.shape.plan,
  hypervisors: z.array(hypervisorSchema).max(MOST_HYPERVISORS),
  /** Every row that the plan holds, measured or not. */
  rows: z
    .array(
      z.strictObject({
        suite: text,
        workload: text,
        title: text,
        exposes: text,
        isa: isaSchema,
        platform: platformSchema.default('bare'),
        digest: text,
        argument: z.number(),
        hypervisor: text,
        /** Why this machine cannot run this workload; absent where it can. */
        unavailable: text.optional(),
      }),
    )
    .max(MOST_ROWS),
  /** Every operation that the plan holds, on every hypervisor. */
  operations: z
    .array(
      z.strictObject({
        suite: text,
        operation: text,
        title: text,
        isa: isaSchema,
        digest: text,
        hypervisor: text,
        counterpart: text.nullable(),
        unavailable: text.optional(),
      }),
    )
    .max(MOST_ROWS)
    .default([]),
  /** Every machine that a study may start, on each ISA and platform; none in journals of older versions. */
  studies: z
    .array(
      z.strictObject({
        suite: text,
        isa: isaSchema,
        platform: platformSchema,
        hypervisor: text,
        /** SHA-256 of its image. */
        digest: text,
      }),
    )
    .max(MOST_ROWS)
    .default([]),
  /** The invocation, for `--resume`. */
  config: configuration,
});
/** A header whose rows are told apart, and all run on hypervisors that it describes. */
const headerSchema = headerFields.superRefine(({ hypervisors, rows, operations }, context) => {
  const described = new Set(hypervisors.map(({ id }) => id));
  if (described.size < hypervisors.length)
    context.addIssue({ code: 'custom', path: ['hypervisors'], message: 'one is described twice' });
  const names = {
    rows: rows.map((row) => [row.hypervisor, row.isa, row.suite, row.workload] as const),
    operations: operations.map((row) => [row.hypervisor, row.isa, row.suite, row.operation] as const),
  };
  for (const [path, list] of Object.entries(names)) {
    const seen = new Set<string>();
    list.forEach((name, index) => {
      const key = name.join(' ');
      const wrong = !described.has(name[0])
        ? `the hypervisor ${name[0]} is not described`
        : seen.has(key) && 'it is there twice';
      if (wrong) context.addIssue({ code: 'custom', path: [path, index], message: wrong });
      seen.add(key);
    });
  }
});
export type JournalHeader = z.infer<typeof headerSchema>;
export type JournalRow = JournalHeader['rows'][number];
export type JournalOperation = JournalHeader['operations'][number];
export type JournalStudy = JournalHeader['studies'][number];

const operationName = {
  launch: index,
  isa: isaSchema,
  suite: text,
  operation: text,
  hypervisor: text,
};
/** One operation in one launch: as measured, the empty batch not yet subtracted. */
const operationSampleSchema = z.strictObject({
  type: z.literal('operation'),
  ...operationName,
  /** Operations in a batch. */
  iterations,
  /** Of each batch, ns; and how far the machine's time-stamp counter went in it. */
  wallNs: z.array(change).max(MOST_BATCHES),
  ticks: z.array(counter).max(MOST_BATCHES),
  emptyWallNs: change,
});
export type OperationSample = z.infer<typeof operationSampleSchema>;
/** One that was tried, and why there is no figure: it could not be done, or it failed after it had been done. */
const noOperationSchema = z.strictObject({
  type: z.literal('no-operation'),
  ...operationName,
  status: z.enum(['failed', 'unavailable']),
  error: text,
});

const launchEntrySchema = launchSchema.extend({ type: z.literal('launch') });
const insideSchema = z.strictObject({
  type: z.literal('inside'),
  hypervisor: text,
  isa: isaSchema,
  platform: platformSchema.default('bare'),
  evidence: z.array(text).max(MOST_NOTES),
});
const failureEntrySchema = failureSchema.extend({
  type: z.literal('failure'),
  suite: text.nullable(),
  platform: platformSchema.default('bare'),
});
const endSchema = z.strictObject({ type: z.literal('end') }).extend(resultSchema.shape.stopped.shape);

export const entrySchema = z.discriminatedUnion('type', [
  headerSchema,
  sampleSchema,
  operationSampleSchema,
  noOperationSchema,
  launchEntrySchema,
  insideSchema,
  failureEntrySchema,
  ...consolidationEntries,
  ...densityEntries,
  endSchema,
  ...bootEntrySchemas(isaSchema),
]);
export type JournalEntry = z.infer<typeof entrySchema>;

/** The entries in a journal's whole lines, one by one as they are asked for. Throws on damage. */
export function* parseLines(lines: Iterable<string>, schema: z.ZodType): Generator<unknown> {
  const isRun = schema === entrySchema;
  let number = 0;
  for (const line of lines) {
    number++;
    if (line === '') continue;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      throw new Error(`line ${number} is not JSON`);
    }
    if (isRun && isPlainSample(value)) {
      yield value;
      continue;
    }
    const parsed = schema.safeParse(value);
    if (!parsed.success) {
      const { where, what } = firstIssue(parsed.error);
      throw new Error(`line ${number} is not a journal entry: ${where || 'it'}: ${what}`);
    }
    yield parsed.data;
  }
}
