/**
 * The journal of a run: `samples.ndjson`, one entry a line, appended as it happens. A result is made from
 * nothing else, so a run that was killed keeps all it measured.
 */
import { z } from 'zod';
import { firstIssue } from '../errors.ts';
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
import { renewedHost, renewedList } from './former-names.ts';
import { isPlainSample, sampleSchema } from './sample-schema.ts';
import {
  exitsSchema,
  failureSchema,
  hostSchema,
  hypervisorSchema,
  isaSchema,
  launchSchema,
  platformSchema,
  resultSchema,
} from './schema.ts';
import type { KeptSuite } from './suite-records.ts';

export type { Sample } from './sample-schema.ts';

export const JOURNAL_SCHEMA = 'hvbench/journal@2';
/** The entries of suites with a method of their own stood beside the others, and some fields had other names. */
const FORMER_SCHEMA = 'hvbench/journal@1';

const text = z.string().max(4096);
/** Of one operation in one launch. */
const MOST_BATCHES = 100_000;

const headerFields = z.strictObject({
  type: z.literal('header'),
  schema: z.enum([JOURNAL_SCHEMA, FORMER_SCHEMA]),
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
        /** Why this machine cannot run this workload; absent if it can. */
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
  /** Every machine that a suite with a method of its own may start, on each ISA and platform; none in journals of older versions. */
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
export type JournalSuiteMachine = JournalHeader['studies'][number];

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
  /** How often the guest came out of the CPU, by reason: in each batch, and in an empty one; absent if nobody counts. */
  exits: z.array(exitsSchema).max(MOST_BATCHES).optional(),
  emptyExits: exitsSchema.optional(),
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
const evidenceSchema = z.strictObject({
  type: z.literal('evidence'),
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

/** What a suite with a method of its own has found: only the suite knows what is in it. */
const suiteEntrySchema = z.strictObject({
  type: z.literal('suite'),
  suite: text,
  entry: z.looseObject({ type: z.string().max(64) }),
});
export type SuiteEntry = z.infer<typeof suiteEntrySchema>;

const entrySchema = z.discriminatedUnion('type', [
  headerSchema,
  sampleSchema,
  operationSampleSchema,
  noOperationSchema,
  launchEntrySchema,
  evidenceSchema,
  failureEntrySchema,
  suiteEntrySchema,
  endSchema,
]);
export type JournalEntry = z.infer<typeof entrySchema>;

/** What the lines of a journal may be. */
export interface LineSchema<T> {
  readonly schema: z.ZodType<T>;
  /** Knows the most common lines by itself, faster than the schema does. */
  readonly quick?: (value: unknown) => value is T & object;
}

/**
 * Lines of a run whose suites these are, what they wrote themselves included. In journals of `hvbench/journal@1` that
 * stands without the suite's name, and evidence by its former name.
 */
export function runLines(suites: readonly KeptSuite[]): LineSchema<JournalEntry> {
  const owners = new Map<unknown, string>();
  for (const { name, method } of suites)
    for (const type of Object.keys(method?.entries ?? {})) owners.set(type, name);
  const named = (line: unknown) => {
    const { type, schema } = (line ?? {}) as { type?: unknown; schema?: unknown };
    if (type === 'inside') return { ...(line as object), type: 'evidence' };
    if (type === 'header' && schema === FORMER_SCHEMA) return renewedHeader(line as object);
    const suite = owners.get(type);
    return suite === undefined ? line : { type: 'suite', suite, entry: line };
  };
  const checked = entrySchema.transform((line, context): JournalEntry => {
    if (line.type !== 'suite') return line;
    const method = suites.find(({ name }) => name === line.suite)?.method;
    // Of a suite that is not there nothing is known; whoever makes a result of it says so.
    if (!method) return line;
    const { type } = line.entry;
    const kind = Object.hasOwn(method.entries, type) ? method.entries[type] : undefined;
    const parsed = kind?.schema.safeParse(line.entry);
    if (parsed?.success) return { ...line, entry: parsed.data as SuiteEntry['entry'] };
    const { path = ['type'], message = `the suite ${line.suite} writes no ${type}` } =
      parsed?.error.issues[0] ?? {};
    context.addIssue({ code: 'custom', path: [...path], message });
    return z.NEVER;
  });
  return { schema: z.preprocess(named, checked), quick: isPlainSample };
}

function renewedHeader(header: { readonly host?: unknown; readonly hypervisors?: unknown }): unknown {
  return { ...header, host: renewedHost(header.host), hypervisors: renewedList(header.hypervisors) };
}

/** The entries in a journal's whole lines, one by one as they are asked for. Throws on damage. */
export function* parseLines<T>(lines: Iterable<string>, { schema, quick }: LineSchema<T>): Generator<T> {
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
    if (quick?.(value)) {
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
