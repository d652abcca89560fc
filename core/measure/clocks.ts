/** Guest clocks can lie: each launch compares a machine's time-stamp counter with the host's clock. */
import type { Sample } from '../results/journal.ts';
import type { LaunchRecord } from '../results/schema.ts';
import { median } from '../stats/index.ts';

/** Shorter batches say more about the marks than about the clock. */
const SHORTEST_NS = 2e6;
/** A counter that strays further than this from the host's clock refines no figure. */
const AGREEMENT = 0.005;

/**
 * Ticks per nanosecond of each machine over one launch, and how far the median batch strayed from it. The
 * ticks are read inside the marks, so the empty batch is taken off the host's side.
 */
export function compareClocks(samples: readonly Sample[]): LaunchRecord['clocks'] {
  const hypervisors = [...new Set(samples.map(({ hypervisor }) => hypervisor))];
  return hypervisors.flatMap((hypervisor) => {
    const batches = samples
      .filter((sample) => sample.hypervisor === hypervisor)
      .map(({ ticks, wallNs, emptyWallNs }) => ({ ticks, ns: wallNs - emptyWallNs }))
      .filter(({ ns }) => ns >= SHORTEST_NS);
    const ns = batches.reduce((sum, batch) => sum + batch.ns, 0);
    if (ns === 0) return [];
    const ticksPerNs = batches.reduce((sum, batch) => sum + batch.ticks, 0) / ns;
    if (ticksPerNs === 0) return [{ hypervisor, ticksPerNs, deviation: 1, agrees: false }];
    // The median, since a machine that was preempted between its two clocks' readings proves nothing.
    const deviation = median(batches.map((batch) => Math.abs(batch.ticks / batch.ns / ticksPerNs - 1)));
    return [{ hypervisor, ticksPerNs, deviation, agrees: deviation <= AGREEMENT }];
  });
}
