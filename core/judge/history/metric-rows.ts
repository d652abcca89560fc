/** The metrics in a line of a history: what one result says of every suite beside workloads, without its samples. */
import { z } from 'zod';
import { type Metric, metricSchema, type Row, rowSchema } from '../../model/row.ts';
import { namedUpTo } from '../../results/bounds.ts';
import { estimateOf, figureOf, keptLog } from '../metric-figure.ts';

const { suite, target, dimensions, identity } = rowSchema.shape;
const { title, unit, better, value } = metricSchema.shape;

/** Beyond this no chart could draw it, and no suite measures it. */
const MOST = 1e30;

const figureSchema = z
  .strictObject({
    ...{ title, unit, better },
    /** `native`: the value is a ratio to native in the same result. `absolute`: it depends on the day and the host. */
    basis: z.enum(['native', 'absolute']),
    /** With its 95 % interval, if the launches of the result say how far it varies. */
    value,
    launches: z.number(),
  })
  .refine(({ value, unit }) => isDrawable(value, unit), 'not a figure of a metric');
export type HistoryFigure = z.infer<typeof figureSchema>;

const metricRowSchema = z.strictObject({
  ...{ suite, target, dimensions, identity },
  /** By name. */
  metrics: namedUpTo(64, figureSchema, z.string().max(64)),
});
export type HistoryMetricRow = z.infer<typeof metricRowSchema>;

export const metricRowsSchema = z.array(metricRowSchema).max(10_000);

/** A level is sought on the logarithmic scale. */
function isDrawable(value: Metric['value'], unit: Metric['unit']): boolean {
  if (keptLog(estimateOf(value), unit) === null || estimateOf(value) > MOST) return false;
  return (
    typeof value === 'number' ||
    (-MOST <= value.low && value.low <= value.estimate && value.estimate <= value.high && value.high <= MOST)
  );
}

/** Every row that was measured, native's and the control's included; a figure that has no logarithm is left out. */
export function historyMetricRows(rows: readonly Row[]): HistoryMetricRow[] {
  return rows.flatMap(({ suite, target, dimensions, identity, status, metrics: found }) => {
    const metrics = Object.fromEntries(
      Object.entries(found).flatMap(([name, metric]) => {
        const { title, better } = metric;
        const figure = figureOf(metric);
        if (!figure || !isDrawable(figure.value, figure.unit)) return [];
        const { unit, basis, value, samples } = figure;
        return [[name, { title, unit, better, basis, value, launches: samples?.length ?? 1 }] as const];
      }),
    );
    const measured = status === 'ok' && Object.keys(metrics).length > 0;
    return measured ? [{ suite, target, dimensions, identity, metrics }] : [];
  });
}
