/** A line of a history: what one result says of each row, without its samples. */

import { z } from 'zod';
import { firstIssue, UserError } from '../../errors.ts';
import { isReference } from '../../model/role.ts';
import { elsewhereOf, elsewhereSchema, hostClassSchema } from '../../results/host-class.ts';
import {
  intervalSchema,
  isaSchema,
  type Result,
  resultSchema,
  techniqueSchema,
} from '../../results/schema.ts';
import { rowsBesideWorkloads } from '../../results/workload-rows.ts';
import type { RowIdentity } from '../compare/match.ts';
import { historyMetricRows, metricRowsSchema } from './metric-rows.ts';

export const HISTORY_SCHEMA = 'hvbench/history@1';

const text = z.string().max(4096);

/** The longest commit or label. */
export const NOTE_LENGTH = 200;
const note = z.string().max(NOTE_LENGTH).nullable();

export const headerSchema = z.strictObject({
  type: z.literal('header'),
  schema: z.literal(HISTORY_SCHEMA),
  hostClass: hostClassSchema,
});
export type HistoryHeader = z.infer<typeof headerSchema>;

/** No guest is a billion times slower than native: what a chart could not draw, and no run measures. */
const MOST_OVERHEAD = 1e9;
const overheadSchema = intervalSchema.refine(
  ({ estimate, low, high }) =>
    estimate > -1 && -1 <= low && low <= estimate && estimate <= high && high <= MOST_OVERHEAD,
  'not an interval of an overhead',
);

const rowSchema = z.strictObject({
  suite: text,
  workload: text,
  isa: isaSchema,
  hypervisor: text,
  technique: techniqueSchema,
  digest: text,
  argument: z.number(),
  /** The other computers that it was measured on, or native was; absent if both were on this one, and in older lines. */
  elsewhere: elsewhereSchema,
  /**
   * Against native in the same result, a fraction with its 95 % interval. The log ratio guest ÷ native is
   * ln(1 + estimate): it is not kept beside it, so that the two cannot differ.
   */
  overhead: overheadSchema,
  launches: z.number(),
});
export type HistoryRow = z.infer<typeof rowSchema>;

export const entrySchema = z.strictObject({
  type: z.literal('result'),
  startedAt: resultSchema.shape.startedAt,
  seed: z.number(),
  tool: text,
  profile: text,
  kernel: text,
  hypervisors: z.array(z.strictObject({ id: text, version: text.nullable() })).max(100),
  /** What the guest or the tool was built from. */
  commit: note,
  label: note,
  rows: z.array(rowSchema).max(10_000),
  /** What every suite found beside workloads; absent if the result has nothing of it, and in older lines. */
  metrics: metricRowsSchema.optional(),
});
export type HistoryEntry = z.infer<typeof entrySchema>;

export interface EntryNotes {
  readonly commit: string | null;
  readonly label: string | null;
}

/** What makes two lines the same result. */
export function keyOf({ startedAt, seed }: Pick<HistoryEntry, 'startedAt' | 'seed'>): string {
  return `${startedAt} ${seed}`;
}

/**
 * Every row of the result that has an overhead, the control included; native is the unit; and every metric of other
 * suites. Throws UserError where a figure in the result is none that a history could hold.
 */
export function entryOf(result: Result, { commit, label }: EntryNotes): HistoryEntry {
  const metrics = historyMetricRows(rowsBesideWorkloads(result));
  const { startedAt, seed, tool, profile, host, hypervisors, measurements } = result;
  const parsed = entrySchema.safeParse({
    type: 'result',
    startedAt,
    seed,
    tool: tool.version,
    profile,
    kernel: host.kernel,
    hypervisors: hypervisors
      .filter(({ available, id }) => available && !isReference(id))
      .map(({ id, version }) => ({ id, version })),
    commit,
    label,
    rows: measurements.flatMap(({ overhead, technique, digest, argument, launches, ...m }) => {
      if (isReference(m.hypervisor) || m.status !== 'ok' || !overhead) return [];
      const elsewhere = elsewhereOf(hypervisors, m.hypervisor);
      const place = elsewhere === undefined ? {} : { elsewhere };
      return [{ ...identity(m), technique, digest, argument, ...place, overhead, launches }];
    }),
    ...(metrics.length > 0 && { metrics }),
  } satisfies HistoryEntry);
  if (parsed.success) return parsed.data;
  const { where, what } = firstIssue(parsed.error);
  throw new UserError(`the result of ${startedAt} cannot be added: ${where}: ${what}`);
}

function identity({ suite, workload, isa, hypervisor }: RowIdentity): RowIdentity {
  return { suite, workload, isa, hypervisor };
}
