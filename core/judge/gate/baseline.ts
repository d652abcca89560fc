/**
 * The baseline file: ratios guest ÷ native, by host class. Of workloads it holds no times, so it does not matter how fast
 * the computer was when it was made; of other metrics it does, if they do not stand against native. It is small and
 * changes in few lines, so that it can be committed.
 */
import { constants } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';
import { z } from 'zod';
import { firstIssue, firstLine, UserError } from '../../errors.ts';
import { writeOrSay } from '../../files.ts';
import { elsewhereOf, type HostClass, hostClassOf, hostClassSchema } from '../../results/host-class.ts';
import type { Result } from '../../results/schema.ts';
import { rowsBesideWorkloads } from '../../results/workload-rows.ts';
import { hodgesLehmann } from '../../stats/index.ts';
import { logRatiosOf, rowName } from '../compare/match.ts';
import { anchorSchema } from './anchor-schema.ts';
import { metricRowsOf, metricRowsSchema } from './baseline-metrics.ts';
import { type BaselineRow, baselineRowSchema, isSameWork, runsSchema } from './baseline-row.ts';
import { GATE_CLOCK } from './gate.ts';

export type { BaselineRow } from './baseline-row.ts';

export const BASELINE_SCHEMA = 'hvbench/baseline@2';

const text = z.string().max(4096);

const classSchema = z.strictObject({
  hostClass: hostClassSchema,
  /** When it was written, and by which version. */
  createdAt: z.iso.datetime(),
  tool: text,
  runs: runsSchema,
  rows: z.array(baselineRowSchema).max(100_000),
  /** What every suite found beside workloads; absent if the runs had nothing of it, and in older files. */
  metrics: metricRowsSchema.optional(),
  /** What its drift is measured from; absent if that is the entry itself, as in older files. */
  anchor: anchorSchema.optional(),
});
export type BaselineClass = z.infer<typeof classSchema>;

export const baselineSchema = z.strictObject({
  schema: z.literal(BASELINE_SCHEMA),
  classes: z.array(classSchema).max(1000),
});
export type Baseline = z.infer<typeof baselineSchema>;

/** Enough that rounding is far below any noise. */
const DIGITS = 6;

/** Throws UserError where the file cannot be read, is damaged, or is something else; null where there is none. */
export function readBaseline(path: string): Baseline | null {
  let content: unknown;
  try {
    const status = statSync(path);
    if (!status.isFile()) throw new Error('it is not a file');
    if (status.size > constants.MAX_STRING_LENGTH) throw new Error(`it is too large: ${status.size} bytes`);
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    const why =
      error instanceof SyntaxError ? `it is not whole JSON (${firstLine(message)})` : (code ?? message);
    throw new UserError(
      `cannot read the baseline ${path}: ${why}; restore it, or write a new one with --update`,
    );
  }
  const parsed = baselineSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const schema = (content as { schema?: unknown } | null)?.schema;
  if (schema !== BASELINE_SCHEMA) {
    const found =
      typeof schema === 'string' ? `it is of schema ${firstLine(schema, 100)}` : 'it has no schema';
    throw new UserError(
      `${path} is not a baseline that this hvbench reads: ${found}, not ${BASELINE_SCHEMA}; remove it, then write a new one with --update`,
    );
  }
  const { where, what } = firstIssue(parsed.error);
  throw new UserError(
    `the baseline ${path} is damaged at ${where || 'its top'}: ${what}; restore it, or write a new one with --update`,
  );
}

/** Replaces the file in one step. Throws UserError with `advice` where it cannot be written. */
export function writeBaseline(path: string, baseline: Baseline, advice = ''): void {
  writeOrSay(path, format(baseline), `the baseline ${path}`, advice);
}

/** One line a list of figures: a change shows as the rows that it touches. No text holds a line's end as it is. */
function format(baseline: Baseline): string {
  const json = JSON.stringify(baseline, null, 1);
  return `${json.replace(/\[\n\s+(-?[\d.e-]+(?:,\s+-?[\d.e-]+)*)\s+\]/g, (_, figures: string) => `[${figures.replace(/\s+/g, ' ')}]`)}\n`;
}

/**
 * The baseline of one host class, of one run or several of the same class. A guest's row counts where it was
 * measured, in at least two launches over all runs; of rows whose code differs between the runs, the latest counts.
 * The control is no guest that could become slower: judging it would only add false alarms.
 */
export function baselineOf(results: readonly Result[], createdAt: Date): BaselineClass {
  const [first] = results;
  if (!first) throw new UserError('a baseline needs at least one result');
  const hostClass = hostClassOf(first.host);
  const rows = new Map<string, BaselineRow>();
  for (const result of results) {
    if (hostClassOf(result.host).id !== hostClass.id)
      throw new UserError('a baseline cannot mix host classes: give results of one computer');
    for (const measurement of result.measurements) {
      const { suite, workload, isa, hypervisor, mode, technique, digest, argument, status, overhead } =
        measurement;
      if (mode === 'native' || status !== 'ok' || !overhead) continue;
      const run = logRatiosOf(result, measurement, GATE_CLOCK).map(({ values }) =>
        round(hodgesLehmann(values)),
      );
      const key = rowName(measurement);
      const elsewhere = elsewhereOf(result.hypervisors, hypervisor);
      const row = {
        ...{ suite, workload, isa, hypervisor, technique, digest, argument },
        ...(elsewhere !== undefined && { elsewhere }),
      };
      const earlier = rows.get(key);
      const before = earlier && isSameWork(earlier, row) ? earlier.logRatios : [];
      rows.set(key, { ...row, logRatios: [...before, run] });
    }
  }
  const metrics = metricRowsOf(results.map(rowsBesideWorkloads));
  return {
    hostClass,
    createdAt: createdAt.toISOString(),
    tool: first.tool.version,
    runs: results.map(({ startedAt, host, launches }) => ({
      startedAt,
      kernel: host.kernel,
      launches: launches.length,
    })),
    rows: [...rows.values()].filter((row) => row.logRatios.flat().length >= 2),
    ...(metrics.length > 0 && { metrics }),
  };
}

/** The baseline with the entry of one class replaced, or added; other classes are kept. */
export function withClass(baseline: Baseline | null, entry: BaselineClass): Baseline {
  const others = (baseline?.classes ?? []).filter(({ hostClass }) => hostClass.id !== entry.hostClass.id);
  return { schema: BASELINE_SCHEMA, classes: [...others, entry] };
}

export function classOf(baseline: Baseline, { id }: HostClass): BaselineClass | undefined {
  return baseline.classes.find(({ hostClass }) => hostClass.id === id);
}

function round(value: number): number {
  return Number(value.toFixed(DIGITS));
}
