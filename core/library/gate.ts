/** Is it worse than the baseline? */

import { dirname } from 'node:path';
import type { Config } from '../config/config.ts';
import { NoBaselineError, UserError } from '../errors.ts';
import { pickCpus } from '../host/affinity.ts';
import type { Host } from '../host/host.ts';
import { probeHost } from '../host/probe.ts';
import type { RowIdentity } from '../judge/compare/match.ts';
import { metricRowName } from '../judge/compare/match-metrics.ts';
import { type Baseline, type BaselineClass, classOf, readBaseline } from '../judge/gate/baseline.ts';
import { DEFAULT_MAX_DRIFT } from '../judge/gate/drift.ts';
import { indexDrifts, withDrifts } from '../judge/gate/drifts.ts';
import type { Gate, GateAbsence, GateMetricAbsence } from '../judge/gate/gate.ts';
import { judge } from '../judge/gate/judge.ts';
import { judgeMetrics } from '../judge/gate/judge-metrics.ts';
import { matchBaseline } from '../judge/gate/match.ts';
import { matchMetricBaseline } from '../judge/gate/match-metrics.ts';
import { knownClasses, type Unjudged, withoutEntry } from '../judge/gate/unjudged.ts';
import { bench } from '../parts.ts';
import { classDifference, type HostClass, hostClassOf } from '../results/host-class.ts';
import type { Result } from '../results/schema.ts';
import { rowsBesideWorkloads } from '../results/workload-rows.ts';
import type { BenchOptions, RunEvent } from '../run/options.ts';
import type { Parts } from '../run/parts.ts';
import type { Unmeasured } from '../run/unmeasured.ts';
import { hypervisorsOf } from './baseline-runs.ts';
import { confirmBy, takeCpu, type Watch } from './confirm.ts';
import { hostClassFor } from './host-class-for.ts';
import { isFolder } from './read.ts';

const DEFAULT_MIN_EFFECT = 1;
const DEFAULT_ALPHA = 5;
const DEFAULT_BUDGET = 60;
/** Of the budget, what a gate that measures by itself spends before it knows any suspects. */
const FIRST_SHARE = 0.6;

export interface GateOptions<Event = RunEvent>
  extends Pick<BenchOptions<Event>, 'wait' | 'listen' | 'signal'> {
  /** The file, as `hvbench gate --update` or {@link updateBaseline} writes it. */
  readonly baseline: string;
  /** What is judged: a run's folder, or its result.json. It is measured if left out. */
  readonly result?: string | undefined;
  /** Whether rows and metrics fail too that are undecided or could not be judged. */
  readonly strict?: boolean | undefined;
  /**
   * Per cent of guest time, or of a metric, that a change has to exceed; what the configuration's `gate` says if left
   * out, or 1.
   */
  readonly minEffect?: number | undefined;
  /**
   * Per cent that the baseline may have moved from its anchor, of guest time or of a metric; what the configuration's `gate`
   * says if left out, or 5.
   */
  readonly maxDrift?: number | undefined;
  /** False if suspects are not to be measured again; metrics never are. */
  readonly confirm?: boolean | undefined;
  /** Seconds for all of it: 60 if left out. */
  readonly budget?: number | undefined;
}

export interface GateOutcome {
  readonly gate: Gate;
  /** Machines that failed while the gate measured. */
  readonly failures: number;
  /** What was named and could not be measured. */
  readonly unmeasured: readonly Unmeasured[];
}

/**
 * Judges a result by the baseline of its host class. Throws UserError if it cannot: another host class, nothing
 * comparable; NoBaselineError if there is no baseline; the signal's reason if it aborts before a verdict.
 */
export async function gate(config: Config, options: GateOptions, parts: Parts): Promise<GateOutcome> {
  const found = await gateOrNot(config, options, parts);
  if (!('judged' in found)) return found;
  const { kind, reason, advice } = found;
  if (kind === 'no-entry') throw new NoBaselineError(reason, advice);
  throw new UserError(`${reason}; ${advice}`);
}

/**
 * As {@link gate}, and it throws neither of its errors if nothing can be judged: it gives what there is to tell then.
 * `check` sees the entry before anything is measured, and may throw.
 */
export async function gateOrNot(
  config: Config,
  options: GateOptions,
  parts: Parts,
  check: (entry: BaselineClass | undefined) => void = () => {},
): Promise<GateOutcome | Unjudged> {
  const { listen = () => {}, signal = new AbortController().signal, wait = false } = options;
  const watch: Watch = { listen, signal, wait };
  const { result: path, baseline: file } = options;
  const { hostClass, given, benchCpu } = await hostClassFor(path, config, parts);
  const baseline = readBaseline(file);
  const entry = baseline ? classOf(baseline, hostClass) : undefined;
  check(entry);
  if (!baseline || !entry) return withoutEntry(file, baseline, hostClass, path ?? null);
  if (!given && entry.rows.length === 0)
    throw new UserError(
      `${file} has no workloads, and the gate itself measures nothing else; give it the folder of a run`,
    );
  // What is measured here has the CPU until its suspects were measured again, so that nobody comes between.
  const giveBack = given ? () => {} : await takeCpu(benchCpu, watch);
  try {
    return await judgeBy({ path, options, config, given, hostClass, baseline, entry, parts }, watch);
  } finally {
    giveBack();
  }
}

interface Subject {
  readonly path: string | undefined;
  readonly options: GateOptions;
  readonly config: Config;
  /** Null if it is to be measured. */
  readonly given: Result | null;
  readonly hostClass: HostClass;
  readonly baseline: Baseline;
  readonly entry: BaselineClass;
  readonly parts: Parts;
}

