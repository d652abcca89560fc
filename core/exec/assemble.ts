/** From what a session found to one environment's figures. */
import { max, mean, min } from 'simple-statistics';
import type { HypervisorInfo } from '../results/schema.ts';
import {
  createRandom,
  deriveSeed,
  type Interval,
  type LaunchValues,
  meanOfRows,
  median,
  toOverhead,
  toRatio,
} from '../stats/index.ts';
import type { Found, Reading } from './found.ts';
import { logRatios } from './precision.ts';
import type { Environment, Run, Spread } from './schema.ts';

const RESAMPLES = 2000;
/** A shorter time tells more of single readings than of the clock. */
const SHORTEST_SPAN_NS = 500e6;

/** One that was not tried; `error` says why. */
export function absentEnvironment(info: HypervisorInfo, error: string): Environment {
  return {
    ...info,
    ...{ status: 'unavailable', error, launches: 0, startMs: null, wallNs: null, cpuNs: null, time: null },
    ...{
      overhead: null,
      cpuOverhead: null,
      metric: null,
      output: null,
      drift: null,
      stdout: '',
      stderr: '',
      runs: [],
    },
  };
}

export function environmentOf(info: HypervisorInfo, found: Found, native: Found, seed: number): Environment {
  const counted = found.runs.filter(({ counts }) => counts);
  const isNative = found === native;
  const interval = (values: readonly LaunchValues[], label: string): Interval | null =>
    meanOfRows([values], {
      resamples: RESAMPLES,
      random: createRandom(deriveSeed(seed, 'bootstrap', label, info.id)),
    });
  const against = (label: string, figure: (run: Run) => number | null) =>
    isNative ? null : interval(logRatios(counted, native.runs, figure), label);
  const overhead = against('wall', ({ wallNs }) => wallNs);
  const cpuOverhead = against('cpu', ({ cpuNs }) => cpuNs);
  const ratio = against('metric', ({ metric }) => metric);
  const time = interval(logTimes(counted), 'time');
  const metrics = counted.flatMap(({ metric }) => metric ?? []);
  return {
    ...info,
    inside: found.inside,
    status: found.failure !== null ? 'failed' : counted.length > 0 ? 'ok' : 'unavailable',
    ...(found.failure !== null
      ? { error: found.failure }
      : counted.length === 0 && { error: 'it was over before it was measured' }),
    launches: new Set(counted.map(({ launch }) => launch)).size,
    startMs: found.startMs.length > 0 ? median(found.startMs) : null,
    wallNs: spreadOf(counted.map(({ wallNs }) => wallNs)),
    cpuNs: spreadOf(counted.map(({ cpuNs }) => cpuNs)),
    time: time && toRatio(time),
    overhead: overhead && toOverhead(overhead),
    cpuOverhead: cpuOverhead && toOverhead(cpuOverhead),
    metric: metrics.length > 0 ? { median: median(metrics), ratio: ratio && toRatio(ratio) } : null,
    output: isNative ? null : compareOutputs(found.runs, native.runs),
    drift: driftOf(found.clocks),
    ...found.texts,
    runs: found.runs,
  };
}

function logTimes(runs: readonly Run[]): LaunchValues[] {
  const groups = new Map<number, number[]>();
  for (const { launch, wallNs } of runs)
    groups.set(launch, [...(groups.get(launch) ?? []), Math.log(wallNs)]);
  return [...groups].map(([launch, values]) => ({ launch, values }));
}

function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  const all = [...values];
  return { min: min(all), median: median(all), mean: mean(all), max: max(all) };
}

function compareOutputs(runs: readonly Run[], native: readonly Run[]): Environment['output'] {
  const digests = (of: readonly Run[]) => new Set(of.map(({ stdout }) => `${stdout.digest} ${stdout.bytes}`));
  const [own, theirs] = [digests(runs), digests(native)];
  if (runs.length === 0 || native.length === 0) return null;
  if (theirs.size > 1) return 'varies';
  return own.size === 1 && [...own].every((digest) => theirs.has(digest)) ? 'same' : 'differs';
}

/** Over each launch from its first reading to its last; the median launch counts. */
export function driftOf(clocks: readonly (readonly Reading[])[]): number | null {
  const drifts = clocks.flatMap((readings) => {
    const [first, last] = [readings[0], readings.at(-1)];
    if (!first || !last || last.hostNs - first.hostNs < SHORTEST_SPAN_NS) return [];
    return [(last.guestNs - first.guestNs) / (last.hostNs - first.hostNs) - 1];
  });
  return drifts.length > 0 ? median(drifts) : null;
}
