/**
 * Rows and metrics: what a suite found, in words that whatever judges or shows figures understands without knowing the
 * suite. Lists are bounded, since a suite may be somebody else's and read somebody else's file.
 */
import { z } from 'zod';
import { firstIssue } from '../errors.ts';
import {
  end,
  MOST_HYPERVISORS,
  MOST_LAUNCHES,
  MOST_ROUNDS,
  MOST_ROWS,
  namedUpTo,
} from '../results/bounds.ts';
import { intervalSchema } from './interval.ts';
import { ISAS } from './isa.ts';

const text = z.string().max(4096);
const word = z.string().max(64);

/** What a figure counts: durations are nanoseconds, memory is bytes; `per-second` is a rate, `ratio` has no unit. */
export const UNITS = ['ns', 'bytes', 'count', 'per-second', 'ratio'] as const;
export type Unit = (typeof UNITS)[number];

/** With its 95 % CI, or a bare number if its variation is unknown. */
const valueSchema = z.union([intervalSchema, end]);
export type Value = z.infer<typeof valueSchema>;

/** What each launch found, one number for each of its rounds: the launch is the unit of repetition. */
const launchesSchema = z
  .array(z.strictObject({ launch: z.number(), values: z.array(end).max(MOST_ROUNDS) }))
  .max(MOST_LAUNCHES);

const versusSchema = z.strictObject({
  /** The hypervisor that the figure stands against, of the same run and ISA. */
  target: text,
  /** The row's figure ÷ the target's. */
  ratio: valueSchema,
  /** That ratio in each launch that both took part in. */
  samples: launchesSchema.optional(),
});

export const metricSchema = z.strictObject({
  /** A few words for people: "ready", "CPU time". */
  title: text,
  unit: z.enum(UNITS),
  better: z.enum(['lower', 'higher']),
  value: valueSchema,
  /** Changes within ± this fraction count as none, and why this much. */
  minimumEffect: z.strictObject({ fraction: z.number().min(0).max(10), reason: text }),
  /** None if the figure stands alone. */
  versus: z.array(versusSchema).max(MOST_HYPERVISORS).optional(),
  /** In the metric's own unit. */
  samples: launchesSchema.optional(),
});
export type Metric = z.infer<typeof metricSchema>;

export const rowSchema = z.strictObject({
  suite: text,
  target: z.strictObject({
    hypervisor: text,
    isa: z.enum(ISAS),
    /** Of a hypervisor that can be several kinds of computer; else null. */
    machineType: text.nullable(),
  }),
  /** What tells the rows of one target apart, in the order in which people read it. A number is of what its name says. */
  dimensions: namedUpTo(16, z.union([text, z.number()]), word),
  status: z.enum(['ok', 'failed', 'unavailable']),
  error: text.optional(),
  /** What has to be equal for two rows to speak of the same thing; the names are for people: "machine code". */
  identity: namedUpTo(16, z.union([text, z.number(), z.null()]), word),
  /** By name; what was not found is absent. */
  metrics: namedUpTo(64, metricSchema, word),
});
export type Row = z.infer<typeof rowSchema>;

const rowsSchema = z.array(rowSchema).max(MOST_ROWS);

/** The rows as they are. Throws Error if one of them is none; `suite` is who gave them. */
export function checkRows(suite: string, rows: readonly Row[]): readonly Row[] {
  const parsed = rowsSchema.safeParse(rows);
  if (parsed.success) return rows;
  const { where, what } = firstIssue(parsed.error);
  throw new Error(`the suite ${suite} gives a row that is none: ${where}: ${what}`);
}

/** What two rows of different results have in common if they are of the same thing. */
export function keyOfRow({
  suite,
  target,
  dimensions,
}: Pick<Row, 'suite' | 'target' | 'dimensions'>): string {
  return JSON.stringify([
    target.isa,
    suite,
    Object.entries(dimensions),
    target.hypervisor,
    target.machineType,
  ]);
}
