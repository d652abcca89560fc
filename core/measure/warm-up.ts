/** When a machine has warmed up. */
import { isTranslator } from '../results/technique.ts';
import type { PlannedMachine } from '../run/plan.ts';
import { median } from '../stats/index.ts';

/** How: code runs as it is; is translated once, before it first runs; or has tiers: interpreted at first, or compiled anew. */
export type Warming = 'direct' | 'once' | 'tiers';

/** What is not known to translate once is taken to have tiers. */
export function warmingOf({
  hypervisor,
  availability,
}: {
  readonly hypervisor: Pick<PlannedMachine['hypervisor'], 'translatesOnce'>;
  readonly availability: Pick<PlannedMachine['availability'], 'technique'>;
}): Warming {
  if (!isTranslator(availability.technique)) return 'direct';
  return hypervisor.translatesOnce ? 'once' : 'tiers';
}

/**
 * Batches before the rounds. Page tables, caches and branch predictors come first in a machine that runs code as it is. One
 * that translates once takes 9 % longer for its first batch (median), and up to 9 % in some rows for a few more.
 */
export const WARM_UP_BATCHES: Readonly<Record<Exclude<Warming, 'tiers'>, number>> = { direct: 2, once: 6 };

/** Interpreted code is steady as well: nothing counts as warm before this time and this number of batches. */
const LEAST_NS = 300e6;
const LEAST_BATCHES = 16;
/** It is as warm as it gets. */
const MOST_NS = 2_000e6;
const MOST_BATCHES = 1000;
/** On the tool's own clock, whatever the machine says of its batches: they are most of it, where it tells the truth. */
export const MOST_MS = 20_000;
/** Two windows of batches whose medians differ by less than this are steady; one odd batch upsets neither. */
const WINDOW = 5;
const STEADY = 0.03;
/** A launch that is slower by more than this than an earlier one has more to translate, */
const AS_BEFORE = 1.1;
/** or is one of those that stay slower: if it has been steady for so long, it will not get faster. */
const SLOWER_NS = 1_000e6;

/**
 * Whether batches of these times, ns, oldest first, are those of a warm machine with tiers. `known` is the shortest
 * median of an earlier launch; `null` in the first, which has nothing to compare with and therefore warms up for twice as
 * long, calibration included: `calibrated` says that it went before, and that alone took one such time. A launch that
 * stays slower than `known` is given up to a second, and then measured as it is.
 */
export function isWarm(wallNs: readonly number[], known: number | null, calibrated = false): boolean {
  const total = wallNs.reduce((sum, ns) => sum + ns, 0);
  if (total >= MOST_NS || wallNs.length >= MOST_BATCHES) return true;
  if (total < (known === null && !calibrated ? 2 : 1) * LEAST_NS || wallNs.length < LEAST_BATCHES)
    return false;
  const latest = median(wallNs.slice(-WINDOW));
  const before = median(wallNs.slice(-2 * WINDOW, -WINDOW));
  const isSteady = Math.abs(latest / before - 1) < STEADY;
  return isSteady && (known === null || latest <= known * AS_BEFORE || total >= SLOWER_NS);
}
