/**
 * The journal of a run: `samples.ndjson`, one entry a line, appended as it happens. A result is made from
 * nothing else, so a run that was killed keeps all it measured.
 */
import { z } from 'zod';
import {
  failureSchema,
  hostSchema,
  hypervisorSchema,
  isaSchema,
  launchSchema,
  resultSchema,
} from './schema.ts';

export const JOURNAL_SCHEMA = 'hvbench/journal@1';

const text = z.string().max(4096);

const headerSchema = z.strictObject({
  type: z.literal('header'),
  schema: z.literal(JOURNAL_SCHEMA),
  tool: resultSchema.shape.tool,
  host: hostSchema,
  startedAt: resultSchema.shape.startedAt,
  seed: z.number(),
  profile: text,
  plan: resultSchema.shape.plan,
  hypervisors: z.array(hypervisorSchema),
  /** Every row that the plan holds, measured or not. */
  rows: z.array(
    z.strictObject({
      suite: text,
      workload: text,
      title: text,
      exposes: text,
      isa: isaSchema,
      digest: text,
      argument: z.number(),
      hypervisor: text,
      /** Why this machine cannot run this workload; absent where it can. */
      unavailable: text.optional(),
    }),
  ),
  /** The invocation, for `--resume`. */
  config: z.record(z.string(), z.unknown()),
});
export type JournalHeader = z.infer<typeof headerSchema>;
export type JournalRow = JournalHeader['rows'][number];

const sampleSchema = z.strictObject({
  type: z.literal('sample'),
  launch: z.number(),
  isa: isaSchema,
  suite: text,
  workload: text,
  hypervisor: text,
  /** `cold`: the first batch after a launch; `warm-up`: until steady; `round`: what counts. */
  phase: z.enum(['cold', 'warm-up', 'round']),
  round: z.number(),
  iterations: z.number(),
  /** As measured, ns; the empty batch is not yet subtracted. */
  wallNs: z.number(),
  cpuNs: z.number(),
  /** When it began: ns of the host's monotonic clock, ticks of the machine's time-stamp counter. */
  beganNs: z.number(),
  beganTicks: z.number(),
  /** How far the machine's time-stamp counter went in it. */
  ticks: z.number(),
  /** The empty batch of this machine and workload in this launch, ns. */
  emptyWallNs: z.number(),
  emptyCpuNs: z.number(),
});
export type Sample = z.infer<typeof sampleSchema>;

const launchEntrySchema = launchSchema.extend({ type: z.literal('launch') });
const insideSchema = z.strictObject({
  type: z.literal('inside'),
  hypervisor: text,
  isa: isaSchema,
  evidence: z.array(text),
});
const failureEntrySchema = failureSchema.extend({ type: z.literal('failure'), suite: text.nullable() });
const endSchema = z.strictObject({ type: z.literal('end') }).extend(resultSchema.shape.stopped.shape);

export const entrySchema = z.discriminatedUnion('type', [
  headerSchema,
  sampleSchema,
  launchEntrySchema,
  insideSchema,
  failureEntrySchema,
  endSchema,
]);
export type JournalEntry = z.infer<typeof entrySchema>;

/**
 * A journal's entries; a last line that has no end, half written by a run that was killed, is left out.
 * Throws on other damage.
 */
export function parseJournal(content: string): JournalEntry[] {
  const lines = content.split('\n').slice(0, -1);
  const entries: JournalEntry[] = [];
  lines.forEach((line, index) => {
    if (line === '') return;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      throw new Error(`line ${index + 1} is not JSON`);
    }
    const parsed = entrySchema.safeParse(value);
    if (!parsed.success)
      throw new Error(`line ${index + 1} is not a journal entry: ${parsed.error.issues[0]?.message}`);
    entries.push(parsed.data);
  });
  return entries;
}
