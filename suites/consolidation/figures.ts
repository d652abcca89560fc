/** From what machines did to figures of a level, and to the knee: pure, and the same while measuring and afterwards. */
import { max, median, min, sum } from 'simple-statistics';
import { jainIndex } from '../../core/stats/index.ts';
import { latenciesOf } from './latencies.ts';
import type { ConsolidationLevel, Demand, GuestRecord, LevelEntry, LoadProfile, Range } from './schema.ts';

/** From so many requests on, one of a hundred is more than a single one. */
const P99_FROM = 100;

export function rangeOf(values: readonly number[]): Range {
  const list = [...values];
  return { median: median(list), low: min(list), high: max(list) };
}

/**
 * The share of what a machine was asked for that it did. What is under way when the time is up is not missing, nor is a
 * request that may still wait then: so many as come, on average, in `waiting`, a part of the time. Requests come at random,
 * and a burst at the end is no fault; those that wait for longer show in the latencies.
 */
export function doneShare({ tasks, requests }: GuestRecord, waiting: number): number {
  const share = ({ asked, done }: GuestRecord['tasks'], rest: number) =>
    asked === 0 ? 1 : Math.min(1, (done + 1) / asked + rest);
  return Math.min(share(tasks, 0), share(requests, waiting));
}

/** Everything of a level but how it compares with native. */
export function levelOf(
  entry: LevelEntry,
  loadProfile: LoadProfile,
): Omit<ConsolidationLevel, 'cpuOverhead'> {
  const { guests, windowSeconds, demand, toolCpuNs, toolLagMs } = entry;
  const windows = guests[0]?.turns.length ?? 0;
  const perWindow = Array.from({ length: windows }, (_, window) =>
    guests.map(({ turns }) => (turns[window] ?? 0) / windowSeconds),
  );
  const latencies = latenciesOf(guests);
  const worstP95 = max(guests.map((guest) => latenciesOf([guest]).within(0.95)));
  const waiting = loadProfile.ceilingMs / (windows * windowSeconds * 1000);
  const leastDone = min(guests.map((guest) => doneShare(guest, waiting)));
  const work = workOf(entry, loadProfile);
  return {
    demand,
    windows,
    windowSeconds,
    turnsPerSecond: rangeOf(perWindow.map(sum)),
    slowestPerSecond: rangeOf(perWindow.map(min)),
    fairness: jainIndex(guests.map(({ turns }) => sum(turns))),
    latencyMs: {
      requests: latencies.requests,
      p50: latencies.within(0.5),
      p95: latencies.within(0.95),
      p99: latencies.requests >= P99_FROM ? latencies.within(0.99) : null,
      max: latencies.maxMs,
      worstP95,
    },
    leastDone,
    held: worstP95 <= loadProfile.ceilingMs && leastDone >= loadProfile.leastDone,
    cpuMsPerTurn: entry.cpuNs === null || work === 0 ? null : entry.cpuNs / work / 1e6,
    toolCpu: toolCpuNs / (windows * windowSeconds * 1e9),
    toolLagMs,
  };
}

/** Turns of the load profile, with requests as the part of a turn that they are natively. */
function workOf({ guests }: LevelEntry, { tasks, request }: LoadProfile): number {
  const requestsWorth = request.ns / sum(tasks.map(({ ns }) => ns));
  return sum(guests.map(({ turns, requests }) => sum(turns) + requests.done * requestsWorth));
}

export interface Knee {
  readonly demand: Demand;
  readonly machines: number | null;
  readonly missedAt: number | null;
}

/** The most machines that all met their quality of service before any number did not, and that number. */
export function kneeOf(
  demand: Demand,
  steps: readonly { readonly machines: number; readonly held: boolean }[],
): Knee {
  const ascending = [...steps].sort((a, b) => a.machines - b.machines);
  const missed = ascending.find(({ held }) => !held);
  const held = ascending.filter(({ machines }) => machines < (missed?.machines ?? Number.POSITIVE_INFINITY));
  return { demand, machines: held.at(-1)?.machines ?? null, missedAt: missed?.machines ?? null };
}