/** Measures if there is no result yet, with the CPU locked, and measures suspects again. */
async function judgeBy(subject: Subject, watch: Watch): Promise<GateOutcome | Unjudged> {
  const { path, options, config, given, hostClass, baseline, entry, parts } = subject;
  const { budget = DEFAULT_BUDGET, strict = false } = options;
  const began = performance.now();
  const elapsed = () => (performance.now() - began) / 1000;
  const measured = given
    ? {
        result: given,
        folder: path !== undefined && isFolder(path) ? path : dirname(path ?? '.'),
        unmeasured: [],
      }
    : await bench(
        selectionOf(entry, config, parts),
        {
          only: entry.rows,
          // What the baseline names and is not there is a row that cannot be judged.
          asked: hypervisorsOf(config),
          profile: { budgetSeconds: budget * FIRST_SHARE },
          hasCpu: true,
          ...watch,
        },
        parts,
      );
  const { result, folder } = measured;
  watch.signal.throwIfAborted();
  const settings = config.gate ?? {};
  const minEffect = (options.minEffect ?? settings.minEffect ?? DEFAULT_MIN_EFFECT) / 100;
  const alpha = (settings.alpha ?? DEFAULT_ALPHA) / 100;
  const overrides = settings.rows?.map((row) => ({ ...row, minEffect: row.minEffect / 100 }));
  const { candidates, absent } = matchBaseline(entry, result, { minEffect, overrides });
  const matched = matchMetricBaseline(entry.metrics, rowsBesideWorkloads(result), {
    ...{ minEffect, overrides, lack: given ? undefined : WORKLOADS_ALONE },
  });
  if (candidates.length + matched.candidates.length === 0) {
    const [first] = [...absent.map(rowReason), ...matched.absent.map(metricReason)];
    return {
      ...{ judged: false, passed: false, kind: 'not-comparable', learnt: null },
      reason: `no row of ${options.baseline} can be judged${first ? `, first ${first}` : ''}`,
      advice: 'write a new baseline with --update',
      ...{ baseline: { path: options.baseline }, hostClass, folder: path ?? folder },
      classes: knownClasses(baseline, hostClass),
    };
  }
  // Suspects are measured again where they were measured, if somebody chose that.
  const cpu = config.cpu ?? (given?.plan.cpuChosen ? given.plan.benchCpu : undefined);
  let failures = given ? 0 : result.failures.length;
  const confirm =
    options.confirm === false || candidates.length === 0
      ? null
      : confirmBy({
          result,
          parts,
          cpu,
          folder,
          hasCpu: given === null,
          secondsLeft: () => budget - elapsed(),
          onResult: (fresh) => {
            failures += fresh.failures.length;
          },
          ...watch,
        });
  if (given && confirm) await checkHere(hostClass, parts.host, cpu);
  const alphas = shareAlpha(alpha, candidates.length, matched.candidates.length);
  const { rows: judged, confidence } = await judge(candidates, { alpha: alphas.rows, confirm });
  const { metrics: judgedMetrics, metricConfidence } = judgeMetrics(matched.candidates, alphas.metrics);
  const maxDrift = (options.maxDrift ?? settings.maxDrift ?? DEFAULT_MAX_DRIFT) / 100;
  const both = { rows: candidates, metrics: matched.candidates };
  const { rows, metrics } = withDrifts(judged, judgedMetrics, both, indexDrifts(entry, maxDrift));
  const verdicts = new Set([...rows, ...metrics].map(({ verdict }) => verdict));
  const drifted = [...rows, ...metrics].some(({ drift }) => drift?.verdict === 'drifted');
  // A baseline that was written without metrics promises nothing of them.
  const lacking = absent.length + (entry.metrics ? matched.absent.length : 0);
  const found: Gate = {
    passed: !verdicts.has('regressed') && !drifted && !(strict && (verdicts.has('undecided') || lacking > 0)),
    strict,
    baseline: { path: options.baseline, createdAt: entry.createdAt, runs: entry.runs.length },
    hostClass,
    folder: path ?? folder,
    alpha,
    confidence,
    metricConfidence,
    rows,
    absent,
    metrics,
    absentMetrics: matched.absent,
    startedAt: result.startedAt,
    maxDrift,
    elapsedSeconds: elapsed(),
  };
  return { gate: found, failures, unmeasured: measured.unmeasured };
}

const WORKLOADS_ALONE = 'the gate itself measures only workloads: give it the folder of a run of this suite';

const rowReason = ({ suite, workload, reason }: GateAbsence) => `${suite}/${workload}: ${reason}`;
const metricReason = (row: GateMetricAbsence) => `${metricRowName(row)}: ${row.reason}`;

/** Half for each kind: how sure workloads are does not depend on how many metrics a baseline holds besides. */
function shareAlpha(alpha: number, rows: number, metrics: number) {
  return rows > 0 && metrics > 0 ? { rows: alpha / 2, metrics: alpha / 2 } : { rows: alpha, metrics: alpha };
}

/** What to measure for a baseline: its rows, as far as this version still has them, or what the configuration names. */
function selectionOf({ rows }: BaselineClass, config: Config, { suites, hypervisors }: Parts): Config {
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

/** Fresh launches of another computer's guests would say nothing. */
async function checkHere(hostClass: HostClass, host: Host, cpu: number | undefined): Promise<void> {
  const { benchCpu } = await pickCpus(host, cpu);
  const here = hostClassOf(await probeHost(host, benchCpu));
  if (here.id === hostClass.id) return;
  throw new UserError(
    `the result was measured on a different host class (${classDifference(hostClass, here).join('; ')}), so hvbench cannot measure suspects again here; judge it there, or without new measurements with --no-confirm`,
  );
}
