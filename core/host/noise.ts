/** What else happens on this computer: load, CPU time that an outer hypervisor took away, and CPU quotas. */
import { readThrottling, type Throttling, type ThrottlingByGroup, throttlingBetween } from './cpu-quota.ts';
import type { Host } from './host.ts';

/** Counters of /proc/stat since boot, in clock ticks. */
export interface CpuTimes {
  readonly total: number;
  readonly steal: number;
}

/**
 * The counters of one CPU, or of all together where `cpu` is null; null where the text lacks them.
 * Fields as in proc(5): user nice system idle iowait irq softirq steal guest guest_nice. Guest time is
 * already part of user and nice, so the total is the first eight.
 */
export function parseCpuTimes(stat: string, cpu: number | null = null): CpuTimes | null {
  const line = new RegExp(`^cpu${cpu ?? ''}\\s+(.+)$`, 'm').exec(stat)?.[1];
  const fields = (line ?? '').trim().split(/\s+/).slice(0, 8).map(Number);
  const steal = fields[7];
  if (steal === undefined || !fields.every(Number.isFinite)) return null;
  return { total: fields.reduce((sum, ticks) => sum + ticks, 0), steal };
}

/**
 * Share (0 to 1) of the CPU time between two readings that was stolen; null where no tick passed, a reading is missing,
 * or a counter stepped back, as the kernel's do now and then, so that no share comes of it.
 */
export function stealFraction(before: CpuTimes | null, after: CpuTimes | null): number | null {
  if (before === null || after === null) return null;
  const total = after.total - before.total;
  if (total <= 0) return null;
  const share = (after.steal - before.steal) / total;
  return share >= 0 && share <= 1 ? share : null;
}

/** Reads the counters of one CPU, or of all together (null); null where /proc/stat is missing. */
export async function readCpuTimes(cpu: number | null, host: Host): Promise<CpuTimes | null> {
  return parseCpuTimes((await host.read('/proc/stat')) ?? '', cpu);
}

/** Steal since boot, over all CPUs. */
export async function readStealSinceBoot(host: Host): Promise<number | null> {
  return stealFraction({ total: 0, steal: 0 }, await readCpuTimes(null, host));
}

/** A snapshot to take before and after a launch. */
export interface Noise {
  /** Load average over one minute; a run's own machine adds up to 1 to it, so its start tells most. */
  readonly load: number;
  readonly cpuTimes: CpuTimes | null;
  readonly throttling: ThrottlingByGroup;
}

/** What stands beside a launch. */
export interface LaunchNoise {
  /** As it began. */
  readonly load: number;
  /** While it ran. */
  readonly stealFraction: number | null;
  /** Periods of a CPU quota while it ran; null if there is none. */
  readonly throttling: Throttling | null;
}

/** Takes a snapshot; `cpu` is the one that measures, or null for all. */
export async function readNoise(cpu: number | null, host: Host): Promise<Noise> {
  return {
    load: host.facts().load,
    cpuTimes: await readCpuTimes(cpu, host),
    throttling: readThrottling(host),
  };
}

/** What happened between two readings. */
export function noiseBetween(before: Noise, after: Noise): LaunchNoise {
  return {
    load: before.load,
    stealFraction: stealFraction(before.cpuTimes, after.cpuTimes),
    throttling: throttlingBetween(before.throttling, after.throttling),
  };
}
