/** Which rows of several results speak of the same thing, and which metrics all of them have. */
import { groupBy } from '../../group-by.ts';
import { keyOfRow, type Metric, type Row } from '../../model/row.ts';
import { resultLetter } from './match.ts';

/** What names a row of any suite. */
export type NamedRow = Pick<Row, 'suite' | 'target' | 'dimensions'>;

export interface MatchedMetric extends NamedRow {
  /** Its name in each row. */
  readonly metric: string;
  /** One for each result, in their order. */
  readonly figures: readonly Metric[];
}

export interface UnmatchedMetric extends NamedRow {
  /** The one that some result lacks; null if the rows themselves do not match. */
  readonly metric: string | null;
  /** Index of a result that has it. */
  readonly result: number;
  /** Whether a result has nothing of the whole suite. */
  readonly wholeSuite: boolean;
  readonly reason: string;
}

/** What tells a row from others of its suite and target: "bare", "warm"; a number is said with its name: "100 machines". */
export function dimensionWords({ dimensions }: Pick<NamedRow, 'dimensions'>): string[] {
  return Object.entries(dimensions).map(([name, value]) =>
    typeof value === 'number' ? `${value} ${name}` : value,
  );
}

/** "boot/bare/warm, qemu-tcg pc (x86_64)" */
export function metricRowName({ suite, target, dimensions }: NamedRow): string {
  const machine = [target.hypervisor, target.machineType].filter(Boolean).join(' ');
  return `${[suite, ...dimensionWords({ dimensions })].join('/')}, ${machine} (${target.isa})`;
}

/**
 * Matches the rows of results, one list for each, and their metrics. What some result lacks, or did not measure, or
 * measured of something else, is unmatched with the reason; nothing is dropped but what no computer could measure.
 */
export function matchMetrics(lists: readonly (readonly Row[])[]): {
  matched: MatchedMetric[];
  unmatched: UnmatchedMetric[];
} {
  const suites = lists.map((rows) => new Set(rows.map(({ suite }) => suite)));
  const entries = lists.flatMap((rows, result) => rows.map((row) => ({ row, result })));
  const matched: MatchedMetric[] = [];
  const unmatched: UnmatchedMetric[] = [];
  for (const same of groupBy(entries, ({ row }) => keyOfRow(row)).values()) {
    const rows = lists.map((_, index) => same.find(({ result }) => result === index)?.row);
    const first = rows.find((row) => row !== undefined);
    if (!first) continue;
    const { suite, target, dimensions } = first;
    const name = { suite, target, dimensions };
    const lacking = suites.findIndex((own) => !own.has(suite));
    const reason =
      lacking >= 0 ? `${resultLetter(lacking)} has nothing of the suite ${suite}` : mismatchOf(rows);
    if (reason !== null) {
      for (const [result, row] of rows.entries())
        if (row && row.status !== 'unavailable')
          unmatched.push({ ...name, metric: null, result, wholeSuite: lacking >= 0, reason });
      continue;
    }
    const metrics = (rows as Row[]).map((row) => row.metrics);
    for (const metric of new Set(metrics.flatMap((own) => Object.keys(own)))) {
      const figures = metrics.flatMap((own) => own[metric] ?? []);
      if (figures.length === lists.length) matched.push({ ...name, metric, figures });
      else {
        const without = resultLetter(metrics.findIndex((own) => own[metric] === undefined));
        for (const [result, own] of metrics.entries())
          if (own[metric])
            unmatched.push({
              ...{ ...name, metric, result, wholeSuite: false },
              reason: `${without} has no such figure (${own[metric].title})`,
            });
      }
    }
  }
  return { matched, unmatched };
}

/** Why rows cannot be compared; null if they can. */
function mismatchOf(rows: readonly (Row | undefined)[]): string | null {
  for (const [index, row] of rows.entries()) {
    if (!row) return `${resultLetter(index)} has no such row`;
    if (row.status !== 'ok') return `${resultLetter(index)}: ${row.status}: ${row.error ?? ''}`;
  }
  const [first, ...others] = rows as [Row, ...Row[]];
  for (const other of others) {
    const reason = otherIdentity(first.identity, other.identity);
    if (reason !== null) return reason;
  }
  return null;
}

/** In what two rows are not of the same thing: "not the same technique (amd-v against vt-x)"; null if they are. */
export function otherIdentity(before: Row['identity'], after: Row['identity']): string | null {
  for (const name of new Set([before, after].flatMap(Object.keys))) {
    const [then, now] = [before[name] ?? null, after[name] ?? null];
    if (then !== now) return `not the same ${name} ${between(then, now)}`;
  }
  return null;
}

/** What is longer than this says nothing to people: a digest, say. */
const READABLE = 40;

function between(...values: readonly (string | number | null)[]): string {
  const words = values.map((value) => String(value ?? 'unknown'));
  return words.some((word) => word.length > READABLE) ? '(another one)' : `(${words.join(' against ')})`;
}
