/** The anchor of a baseline's entry, as the file has it: see anchor.ts. */
import { z } from 'zod';
import { intervalSchema } from '../../model/interval.ts';
import { MOST_ROWS, namedUpTo } from '../../results/bounds.ts';
import { figureSchema, metricRowSchema } from './baseline-metrics.ts';
import { baselineRowSchema, runsSchema } from './baseline-row.ts';

/** When the entry was written that these figures came from first. */
const since = z.iso.datetime();

const anchorRowSchema = baselineRowSchema.extend({ since });
export type AnchorRow = z.infer<typeof anchorRowSchema>;

const anchorFigureSchema = figureSchema.extend({ since });
export type AnchorFigure = z.infer<typeof anchorFigureSchema>;

const anchorMetricRowSchema = metricRowSchema.extend({
  metrics: namedUpTo(64, anchorFigureSchema, z.string().max(64)),
});
export type AnchorMetricRow = z.infer<typeof anchorMetricRowSchema>;

const acceptedSchema = z.strictObject({
  at: z.iso.datetime(),
  /** "cpu/sieve, kvm (x86_64)" */
  what: z.string().max(4096),
  /** The anchor before it. */
  since,
  /** baseline ÷ anchor − 1, a fraction with its interval. */
  drift: intervalSchema,
});
export type Accepted = z.infer<typeof acceptedSchema>;

/** So many of the latest are kept. */
export const MOST_ACCEPTED = 1000;

export const anchorSchema = z.strictObject({
  /** The runs that any of it is from. */
  runs: runsSchema,
  rows: z.array(anchorRowSchema).max(100_000),
  metrics: z.array(anchorMetricRowSchema).max(MOST_ROWS),
  /** What --accept has moved, the latest last. */
  accepted: z.array(acceptedSchema).max(MOST_ACCEPTED),
});
export type Anchor = z.infer<typeof anchorSchema>;
