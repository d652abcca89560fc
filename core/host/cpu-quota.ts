/** CPU quotas of control groups: who uses theirs up is stopped until the next period, machines and native alike. */
import { cgroupFolders, numberIn } from './cgroups.ts';
import type { Host } from './host.ts';

/** Periods of a quota, and those in which it stopped somebody. */
export interface Throttling {
  readonly periods: number;
  readonly throttled: number;
}

/** By the folder of each control group that has a quota. */
export type ThrottlingByGroup = ReadonlyMap<string, Throttling>;

interface Group {
  readonly folder: string;
  /** CPUs' worth of time. */
  readonly cpus: number;
}

/** The control groups with a quota that bound this process. */
function limitedGroups(host: Host): Group[] {
  const seen = new Set<string>();
  return cgroupFolders('cpu', host).flatMap(({ version, folder }) => {
    const [quota, period] =
      version === 2
        ? (host.readNow(`${folder}/cpu.max`) ?? '').split(' ').map(Number)
        : ['cpu.cfs_quota_us', 'cpu.cfs_period_us'].map((file) => numberIn(host, `${folder}/${file}`) ?? 0);
    // `max`, and -1 in version 1, are none.
    if (!quota || !period || !(quota > 0 && period > 0) || seen.has(folder)) return [];
    seen.add(folder);
    return [{ folder, cpus: quota / period }];
  });
}

/** How many CPUs' worth of time this process may use, by the tightest quota; null if it has none. */
export function cpuQuota(host: Host): number | null {
  const groups = limitedGroups(host);
  return groups.length > 0 ? Math.min(...groups.map(({ cpus }) => cpus)) : null;
}

/** How often quotas have stopped whoever they bound, since each control group was made. */
export function readThrottling(host: Host): ThrottlingByGroup {
  return new Map(
    limitedGroups(host).flatMap(({ folder }) => {
      const text = host.readNow(`${folder}/cpu.stat`) ?? '';
      const [periods, throttled] = ['nr_periods', 'nr_throttled'].map(
        (name) => new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1],
      );
      if (periods === undefined || throttled === undefined) return [];
      return [[folder, { periods: Number(periods), throttled: Number(throttled) }] as const];
    }),
  );
}

/** Between two readings, of the control group that was stopped most; null if none of them has a quota. */
export function throttlingBetween(before: ThrottlingByGroup, after: ThrottlingByGroup): Throttling | null {
  const between = [...after].flatMap(([folder, { periods, throttled }]) => {
    const first = before.get(folder);
    if (!first || periods < first.periods || throttled < first.throttled) return [];
    return [{ periods: periods - first.periods, throttled: throttled - first.throttled }];
  });
  return between.toSorted((a, b) => b.throttled - a.throttled)[0] ?? null;
}
