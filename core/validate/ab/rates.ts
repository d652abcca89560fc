/** The A/B's error rates: what is counted over many of them that are cut from real launches. */
import { sampleStandardDeviation } from 'simple-statistics';
import type { AbFigure } from '../../judge/ab/ab.ts';
import { type WorkloadName, workloadKey } from '../../results/rows.ts';
import { createRandom, deriveSeed, hodgesLehmann } from '../../stats/index.ts';
import type { AbKind, AbPool, PooledRow } from './pool.ts';
import { type TrialSettings, trialOf } from './trial.ts';

/** Effects at which the least one that is found is sought, fractions. */
const GRID = [0.01, 0.015, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5, 1];
const WANTED = 0.9;

export interface AbRateOptions {
  readonly seed: number;
  /** A/As, for each kind and setting. */
  readonly trials: number;
  /** A/Bs with a slow-down, for each kind, setting and effect. */
  readonly trialsPerEffect: number;
  readonly settings: readonly TrialSettings[];
  readonly onKind?: (title: string) => void;
  /** Awaited before each trial; may give up by throwing. */
  readonly checkpoint?: () => Promise<void>;
}

/** Of trials in which nothing changed. */
export interface AbAlarms {
  readonly trials: number;
  /** In which any figure was said to have regressed, or improved. */
  readonly regressed: number;
  readonly improved: number;
  /** Shares of all figures of workloads. */
  readonly same: number;
  readonly undecided: number;
  /** What a trial took on average: it ends when everything is clear. */
  readonly seconds: number;
}

export interface RowFound extends WorkloadName {
  /** The smallest effect of a grid that is found in 90 % of trials; null if none of it is. */
  readonly smallest: number | null;
}

export interface AbRates extends AbKind {
  readonly setting: TrialSettings;
  readonly alarms: AbAlarms;
  /** By effect: the share of rows found, of all rows and of the one found least often. */
  readonly found: readonly { readonly slowdown: number; readonly share: number; readonly worst: number }[];
  /** The smallest effect of the grid that 90 % of all rows are found at, and of each row. */
  readonly smallest: number | null;
  readonly rows: readonly RowFound[];
}

/** How far launches of a row lie apart although nothing changed: standard deviations of log ratios of CPU time. */
export interface RowSpread extends WorkloadName {
  readonly hypervisor: string;
  readonly launches: number;
  readonly ofLaunches: number;
  /** Of rounds within their launch. */
  readonly ofRounds: number;
}

export async function abRates(pools: readonly AbPool[], options: AbRateOptions): Promise<AbRates[]> {
  const all: AbRates[] = [];
  for (const pool of pools) {
    for (const setting of options.settings) {
      options.onKind?.(`${pool.hypervisor} ${pool.suite}, ${setting.budgetSeconds} s`);
      all.push(await ratesOf(pool, setting, options));
    }
  }
  return all;
}

async function ratesOf(pool: AbPool, setting: TrialSettings, options: AbRateOptions): Promise<AbRates> {
  const { hypervisor, suite, rows } = pool;
  const run = async (slowdown: number, count: number) => {
    const trials = [];
    for (let number = 0; number < count; number++) {
      await options.checkpoint?.();
      const seed = deriveSeed(options.seed, hypervisor, suite, slowdown, number);
      trials.push(trialOf(pool, setting, slowdown, createRandom(seed)));
    }
    return trials;
  };
  const quiet = await run(0, options.trials);
  const verdicts = quiet.flatMap(({ figures }) => figures.filter(isRow).map(({ verdict }) => verdict));
  const shareOf = (verdict: AbFigure['verdict']) =>
    verdicts.filter((one) => one === verdict).length / Math.max(1, verdicts.length);
  const having = (verdict: AbFigure['verdict']) =>
    quiet.filter(({ figures }) => figures.some((figure) => figure.verdict === verdict)).length;
  const found: { slowdown: number; share: number; worst: number }[] = [];
  const smallest = new Map<string, number>();
  for (const slowdown of GRID) {
    const trials = await run(slowdown, options.trialsPerEffect);
    const shares = rows.map((row) => {
      const share = trials.filter(({ figures }) => isFound(figures, row)).length / Math.max(1, trials.length);
      const key = workloadKey(row);
      if (share >= WANTED && !smallest.has(key)) smallest.set(key, slowdown);
      return share;
    });
    const share = shares.reduce((sum, one) => sum + one, 0) / Math.max(1, shares.length);
    found.push({ slowdown, share, worst: Math.min(1, ...shares) });
    // What finds an effect finds a larger one as well.
    if (smallest.size === rows.length) break;
  }
  return {
    ...{ hypervisor, suite, setting, found },
    alarms: {
      ...{ trials: quiet.length, regressed: having('regressed'), improved: having('improved') },
      ...{ same: shareOf('same'), undecided: shareOf('undecided') },
      seconds: quiet.reduce((sum, { seconds }) => sum + seconds, 0) / Math.max(1, quiet.length),
    },
    smallest: found.find(({ share }) => share >= WANTED)?.slowdown ?? null,
    rows: rows.map(({ isa, suite, workload }) => ({
      ...{ isa, suite, workload },
      smallest: smallest.get(workloadKey({ isa, suite, workload })) ?? null,
    })),
  };
}

export function spreadOf({ hypervisor, suite, rows }: AbPool): RowSpread[] {
  return rows.map(({ isa, workload, launches }: PooledRow) => {
    const locations = launches.map(({ cpuTime }) => hodgesLehmann(cpuTime));
    const residuals = launches.flatMap(({ cpuTime }, index) =>
      cpuTime.map((value) => value - (locations[index] as number)),
    );
    return {
      ...{ hypervisor, suite, isa, workload, launches: launches.length },
      ofLaunches: sampleStandardDeviation(locations),
      ofRounds: residuals.length > 1 ? sampleStandardDeviation(residuals) : 0,
    };
  });
}

/** The mean over a suite has no dimensions. */
function isRow({ dimensions }: AbFigure): boolean {
  return Object.keys(dimensions).length > 0;
}

/** By either clock. */
function isFound(figures: readonly AbFigure[], { isa, suite, workload }: WorkloadName): boolean {
  return figures.some(
    (one) =>
      one.verdict === 'regressed' &&
      one.isa === isa &&
      one.suite === suite &&
      one.dimensions.workload === workload,
  );
}
