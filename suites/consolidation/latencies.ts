/**
 * Latencies of requests as a histogram with a thousandth's resolution (HdrHistogram): those of many machines add up, and
 * a journal holds some hundred counts of a machine however many requests it had.
 */
import { createRequire } from 'node:module';
import type { Histogram } from 'hdr-histogram-js';
import { max, quantile } from 'simple-statistics';
import { type GuestRecord, LONGEST_US } from './schema.ts';

const US_PER_MS = 1000;
const DIGITS = 3;

/** A latency in microseconds and how many requests took as long, ascending. */
export type LatencyCounts = NonNullable<GuestRecord['latencies']>;

export interface Latencies {
  readonly requests: number;
  /** Milliseconds within which this part of the requests was done, to a thousandth; 0 if there were none. */
  within(part: number): number;
  readonly maxMs: number;
}

function emptyHistogram(): Histogram {
  // Most commands list suites, and measure none of them: loading it takes time.
  const { build } = createRequire(import.meta.url)('hdr-histogram-js') as typeof import('hdr-histogram-js');
  return build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: LONGEST_US,
    numberOfSignificantValueDigits: DIGITS,
    bitBucketSize: 32,
    useWebAssembly: false,
  });
}

/** Latencies in ms as counts, each rounded to what the histogram tells apart. */
export function latencyCountsOf(latenciesMs: readonly number[]): LatencyCounts {
  const counts = new Map<number, number>();
  for (const ms of latenciesMs) {
    const us = Math.min(LONGEST_US, Math.max(0, Math.round(ms * US_PER_MS)));
    const value = Number(us.toPrecision(DIGITS + 1));
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].sort(([a], [b]) => a - b);
}

/** Of all these machines' requests. Journals of `hvbench/journal@1` list every one: those are exact. */
export function latenciesOf(guests: readonly Pick<GuestRecord, 'latencies' | 'latenciesMs'>[]): Latencies {
  if (guests.every(({ latenciesMs }) => latenciesMs)) {
    const list = guests.flatMap(({ latenciesMs = [] }) => latenciesMs);
    return {
      requests: list.length,
      within: (part) => (list.length > 0 ? quantile(list, part) : 0),
      maxMs: list.length > 0 ? max(list) : 0,
    };
  }
  const histogram = emptyHistogram();
  for (const { latencies, latenciesMs = [] } of guests)
    for (const [us, count] of latencies ?? latencyCountsOf(latenciesMs))
      histogram.recordValueWithCount(us, count);
  const requests = histogram.totalCount;
  return {
    requests,
    within: (part) => (requests > 0 ? histogram.getValueAtPercentile(part * 100) / US_PER_MS : 0),
    maxMs: requests > 0 ? histogram.maxValue / US_PER_MS : 0,
  };
}
