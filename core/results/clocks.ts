/**
 * Guest clocks can lie: each launch compares a machine's time-stamp counter with the host's clock. A counter
 * that stands the test, and is the very one that native reads, refines the figures: read inside the marks, it
 * leaves out the way from the guest to the mark and back, which after a batch of milliseconds has left the
 * caches and costs more than an empty batch shows.
 */
import { groupBy } from '../group-by.ts';
import { isReference } from '../model/role.ts';
import { median } from '../stats/index.ts';
import type { Sample } from './journal.ts';
import type { LaunchRecord } from './schema.ts';

/** Two halves of a launch whose rates differ by more than this fraction are no steady clock. */
const STEADINESS = 0.001;
/** Fewer readings, or a shorter span, say more about single readings than about the clock. */
const FEWEST_READINGS = 6;
const SHORTEST_SPAN_NS = 20e6;

export type ClockRecord = LaunchRecord['clocks'][number];

type Reading = Pick<Sample, 'beganNs' | 'beganTicks' | 'guestBeganNs' | 'hypervisor'>;

/** The clocks of the machines of one launch of one ISA, from when their batches began. */
export function compareClocks(samples: readonly Reading[]): ClockRecord[] {
  const byHypervisor = groupBy(samples, ({ hypervisor }) => hypervisor);
  const rates = [...byHypervisor].flatMap(([hypervisor, readings]) => {
    const span = (readings.at(-1)?.beganNs ?? 0) - (readings[0]?.beganNs ?? 0);
    if (readings.length < FEWEST_READINGS || span < SHORTEST_SPAN_NS) return [];
    // Over half the span each: a machine that was preempted between its two clocks' readings spoils one rate
    // of many, and the median does not mind (Theil 1950, in the form with as many slopes as half the points).
    const half = Math.floor(readings.length / 2);
    const slopes = readings.slice(half).map((to, index) => rate(readings[index] as Reading, to));
    const [early, late] = [slopes.slice(0, slopes.length / 2), slopes.slice(slopes.length / 2)].map(median);
    // From one batch to the next, half of them at least see no jump that a replaced machine makes.
    const steps = median(readings.slice(1).map((to, index) => rate(readings[index] as Reading, to)));
    const deviation = Math.max(
      ...[early, steps].map((other) => Math.abs((other as number) / (late as number) - 1)),
    );
    // A counter that stands still, or a machine that was replaced, has no rate at all.
    const agrees = deviation <= STEADINESS;
    return [
      {
        hypervisor,
        ticksPerNs: median(slopes),
        deviation: Number.isFinite(deviation) ? deviation : 1,
        agrees,
        ...driftOf(readings),
      },
    ];
  });
  const native = rates.find(({ hypervisor }) => isReference(hypervisor));
  return rates.map((clock) => ({
    ...clock,
    refines:
      clock.agrees &&
      native?.agrees === true &&
      Math.abs(clock.ticksPerNs / native.ticksPerNs - 1) <= STEADINESS,
  }));
}

/** Of the guest's own clock, over half the span each as above; nothing if it has none. */
function driftOf(readings: readonly Reading[]): Pick<ClockRecord, 'drift'> {
  const half = Math.floor(readings.length / 2);
  const rates = readings.slice(half).flatMap((to, index) => {
    const from = readings[index] as Reading;
    if (from.guestBeganNs === undefined || to.guestBeganNs === undefined) return [];
    return [(to.guestBeganNs - from.guestBeganNs) / (to.beganNs - from.beganNs)];
  });
  return rates.length > 0 ? { drift: median(rates) - 1 } : {};
}

function rate(from: Reading, to: Reading): number {
  return (to.beganTicks - from.beganTicks) / (to.beganNs - from.beganNs);
}
