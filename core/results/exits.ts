/** From samples to how often a guest came out of the CPU. */
import type { Sample } from './journal.ts';

/**
 * Exits a second by reason, over all batches together, without those of the empty batch; null where none were
 * counted. A reason that the empty batch meets more often counts as 0.
 */
export function exitsPerSecond(samples: readonly Sample[]): Record<string, number> | null {
  const counted = samples.filter(({ exits }) => exits !== undefined);
  const seconds = counted.reduce((sum, { wallNs, emptyWallNs }) => sum + (wallNs - emptyWallNs) / 1e9, 0);
  if (!(seconds > 0)) return null;
  const reasons = new Set(counted.flatMap(({ exits }) => Object.keys(exits ?? {})));
  return Object.fromEntries(
    [...reasons].map((reason) => {
      const net = counted.reduce(
        (sum, { exits, emptyExits }) => sum + (exits?.[reason] ?? 0) - (emptyExits?.[reason] ?? 0),
        0,
      );
      return [reason, Math.max(0, net) / seconds] as const;
    }),
  );
}
