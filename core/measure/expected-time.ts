/**
 * How long launches take, before any was made: a prediction that no figure of a result depends on, only the rounds of
 * launches that a budget is too short for, and what is told then. The times are those of a two-core x86-64 guest of 2026
 * (`spentSeconds` of its launches), within a quarter.
 */
import type { Profile } from '../config/profiles.ts';
import { isTranslator } from '../results/technique.ts';
import type { PlannedMachine } from '../run/plan.ts';

/** Of one machine and one workload, seconds. */
const PREPARATION = 0.08;
const CALIBRATION = { direct: 0.03, translated: 0.6 };
/** A direct machine's warm-up is a number of batches. */
const WARM_UP = { batches: 3, translatedSeconds: 0.4 };
/** What passes between two batches. */
const BETWEEN = 0.002;
/** Batches are longer than the profile says where marks take long, and a translator's are not native's. */
const STRETCH = { direct: 2, translated: 3 };
const START = 0.5;

/** Seconds of one workload on these machines in one launch; `first`: they are calibrated as well. */
export function expectedSeconds(
  machines: readonly PlannedMachine[],
  { batchMs }: Pick<Profile, 'batchMs'>,
  { rounds, first }: { readonly rounds: number; readonly first: boolean },
): number {
  return machines
    .map(({ availability }) => {
      const kind = isTranslator(availability.technique) ? 'translated' : 'direct';
      const batch = (batchMs * STRETCH[kind]) / 1000 + BETWEEN;
      const warmUp = kind === 'direct' ? WARM_UP.batches * batch : WARM_UP.translatedSeconds;
      return PREPARATION + (first ? CALIBRATION[kind] : 0) + warmUp + rounds * batch;
    })
    .reduce((sum, seconds) => sum + seconds, 0);
}

/** Seconds until these machines have started, one after another. */
export function expectedStart(machines: readonly PlannedMachine[]): number {
  return machines.length * START;
}
