/** `hvbench gate`: is it worse than the baseline? */
import { dirname } from 'node:path';
import { suites } from '../../../suites/index.ts';
import type { Config } from '../../config/config.ts';
import { UserError } from '../../errors.ts';
import { probeHost } from '../../host/probe.ts';
import { hypervisors } from '../../hypervisors/registry.ts';
import type { RowIdentity } from '../../judge/compare/match.ts';
import { type Baseline, type BaselineClass, classOf, readBaseline } from '../../judge/gate/baseline.ts';
import type { Gate } from '../../judge/gate/gate.ts';
import { judge } from '../../judge/gate/judge.ts';
import { matchBaseline } from '../../judge/gate/match.ts';
import { bench } from '../../parts.ts';
import { classDifference, type HostClass, hostClassOf } from '../../results/host-class.ts';
import type { Result } from '../../results/schema.ts';
import { isFolder, loadResult } from '../compare.ts';
import { type ExitCode, exitCodes } from '../exit.ts';
import { printable } from '../printable.ts';
import { createProgress } from '../progress.ts';
import { configOf, type RunFlags } from '../run.ts';
import { confirmBy, takeCpu, type Watch } from './confirm.ts';
import { outputOf, print } from './print.ts';
import { hypervisorsOf, updateBaseline } from './update.ts';

const DEFAULT_MIN_EFFECT = 1;
const DEFAULT_ALPHA = 5;
const DEFAULT_BUDGET = 60;
/** Of the budget, what a gate that measures by itself spends before it knows any suspects. */
const FIRST_SHARE = 0.6;

export interface GateFlags extends Omit<RunFlags, 'resume' | 'precision'> {
  readonly baseline: string;
  readonly update?: boolean;
  readonly strict?: boolean;
  readonly minEffect?: number;
  /** False with --no-confirm. */
  readonly confirm?: boolean;
  readonly passWithoutBaseline?: boolean;
  /** `FORMAT` or `FORMAT=FILE`. */
  readonly report?: readonly string[];
}

/** Throws UserError where the gate cannot judge: no baseline, another host class, nothing comparable. */
export async function gate(
  paths: readonly string[],
  flags: GateFlags,
  signal: AbortSignal,
): Promise<ExitCode> {
  const outputs = (flags.report ?? []).map(outputOf);
  const config = await configOf(flags);
  const progress = createProgress();
  const watch: Watch = { listen: progress.listen, signal, wait: flags.wait ?? false };
  try {
    if (flags.update) return await updateBaseline(paths, flags.baseline, config, watch);
    if (paths.length > 1) throw new UserError('a gate judges one result; name several only with --update');
    const judged = await judgeOne(paths[0], flags, config, watch);
    progress.stop();
    if (judged === null) return exitCodes.done;
    print(judged.gate, outputs, flags.json ?? false);
    if (signal.aborted) return exitCodes.interrupted;
    return judged.gate.passed && judged.failures === 0 && judged.unmeasured === 0
      ? exitCodes.done
      : exitCodes.finding;
  } finally {
    progress.stop();
  }
}

interface Judged {
  readonly gate: Gate;
  readonly failures: number;
  readonly unmeasured: number;
}

/** Null where there is no baseline for this host class, and that is to pass. */
async function judgeOne(
  path: string | undefined,
  flags: GateFlags,
  config: Config,
  watch: Watch,
): Promise<Judged | null> {
  const budget = flags.budget ?? DEFAULT_BUDGET;
  const given = path === undefined ? null : await loadResult(path);
  const hostClass = hostClassOf(given?.host ?? (await probeHost()));
  const baseline = readBaseline(flags.baseline);
  const entry = baseline && classOf(baseline, hostClass);
  if (!entry) {
    const lack = noBaseline(flags.baseline, baseline, hostClass);
    if (!flags.passWithoutBaseline) throw new UserError(`${lack}; write one here with --update`);
    process.stdout.write(`Nothing was judged: ${printable(lack)}.\n`);
    return null;
  }
  // What is measured here has the CPU until its suspects were measured again, so that nobody comes between.
  const giveBack = given ? () => {} : await takeCpu(watch);
  try {
    return await judgeBy({ path, flags, config, given, hostClass, entry, budget }, watch);
  } finally {
    giveBack();
  }
}

interface Subject {
  readonly path: string | undefined;
  readonly flags: GateFlags;
  readonly config: Config;
  /** Null where it is to be measured. */
  readonly given: Result | null;
  readonly hostClass: HostClass;
  readonly entry: BaselineClass;
  /** Seconds. */
  readonly budget: number;
}

