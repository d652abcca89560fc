/**
 * The metrics of a baseline: what every suite found of guests, beside the ratios of workloads. What stands against native
 * is kept as a ratio; the rest can only be kept as it is, and depends on the day and the host.
 */
import { z } from 'zod';
import { groupBy } from '../../group-by.ts';
import { roleOf } from '../../model/role.ts';
import { keyOfRow, type Row, rowSchema, UNITS } from '../../model/row.ts';
import { MOST_ROWS, namedUpTo } from '../../results/bounds.ts';
import { otherIdentity } from '../compare/match-metrics.ts';
import { figureOf, keptLogs, MOST_LOG } from '../metric-figure.ts';

const log = z.number().min(-MOST_LOG).max(MOST_LOG);

export const figureSchema = z.strictObject({
  basis: z.enum(['native', 'absolute']),
  /** Of what was logged: durations are nanoseconds, memory is bytes. */
  unit: z.enum(UNITS),
  /** Natural logarithms: one figure a launch, or the only one that a run gave; one list a run. */
  logs: z.array(z.array(log).max(10_000)).max(1000),
});
export type BaselineFigure = z.infer<typeof figureSchema>;

const { suite, target, dimensions, identity } = rowSchema.shape;

export const metricRowSchema = z.strictObject({
  ...{ suite, target, dimensions, identity },
  /** By name. */
  metrics: namedUpTo(64, figureSchema, z.string().max(64)),
});
export type BaselineMetricRow = z.infer<typeof metricRowSchema>;

export const metricRowsSchema = z.array(metricRowSchema).max(MOST_ROWS);

/** Enough that rounding is far below any noise. */
const DIGITS = 6;

/** Whether a gate judges a row: native and the control are no guests, and would only add false alarms. */
export function isJudged({ target }: Pick<Row, 'target'>): boolean {
  return roleOf(target.hypervisor) === 'guest';
}

/**
 * The rows of guests that were measured, a list for each run. If a row is of something else than in an earlier run (another
 * image, say), or one of its metrics has another basis or unit, the latest counts. A figure without a logarithm is left out.
 */
export function metricRowsOf(lists: readonly (readonly Row[])[]): BaselineMetricRow[] {
  const guests = lists.flat().filter((row) => row.status === 'ok' && isJudged(row));
  return [...groupBy(guests, keyOfRow).values()].flatMap((rows) => {
    const kept = rows.reduce<BaselineMetricRow | null>(withRun, null);
    return kept && Object.keys(kept.metrics).length > 0 ? [kept] : [];
  });
}

function withRun(earlier: BaselineMetricRow | null, row: Row): BaselineMetricRow {
  const { suite, target, dimensions, identity } = row;
  const known = earlier && otherIdentity(earlier.identity, identity) === null ? earlier.metrics : {};
  const metrics = { ...known };
  for (const [name, metric] of Object.entries(row.metrics)) {
    const figure = figureOf(metric);
    const logs = figure && keptLogs(figure);
    if (!figure || !logs) continue;
    const { basis, unit } = figure;
    const before = known[name];
    const runs = before?.basis === basis && before.unit === unit ? before.logs : [];
    metrics[name] = { basis, unit, logs: [...runs, logs.map((one) => Number(one.toFixed(DIGITS)))] };
  }
  return { suite, target, dimensions, identity, metrics };
}
