/**
 * How long launches take, before any was made: a prediction that no figure of a result depends on, only the rounds of
 * launches that a budget is too short for, and what is told then. The times are those of a two-core x86-64 guest of 2026
 * (`spentSeconds` of its launches), within a quarter.
 */
import type { Profile } from '../config/profiles.ts';
import type { PlannedMachine } from '../run/plan.ts';
import { WARM_UP_BATCHES, warmingOf } from './warm-up.ts';

/** Of one machine and one workload, seconds. */
const PREPARATION = 0.08;
const CALIBRATION = { direct: 0.03, once: 0.03, tiers: 0.6 };
/** One with tiers warms up for a time, others for a number of batches. */
const TIERS_WARM_UP = 0.4;
/** What passes between two batches. */
const BETWEEN = 0.002;
/** Batches are longer than the profile says where marks take long, and a translator's are not native's. */
const STRETCH = { direct: 2, once: 3, tiers: 3 };
const START = 0.5;

/** Seconds of one workload on these machines in one launch; `first`: they are calibrated as well. */
export function expectedSeconds(
  machines: readonly PlannedMachine[],
  { batchMs }: Pick<Profile, 'batchMs'>,
  { rounds, first }: { readonly rounds: number; readonly first: boolean },
): number {
  return machines
    .map((machine) => {
      const warming = warmingOf(machine);
      const batch = (batchMs * STRETCH[warming]) / 1000 + BETWEEN;
      const warmUp = warming === 'tiers' ? TIERS_WARM_UP : WARM_UP_BATCHES[warming] * batch;
      return PREPARATION + (first ? CALIBRATION[warming] : 0) + warmUp + rounds * batch;
    })
    .reduce((sum, seconds) => sum + seconds, 0);
}

/** Seconds until these machines have started, one after another. */
export function expectedStart(machines: readonly PlannedMachine[]): number {
  return machines.length * START;
}
