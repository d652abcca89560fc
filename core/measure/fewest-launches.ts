/**
 * The launches that every row needs for an interval, within the time that there is: each of their workloads has its share
 * of it, and makes as many rounds as fit. They are made in any case, with the fewest rounds if they must.
 */
import type { Experiment, Plan, PlannedWorkload } from '../run/plan.ts';
import { expectedSeconds, expectedStart } from './expected-time.ts';
import type { RowProgress } from './row-progress.ts';
import { FEWEST_LAUNCHES } from './stop.ts';

/** However little time there is, so many rounds of a launch are made, if the profile has as many. */
export const FEWEST_ROUNDS = 3;
/** What surrounds a round's batches, as a share of them. */
const SURROUNDINGS = 0.2;

/** Where machines take seconds to start, launches are what is scarce: half the rounds leave time for more of them. */
export function roundsOf(
  { profile }: Pick<Plan, 'profile'>,
  { platform }: Pick<Experiment, 'platform'>,
): number {
  return platform === 'linux' ? Math.ceil(profile.rounds / 2) : profile.rounds;
}

export class FewestLaunches {
  readonly #plan: Plan;
  readonly #rows: RowProgress;
  readonly #firstLaunch: number;
  /** What of these launches is still to come is expected to take so long, seconds. */
  #ahead: number;

  constructor(plan: Plan, rows: RowProgress, firstLaunch: number) {
    this.#plan = plan;
    this.#rows = rows;
    this.#firstLaunch = firstLaunch;
    this.#ahead = this.#total((experiment) => roundsOf(plan, experiment));
  }

  /** What they are expected to take at least, with the fewest rounds, seconds. */
  get leastSeconds(): number {
    return this.#total((experiment) => Math.min(FEWEST_ROUNDS, roundsOf(this.#plan, experiment)));
  }

  /** What of them is still to come, seconds; 0 when they are made. */
  get secondsAhead(): number {
    return this.#ahead;
  }

  includes(launch: number): boolean {
    return launch - this.#firstLaunch < FEWEST_LAUNCHES;
  }

  /** The machines of a launch have started. */
  started(launch: number, { machines }: Experiment): void {
    if (this.includes(launch)) this.#ahead = Math.max(0, this.#ahead - expectedStart(machines));
  }

  /**
   * A workload begins, with so many seconds left for all. Returns how many rounds fit into its share, once it is known how
   * long it took to get ready for them, and what one takes.
   */
  begin(
    launch: number,
    experiment: Experiment,
    workload: PlannedWorkload,
    secondsLeft: number,
  ): (readySeconds: number, batchesSeconds: number) => number {
    const most = roundsOf(this.#plan, experiment);
    if (!this.includes(launch)) return () => most;
    const expected = this.#expected(launch - this.#firstLaunch, experiment, workload, most);
    const share = (secondsLeft * expected) / Math.max(this.#ahead, expected);
    this.#ahead = Math.max(0, this.#ahead - expected);
    return (readySeconds, batchesSeconds) => {
      const fit = Math.floor((share - readySeconds) / (batchesSeconds * (1 + SURROUNDINGS)));
      return Math.min(most, Math.max(fit, FEWEST_ROUNDS));
    };
  }

  #total(rounds: (experiment: Experiment) => number): number {
    let seconds = 0;
    for (const experiment of this.#plan.experiments) {
      const workloads = [...new Set(this.#rows.unfinished(experiment).map(({ workload }) => workload))];
      if (workloads.length === 0) continue;
      for (let launch = 0; launch < FEWEST_LAUNCHES; launch++) {
        seconds += expectedStart(experiment.machines);
        for (const workload of workloads)
          seconds += this.#expected(launch, experiment, workload, rounds(experiment));
      }
    }
    return seconds;
  }

  #expected(launch: number, experiment: Experiment, workload: PlannedWorkload, rounds: number): number {
    const able = new Set(this.#rows.able(experiment, workload));
    const machines = experiment.machines.filter(({ hypervisor }) => able.has(hypervisor.id));
    return expectedSeconds(machines, this.#plan.profile, { rounds, first: launch === 0 });
  }
}
