/**
 * The journal of `hvbench exec`: `samples.ndjson`, one entry a line, as that of a run (core/results/journal.ts). The result
 * is made from nothing else, so a command's measurement that was killed keeps all it had.
 */
import { z } from 'zod';
import { machinesSchema, plannedSchema, runSchema, stoppedSchema } from '../results/exec-schema.ts';
import { renewedEvidence, renewedHost, renewedList } from '../results/former-names.ts';

export const EXEC_JOURNAL_SCHEMA = 'hvbench/exec-journal@2';
/** It had other names. */
export const FORMER_EXEC_JOURNAL_SCHEMA = 'hvbench/exec-journal@1';

const text = z.string().max(1 << 20);
const hypervisor = z.string().max(4096);
const clockSchema = z.strictObject({ hostNs: z.number(), guestNs: z.number() });
export type Reading = z.infer<typeof clockSchema>;

const headerSchema = z.strictObject({
  type: z.literal('header'),
  schema: z.literal(EXEC_JOURNAL_SCHEMA),
  ...plannedSchema.shape,
  /** Those that run the command; native is the first. */
  machines: machinesSchema,
  /** Those that cannot; `reason` says why, and how to mend it. */
  absent: machinesSchema,
});
export type ExecHeader = z.infer<typeof headerSchema>;

const entrySchema = z.discriminatedUnion('type', [
  headerSchema,
  /** A machine has started, or started again. */
  z.strictObject({
    type: z.literal('start'),
    hypervisor,
    launch: z.number(),
    startMs: z.number(),
    evidence: z.array(text).max(256),
  }),
  /** `clock`: the guest's own beside the host's as the run began, where it has one. */
  runSchema.extend({ type: z.literal('run'), hypervisor, clock: clockSchema.optional() }),
  /** What the first run wrote. */
  z.strictObject({ type: z.literal('texts'), hypervisor, stdout: text, stderr: text }),
  /** One more reading of the clocks, before or after the runs of a launch. */
  clockSchema.extend({ type: z.literal('clock'), hypervisor }),
  z.strictObject({ type: z.literal('failure'), hypervisor, error: text }),
  stoppedSchema.extend({ type: z.literal('end') }),
]);
export type ExecEntry = z.infer<typeof entrySchema>;

/** A line in today's shape: `hvbench/exec-journal@1` is read too. */
export const execEntrySchema = z.preprocess((line) => {
  const { type, schema } = (line ?? {}) as { type?: unknown; schema?: unknown };
  if (type === 'start') return renewedEvidence(line);
  if (type !== 'header' || schema !== FORMER_EXEC_JOURNAL_SCHEMA) return line;
  const { host, machines, absent, ...rest } = line as Readonly<Record<string, unknown>>;
  return {
    ...{ ...rest, schema: EXEC_JOURNAL_SCHEMA, host: renewedHost(host) },
    ...{ machines: renewedList(machines), absent: renewedList(absent) },
  };
}, entrySchema);
