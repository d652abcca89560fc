/** From samples to how often a guest came out of the CPU. */
import { median } from '../stats/index.ts';
import type { OperationSample, Sample } from './journal.ts';

/**
 * Exits a second by reason, over all batches together, without those of the empty batch; null if none were
 * counted. Below 0 if the empty batches met a reason more often, as chance has it.
 */
export function exitsPerSecond(samples: readonly Sample[]): Record<string, number> | null {
  const counted = samples.filter(({ exits }) => exits !== undefined);
  const seconds = counted.reduce((sum, { wallNs, emptyWallNs }) => sum + (wallNs - emptyWallNs) / 1e9, 0);
  if (!(seconds > 0)) return null;
  const reasons = new Set(counted.flatMap(({ exits }) => Object.keys(exits ?? {})));
  return Object.fromEntries(
    [...reasons].map((reason) => [reason, netOf(counted, reason) / seconds] as const),
  );
}

/**
 * Exits of one iteration by reason, over all batches together, without those of the empty batch; null if none were counted.
 * Unlike exits per second it needs no clock, so that it says the same on a slow computer: of exits that an instruction causes.
 */
export function exitsPerIteration(
  samples: readonly Pick<Sample, 'exits' | 'emptyExits' | 'iterations'>[],
): Record<string, number> | null {
  const counted = samples.filter(({ exits }) => exits !== undefined);
  const iterations = counted.reduce((sum, sample) => sum + sample.iterations, 0);
  if (!(iterations > 0)) return null;
  const reasons = new Set(counted.flatMap(({ exits }) => Object.keys(exits ?? {})));
  return Object.fromEntries(
    [...reasons].map((reason) => [reason, netOf(counted, reason) / iterations] as const),
  );
}

function netOf(samples: readonly Pick<Sample, 'exits' | 'emptyExits'>[], reason: string): number {
  return samples.reduce(
    (sum, { exits, emptyExits }) => sum + (exits?.[reason] ?? 0) - (emptyExits?.[reason] ?? 0),
    0,
  );
}

/**
 * Exits of one operation by reason: the median of all batches, without those of the empty batch; null if none were counted.
 * What interrupts a batch by chance is in it, and hardly counts where a batch holds many operations.
 */
export function exitsPerOperation(samples: readonly OperationSample[]): Record<string, number> | null {
  const batches = samples.flatMap(({ exits = [], emptyExits = {}, iterations }) =>
    exits.map((counts) => ({ counts, emptyExits, iterations })),
  );
  if (batches.length === 0) return null;
  const reasons = new Set(batches.flatMap(({ counts }) => Object.keys(counts)));
  return Object.fromEntries(
    [...reasons].map((reason) => {
      const net = batches.map(
        ({ counts, emptyExits, iterations }) =>
          ((counts[reason] ?? 0) - (emptyExits[reason] ?? 0)) / iterations,
      );
      return [reason, median(net)] as const;
    }),
  );
}
