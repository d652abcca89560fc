/** How many rounds a launch of a workload makes in a run that has a course. */

/** More add little: what differs from launch to launch is then most of what is left. */
const MOST_ROUNDS = 20;
/** So many launches have to come yet, or they are what is scarce. */
const LAUNCHES_AHEAD = 6;

export interface LaunchTimes {
  /** What getting ready for the rounds took: preparation, warm-up. */
  readonly readySeconds: number;
  /** What the batches of one round take. */
  readonly batchesSeconds: number;
  readonly secondsLeft: number;
  /** How many workloads share them. */
  readonly workloads: number;
}

/**
 * As many as take as long as getting ready did, so that neither is most of the time; the fewest if they would leave too few
 * launches. Whatever the shares of noise within launches and between them, the variance that this reaches in a given time is
 * at most twice the least that any number of rounds could.
 */
export function balancedRounds(
  fewest: number,
  { readySeconds, batchesSeconds, secondsLeft, workloads }: LaunchTimes,
): number {
  const launchSeconds = 2 * readySeconds * workloads;
  if (!(batchesSeconds > 0) || secondsLeft < LAUNCHES_AHEAD * launchSeconds) return fewest;
  return Math.min(MOST_ROUNDS, Math.max(fewest, Math.floor(readySeconds / batchesSeconds)));
}
