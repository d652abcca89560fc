/** What a CPU quota did to what was measured, in words. */
import { count } from './format.ts';

/** `seen`: periods of the quota while something was measured; null if nobody counted. */
export function quotaCaveat(
  cpus: number | null,
  seen: { readonly periods: number; readonly throttled: number } | null,
): string[] {
  if (cpus === null) return [];
  const stopped =
    seen === null
      ? 'it may have stopped machines and native processes while they were measured'
      : seen.throttled > 0
        ? `it stopped machines or native processes in ${seen.throttled} of ${count(seen.periods, 'period')}, and wall-clock times include that`
        : `it stopped nothing in ${count(seen.periods, 'period')}`;
  return [`A CPU quota (cgroup) gave this run ${cpus.toFixed(2)} CPUs: ${stopped}.`];
}
