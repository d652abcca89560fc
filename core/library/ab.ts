/** Two hypervisors, or two variants of one, side by side: is the candidate worse than the base? */

import type { Config } from '../config/config.ts';
import type { HypervisorName } from '../config/names.ts';
import { UserError } from '../errors.ts';
import { pickCpus } from '../host/affinity.ts';
import type { Ab } from '../judge/ab/ab.ts';
import { AbCourse } from '../judge/ab/course.ts';
import { judgeAb, workloadAlpha } from '../judge/ab/judge.ts';
import { matchAb, pairsByRound } from '../judge/ab/match.ts';
import type { Course } from '../measure/course.ts';
import { bench } from '../parts.ts';
import type { BenchOptions, RunEvent } from '../run/options.ts';
import type { Parts } from '../run/parts.ts';
import { namesIn, pick } from '../run/selection.ts';
import { takeCpu, type Watch } from './confirm.ts';

const DEFAULT_MIN_EFFECT = 1;
const DEFAULT_ALPHA = 5;
const DEFAULT_BUDGET = 60;
/** Until the time is spent: what differs from launch to launch is what limits an A/B. */
const MOST_LAUNCHES = 1000;
/** At least: short launches, and so more of them, until time is for few workloads. */
const ROUNDS = 5;

export interface AbOptions<Event = RunEvent>
  extends Pick<BenchOptions<Event>, 'wait' | 'reports' | 'listen' | 'signal'> {
  /** Names of hypervisors, or of variants of the configuration. */
  readonly base: HypervisorName;
  readonly candidate: HypervisorName;
  /** Per cent that a change has to exceed: what the configuration's `gate` says if left out, or 1. */
  readonly minEffect?: number | undefined;
  /** Seconds for all of it: what the configuration says if left out, or 60. */
  readonly budget?: number | undefined;
  /** False if launches of everything are to go on until the time is spent, with one look at the end. */
  readonly confirm?: boolean | undefined;
}

export interface AbOutcome {
  readonly ab: Ab;
  /** Machines that failed meanwhile. */
  readonly failures: number;
}

/**
 * Measures both in one run, and judges the candidate by the base. Throws UserError if there is no such hypervisor, one of
 * them cannot run, or no figure of both can be judged; the signal's reason if it aborts before a verdict.
 */
export async function ab(config: Config, options: AbOptions, parts: Parts): Promise<AbOutcome> {
  const { listen = () => {}, signal = new AbortController().signal, wait = false } = options;
  const { base, candidate } = options;
  if (base === candidate) throw new UserError(`base and candidate are both ${base}: name two`);
  pick('hypervisor', [base, candidate], parts.hypervisors, ({ id }) => id);
  const watch: Watch = { listen, signal, wait };
  const { benchCpu } = await pickCpus(parts.host, config.cpu);
  const giveBack = await takeCpu(benchCpu, watch);
  try {
    return await measureAndJudge(config, options, parts, watch);
  } finally {
    giveBack();
  }
}

async function measureAndJudge(
  config: Config,
  { base, candidate, ...options }: AbOptions,
  parts: Parts,
  watch: Watch,
): Promise<AbOutcome> {
  const budget = options.budget ?? config.budget ?? DEFAULT_BUDGET;
  const settings = config.gate ?? {};
  const minEffect = (options.minEffect ?? settings.minEffect ?? DEFAULT_MIN_EFFECT) / 100;
  const alpha = (settings.alpha ?? DEFAULT_ALPHA) / 100;
  const began = performance.now();
  const elapsed = () => (performance.now() - began) / 1000;
  const counts = { fullLaunches: MOST_LAUNCHES, minLaunches: MOST_LAUNCHES, maxLaunches: MOST_LAUNCHES };
  const chosen = selectionOf(config, parts);
  const level = workloadAlpha(alpha, measuresOthers(chosen, parts));
  const course = new AbCourse({ alpha: level, minEffect });
  const { result, folder } = await bench(
    { ...chosen, hypervisors: [base, candidate] },
    {
      // With the interval of a row that nobody reaches, time is shared out evenly until it is spent.
      profile: {
        ...{ rounds: ROUNDS, ...counts, budgetSeconds: budget },
        precision: { direct: Number.MIN_VALUE, translated: Number.MIN_VALUE },
      },
      course: {
        compared: [base, candidate],
        settled: options.confirm === false ? nothing : settledBy(course, base, candidate),
      },
      ...(options.reports && { reports: options.reports }),
      hasCpu: true,
      complete: true,
      ...watch,
    },
    parts,
  );
  watch.signal.throwIfAborted();
  const { candidates, absent } = matchAb(result, { base, candidate, minEffect });
  // What both have says more than what one of them never does.
  const first = absent.find(({ metric }) => metric !== null) ?? absent[0];
  if (candidates.length === 0)
    throw new UserError(
      `no figure of both ${base} and ${candidate} can be judged${first ? `: ${first.reason}` : ''}`,
    );
  const { design } = course;
  const figures = judgeAb(candidates, { alpha, minEffect, design });
  const info = (id: string) => result.hypervisors.find((one) => one.id === id) ?? fail(id);
  return {
    ab: {
      passed: !figures.some(({ verdict }) => verdict === 'regressed'),
      ...{ base: info(base), candidate: info(candidate), folder, alpha, figures, absent },
      ...{ firstLaunches: design.first, looks: design.looks },
      startedAt: result.startedAt,
      elapsedSeconds: elapsed(),
    },
    failures: result.failures.length,
  };
}

function fail(id: string): never {
  throw new Error(`the result does not name ${id}`);
}

/** The first suite, unless something is named: with all of them an A/B of a minute could tell nothing. */
function selectionOf(config: Config, { suites }: Parts): Config {
  const [first] = suites;
  return config.suites || config.workloads || !first ? config : { ...config, suites: [first.name] };
}

/** Whether anything besides workloads is measured. */
function measuresOthers({ suites: named, workloads }: Config, { suites }: Parts): boolean {
  return suites
    .filter((suite) =>
      named ? named.includes(suite.name) : namesIn(suite).some((name) => workloads?.includes(name)),
    )
    .some(({ method, operations = [] }) => method !== undefined || operations.length > 0);
}

/** Everything is measured as long as there is time. */
const nothing: Course['settled'] = () => [];

/** What a run asks between its launches, answered by the ratios of the two. */
function settledBy(course: AbCourse, base: string, candidate: string): Course['settled'] {
  return ({ spent, launches, workloads, logTimes }) => {
    const logsOf = (workload: (typeof workloads)[number]) => {
      const pairs = (clock: 'wall' | 'cpu') =>
        pairsByRound(
          logTimes({ ...workload, hypervisor: base }, clock),
          logTimes({ ...workload, hypervisor: candidate }, clock),
        );
      return { time: pairs('wall'), cpuTime: pairs('cpu') };
    };
    return course.settled({ spent, launches, workloads, logsOf });
  };
}
