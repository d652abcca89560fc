/**
 * The course of an A/B: launches of everything first, then of the workloads that are still undecided at a look. What is
 * clear is left alone, and its time goes to the others.
 */
import { groupBy } from '../../group-by.ts';
import { type WorkloadName, workloadKey } from '../../results/rows.ts';
import { createRandom, deriveSeed, type LaunchValues, locateLaunches } from '../../stats/index.ts';
import { judgedAs } from './judge.ts';
import {
  type AbDesign,
  decisiveConfidence,
  designFor,
  FEWEST_FIRST,
  FIRST_SHARE,
  isLook,
  ONE_LOOK,
  sameConfidence,
} from './looks.ts';
import { CLOCKS, type ClockLogs } from './match.ts';

/** Enough to decide whether to go on; the verdict is made with more. */
const RESAMPLES = 400;
/** Any number serves: the same samples take the same course. */
const SEED = 1;

export interface AbCourseOptions {
  /** Chance of a false alarm among the figures of workloads, a fraction. */
  readonly alpha: number;
  readonly minEffect: number;
}

/** How far an A/B has come. */
export interface AbProgress {
  /** Share of the time that is gone. */
  readonly spent: number;
  readonly launches: number;
  /** All that it measures. */
  readonly workloads: readonly WorkloadName[];
  /** Log ratios candidate ÷ base so far. */
  readonly logsOf: (workload: WorkloadName) => ClockLogs;
}

export class AbCourse {
  readonly #options: AbCourseOptions;
  readonly #settled = new Set<string>();
  #design: AbDesign = ONE_LOOK;

  constructor(options: AbCourseOptions) {
    this.#options = options;
  }

  /** One look, as long as nothing was looked at. */
  get design(): AbDesign {
    return this.#design;
  }

  /** Before each launch: the workloads that need no more. What was settled stays so. */
  settled({ spent, launches, workloads, logsOf }: AbProgress): WorkloadName[] {
    if (this.#design.first === null && launches >= FEWEST_FIRST && spent >= FIRST_SHARE)
      this.#design = designFor(launches, workloads.length);
    const { alpha, minEffect } = this.#options;
    const { looks } = this.#design;
    const counts = { rows: CLOCKS.length * workloads.length, means: CLOCKS.length * suitesOf(workloads) };
    const levels = { convicts: decisiveConfidence(alpha, counts, looks), acquits: sameConfidence(looks) };
    const isClear = (key: string, clock: string, launched: readonly LaunchValues[]) => {
      if (!isLook(launched.length, this.#design)) return false;
      const random = createRandom(deriveSeed(SEED, 'ab course', key, clock));
      const location = locateLaunches(launched, { resamples: RESAMPLES, random });
      return location !== null && judgedAs(location, minEffect, levels) !== 'undecided';
    };
    for (const workload of workloads) {
      const key = workloadKey(workload);
      if (this.#settled.has(key)) continue;
      const logs = logsOf(workload);
      if (CLOCKS.every((clock) => isClear(key, clock, logs[clock]))) this.#settled.add(key);
    }
    return workloads.filter((workload) => this.#settled.has(workloadKey(workload)));
  }
}

/** Those that have a mean: suites of more than one workload, on each ISA. */
function suitesOf(workloads: readonly WorkloadName[]): number {
  const suites = groupBy(workloads, ({ isa, suite }) => `${isa} ${suite}`);
  return [...suites.values()].filter(({ length }) => length > 1).length;
}
