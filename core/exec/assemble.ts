/** From what a session found, or its journal, to figures. */
import { max, mean, min } from 'simple-statistics';
import { groupBy } from '../group-by.ts';
import { REFERENCE } from '../model/role.ts';
import {
  type Environment,
  EXEC_SCHEMA,
  type ExecResult,
  type Figures,
  type Run,
  type Spread,
} from '../results/exec-schema.ts';
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
import { type Found, FoundTable, type Reading } from './found.ts';
import type { ExecEntry, ExecHeader } from './journal.ts';
import { logRatios, pairsOf, type RunPair } from './precision.ts';

const RESAMPLES = 2000;
/** A shorter time tells more of single readings than of the clock. */
const SHORTEST_SPAN_NS = 500e6;

/** The result of a journal; one without an end is of a process that was killed. Throws where it has no header. */
export function assembleExec(entries: Iterable<ExecEntry>): ExecResult {
  let header: ExecHeader | undefined;
  let found = new FoundTable([]);
  let stopped: ExecResult['stopped'] = {
    ...{ reason: 'recovered', elapsedSeconds: 0, stealFraction: null, throttling: null },
  };
  for (const entry of entries) {
    if (entry.type === 'header') {
      header = entry;
      found = new FoundTable(header.machines.map(({ id }) => id));
    } else if (!header) break;
    else if (entry.type === 'end') {
      const { type, ...end } = entry;
      stopped = end;
    } else found.add(entry);
  }
  if (!header) throw new Error('the journal has no header');
  return resultOf(header, found, stopped);
}

export function resultOf(header: ExecHeader, found: FoundTable, stopped: ExecResult['stopped']): ExecResult {
  const { type, schema, machines, absent, ...planned } = header;
  const environments = machines.map((info) =>
    environmentOf(info, found.of(info.id), found.of(REFERENCE), planned),
  );
  return {
    schema: EXEC_SCHEMA,
    ...planned,
    stopped,
    environments: [...environments, ...absent.map(absentEnvironment)],
  };
}

/** One that was not tried: its `reason` says why. */
export function absentEnvironment(info: HypervisorInfo): Environment {
  return {
    ...info,
    ...{ status: 'unavailable', error: info.reason, launches: 0, startMs: null, wallNs: null, cpuNs: null },
    ...{ time: null, overhead: null, cpuOverhead: null, metric: null, figures: null, output: null },
    ...{ drift: null, stdout: '', stderr: '', runs: [] },
  };
}

export function environmentOf(
  info: HypervisorInfo,
  found: Found,
  native: Found,
  { seed, metric: isAsked }: Pick<ExecResult, 'seed' | 'metric'>,
): Environment {
  const counted = found.runs.filter(({ counts }) => counts);
  const isNative = found === native;
  const pairs = isNative ? [] : pairsOf(found.runs, native.runs);
  const interval = (values: readonly LaunchValues[], label: string): Interval | null =>
    meanOfRows([values], {
      resamples: RESAMPLES,
      random: createRandom(deriveSeed(seed, 'bootstrap', label, info.id)),
    });
  const overhead = interval(
    logRatios(pairs, ({ wallNs }) => wallNs),
    'wall',
  );
  const cpuOverhead = interval(cpuLogRatios(pairs), 'cpu');
  const time = interval(logTimes(counted), 'time');
  const figures = isAsked === null ? null : figuresOf(counted, pairs);
  return {
    ...info,
    evidence: found.evidence,
    status: found.failure !== null ? 'failed' : counted.length > 0 ? 'ok' : 'unavailable',
    ...(found.failure !== null
      ? { error: found.failure }
      : counted.length === 0 && { error: 'it ended before it was measured' }),
    launches: new Set(counted.map(({ launch }) => launch)).size,
    startMs: found.startMs.length > 0 ? median(found.startMs) : null,
    wallNs: spreadOf(counted.map(({ wallNs }) => wallNs)),
    cpuNs: spreadOf(counted.map(({ cpuNs }) => cpuNs)),
    time: time && toRatio(time),
    overhead: overhead && toOverhead(overhead),
    cpuOverhead: cpuOverhead && toOverhead(cpuOverhead),
    metric:
      figures &&
      metricOf(counted, figures, () =>
        native.runs.some(isUnclear) ? null : interval(metricLogRatios(pairs), 'metric'),
      ),
    figures,
    output: isNative ? null : compareOutputs(found.runs, native.runs),
    drift: driftOf(found.clocks),
    ...found.texts,
    runs: found.runs,
  };
}

function logTimes(runs: readonly Run[]): LaunchValues[] {
  return [...groupBy(runs, ({ launch }) => launch)].map(([launch, group]) => ({
    launch,
    values: group.map(({ wallNs }) => Math.log(wallNs)),
  }));
}

/**
 * Round by round. Where some runs are shorter than the steps in which the host counts, the sums of each launch: the others
 * alone would be those that happened to meet a step.
 */
function cpuLogRatios(pairs: readonly RunPair[]): LaunchValues[] {
  if (pairs.every(([own, theirs]) => own.cpuNs > 0 && theirs.cpuNs > 0))
    return logRatios(pairs, ({ cpuNs }) => cpuNs);
  return [...groupBy(pairs, ([{ launch }]) => launch)].flatMap(([launch, group]) => {
    const sum = (of: (pair: RunPair) => Run) => group.reduce((total, pair) => total + of(pair).cpuNs, 0);
    const [own, theirs] = [sum(([run]) => run), sum(([, run]) => run)];
    return own > 0 && theirs > 0 ? [{ launch, values: [Math.log(own / theirs)] }] : [];
  });
}

const metricLogRatios = (pairs: readonly RunPair[]) => logRatios(pairs, ({ metric }) => metric);

/** Whether a figure stands there, which may be another than it seems. */
const isUnclear = ({ counts, unread }: Run) => counts && unread !== undefined && unread.why !== 'no-number';

function figuresOf(counted: readonly Run[], pairs: readonly RunPair[]): Figures {
  const example = (runs: readonly Run[]) => {
    const unread = runs[0]?.unread;
    return unread ? { ...unread, runs: runs.length } : null;
  };
  return {
    runs: counted.filter(({ metric }) => metric !== null).length,
    ofRuns: counted.length,
    rounds: metricLogRatios(pairs).reduce((sum, { values }) => sum + values.length, 0),
    ofRounds: pairs.length,
    unclear: example(counted.filter(isUnclear)),
    noNumber: example(counted.filter(({ unread }) => unread?.why === 'no-number')),
  };
}

/**
 * None where how a figure is written hides some of them: which these are depends on how large they are (`0,98` and `1,021`),
 * so that the others are not like them.
 */
function metricOf(
  counted: readonly Run[],
  figures: Figures,
  ratioOf: () => Interval | null,
): Environment['metric'] {
  const values = counted.flatMap(({ metric }) => metric ?? []);
  if (values.length === 0 || figures.unclear) return null;
  const ratio = ratioOf();
  // Of figures that differ by orders of magnitude from launch to launch, an interval's end may be more than a number can be.
  const isKnown = ratio && Object.values(toRatio(ratio)).every(Number.isFinite);
  return { median: median(values), ratio: isKnown ? toRatio(ratio) : null };
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