/** Measures where there is no result yet, with the CPU locked, and what is suspect again. */
async function judgeBy(subject: Subject, watch: Watch): Promise<Judged> {
  const { path, flags, config, given, hostClass, entry, budget } = subject;
  const began = performance.now();
  const elapsed = () => (performance.now() - began) / 1000;
  const measured = given
    ? {
        result: given,
        folder: path !== undefined && isFolder(path) ? path : dirname(path ?? '.'),
        unmeasured: [],
      }
    : await bench(selectionOf(entry, config), {
        only: entry.rows,
        // What the baseline names and is not there is a row that cannot be judged.
        asked: hypervisorsOf(config),
        profile: { budgetSeconds: budget * FIRST_SHARE },
        hasCpu: true,
        ...watch,
      });
  const { result, folder } = measured;
  watch.signal.throwIfAborted();
  const settings = config.gate ?? {};
  const minEffect = (flags.minEffect ?? settings.minEffect ?? DEFAULT_MIN_EFFECT) / 100;
  const alpha = (settings.alpha ?? DEFAULT_ALPHA) / 100;
  const overrides = settings.rows?.map((row) => ({ ...row, minEffect: row.minEffect / 100 }));
  const { candidates, absent } = matchBaseline(entry, result, { minEffect, overrides });
  if (candidates.length === 0) {
    const why = absent[0] ? `, first ${absent[0].suite}/${absent[0].workload}: ${absent[0].reason}` : '';
    throw new UserError(
      `no row of ${flags.baseline} can be judged${why}; write a new baseline with --update`,
    );
  }
  let failures = given ? 0 : result.failures.length;
  const confirm =
    flags.confirm === false
      ? null
      : confirmBy({
          result,
          folder,
          hasCpu: given === null,
          secondsLeft: () => budget - elapsed(),
          onResult: (fresh) => {
            failures += fresh.failures.length;
          },
          ...watch,
        });
  if (given && confirm) await checkHere(hostClass);
  const { rows, confidence } = await judge(candidates, { alpha, confirm });
  const strict = flags.strict ?? false;
  const verdicts = new Set(rows.map(({ verdict }) => verdict));
  const gate: Gate = {
    passed: !verdicts.has('regressed') && !(strict && (verdicts.has('undecided') || absent.length > 0)),
    strict,
    baseline: { path: flags.baseline, createdAt: entry.createdAt, runs: entry.runs.length },
    hostClass,
    folder: path ?? folder,
    alpha,
    confidence,
    rows,
    absent,
    startedAt: result.startedAt,
    elapsedSeconds: elapsed(),
  };
  return { gate, failures, unmeasured: measured.unmeasured.length };
}

/** What to measure for a baseline: its rows, as far as this version still has them, or what the flags name. */
function selectionOf({ rows }: BaselineClass, config: Config): Config {
  const named = (key: keyof RowIdentity, known: readonly string[]) => {
    const all = [...new Set(rows.map((row) => row[key]))].filter((name) => known.includes(name));
    return all.length > 0 ? all : undefined;
  };
  const workloads = suites.flatMap((suite) => suite.workloads.map(({ name }) => name));
  const selection = {
    suites:
      config.suites ??
      named(
        'suite',
        suites.map(({ name }) => name),
      ),
    workloads: config.workloads ?? named('workload', workloads),
    hypervisors:
      config.hypervisors ??
      named(
        'hypervisor',
        hypervisors.map(({ id }) => id),
      ),
    isas: config.isas ?? [...new Set(rows.map(({ isa }) => isa))],
  };
  const given = Object.entries(selection).filter(([, value]) => value !== undefined);
  return { ...config, ...Object.fromEntries(given) };
}

function noBaseline(path: string, baseline: Baseline | null, hostClass: HostClass): string {
  if (!baseline) return `there is no baseline ${path}`;
  const nearest = baseline.classes
    .map((entry) => classDifference(entry.hostClass, hostClass))
    .sort((a, b) => a.length - b.length)[0];
  const differs = nearest ? ` (the nearest that it holds: ${nearest.join('; ')})` : '';
  return `${path} holds no baseline for this host class${differs}`;
}

/** Fresh launches of another computer's guests would say nothing. */
async function checkHere(hostClass: HostClass): Promise<void> {
  const here = hostClassOf(await probeHost());
  if (here.id === hostClass.id) return;
  throw new UserError(
    `the result was measured on another host class than this one (${classDifference(hostClass, here).join('; ')}), so suspects cannot be measured again here; judge it there, or by itself with --no-confirm`,
  );
}
