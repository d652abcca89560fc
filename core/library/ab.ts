/** Two hypervisors, or two variants of one, side by side: is the candidate worse than the base? */

import type { Config } from '../config/config.ts';
import type { HypervisorName } from '../config/names.ts';
import { UserError } from '../errors.ts';
import { pickCpus } from '../host/affinity.ts';
import type { Ab } from '../judge/ab/ab.ts';
import { type AbRepeat, type AbWorkload, judgeAb } from '../judge/ab/judge.ts';
import { matchAb, workloadLogs } from '../judge/ab/match.ts';
import { isReference } from '../model/role.ts';
import { bench } from '../parts.ts';
import type { BenchOptions, RunEvent } from '../run/options.ts';
import type { Parts } from '../run/parts.ts';
import { namesIn, pick } from '../run/selection.ts';
import { type Repeat, repeatBy, takeCpu, type Watch } from './confirm.ts';

const DEFAULT_MIN_EFFECT = 1;
const DEFAULT_ALPHA = 5;
const DEFAULT_BUDGET = 60;
/** Of the budget, what is spent before anything is known to look changed. */
const FIRST_SHARE = 0.6;
/** Until the time is spent: what differs from launch to launch is what limits an A/B. */
const MOST_LAUNCHES = 1000;
/** Short launches, and so more of them. */
const ROUNDS = 5;

export interface AbOptions<Event = RunEvent> extends Pick<BenchOptions<Event>, 'wait' | 'listen' | 'signal'> {
  /** Names of hypervisors, or of variants of the configuration. */
  readonly base: HypervisorName;
  readonly candidate: HypervisorName;
  /** Per cent that a change has to exceed: what the configuration's `gate` says if left out, or 1. */
  readonly minEffect?: number | undefined;
  /** Seconds for all of it: what the configuration says if left out, or 60. */
  readonly budget?: number | undefined;
  /** False if nothing is to be measured again. */
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
  const repeats = options.confirm !== false && measuresWorkloads(chosen, parts);
  const { result, folder } = await bench(
    { ...chosen, hypervisors: [base, candidate] },
    {
      // With the interval of a row that nobody reaches, time is shared out evenly until it is spent.
      profile: {
        ...{
          rounds: ROUNDS,
          ...counts,
          precision: { direct: Number.MIN_VALUE, translated: Number.MIN_VALUE },
        },
        budgetSeconds: budget * (repeats ? FIRST_SHARE : 1),
      },
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
  let failures = result.failures.length;
  const repeat = repeatBy({
    ...{ result, parts, cpu: config.cpu, folder, hasCpu: true },
    secondsLeft: () => budget - elapsed(),
    onResult: (fresh) => {
      failures += fresh.failures.length;
    },
    ...watch,
  });
  const judgement = await judgeAb(candidates, {
    ...{ alpha, minEffect },
    repeat: repeats ? repeatOf(repeat, base, candidate) : null,
  });
  const info = (id: string) => result.hypervisors.find((one) => one.id === id) ?? fail(id);
  return {
    ab: {
      passed: !judgement.figures.some(({ verdict }) => verdict === 'regressed'),
      ...{ base: info(base), candidate: info(candidate), folder, alpha, ...judgement, absent },
      startedAt: result.startedAt,
      elapsedSeconds: elapsed(),
    },
    failures,
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

function measuresWorkloads({ suites: named, workloads }: Config, { suites }: Parts): boolean {
  return suites.some(
    (suite) =>
      suite.workloads.length > 0 &&
      (named ? named.includes(suite.name) : namesIn(suite).some((name) => workloads?.includes(name))),
  );
}

/** Rows of both machines, and what of them is judged. */
function repeatOf(repeat: Repeat, base: string, candidate: string): AbRepeat {
  const rowsOf = (workloads: readonly AbWorkload[]) =>
    workloads.flatMap((workload) =>
      [base, candidate].filter((id) => !isReference(id)).map((hypervisor) => ({ ...workload, hypervisor })),
    );
  return {
    // A launch of a workload has both machines in it.
    withinBudget: (workloads, launches) =>
      repeat.withinBudget(
        workloads.map((workload) => ({ ...workload, hypervisor: candidate })),
        launches,
      ),
    async measure(workloads, launches) {
      const result = await repeat.measure(rowsOf(workloads), launches);
      return result && workloadLogs(result, { base, candidate });
    },
  };
}
