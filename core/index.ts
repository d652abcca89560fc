/**
 * The library: `import { run, defineConfig } from 'hvbench'`; docs/library.md. Its types stand on those of Node.
 *
 * What does the work is loaded when it is called: a configuration imports this file for `defineConfig` alone, and few files
 * may be open at once.
 */
/// <reference types="node" preserve="true" />
import { type Config, checkConfig } from './config/config.ts';
import type { AbOutcome } from './library/ab.ts';
import type { BaselineUpdate } from './library/baseline.ts';
import type { ListedClaim } from './library/claims.ts';
import type { CompareOptions } from './library/compare.ts';
import type { BenchEvent } from './library/events.ts';
import type { ExecOptions, ExecOutcome } from './library/exec-options.ts';
import type { ExitsOptions } from './library/exits.ts';
import { expectNode } from './library/expect-node.ts';
import type { FleetMerged, FleetOptions } from './library/fleet.ts';
import type { GateOutcome } from './library/gate.ts';
import type { Inventory } from './library/list.ts';
import { type PluginOptions, partsWith } from './library/plugins.ts';
import type { PredictOptions } from './library/predict.ts';
import type { Examination } from './library/probe.ts';
import type { FormatOf, Renderable, RenderOptions } from './library/render.ts';
import type { SiteOptions, SiteOutcome } from './library/site.ts';
import type {
  AbOptions,
  BenchOptions,
  ClaimResult,
  CommandMachine,
  Comparison,
  ExitsReport,
  FleetEntry,
  GateOptions,
  Host,
  JournalEntry,
  PredictionReport,
  Result,
  StartOptions,
} from './library/types.ts';
import type { ExecResult } from './results/exec-schema.ts';
import type { RunOutcome } from './run/options.ts';

/** For the schemas of what a plugin's suite records. */
export { z } from 'zod';
export { type Config, defineConfig } from './config/config.ts';
export { NoBaselineError, UnkeptError, UnmakeableError, UserError } from './errors.ts';
export { ConnectionLost, MachineError, Refusal } from './hypervisors/hypervisor.ts';
export { history } from './library/histories.ts';
export type * from './library/types.ts';
export { Unwritten } from './run/options.ts';

/**
 * Measures, and writes result and reports into the run's folder, as `hvbench run` does. Throws UserError if the request
 * cannot be fulfilled, and Unwritten, which holds the outcome, if only a report could not be written. A machine that fails
 * throws nothing: it is in the result's `failures`.
 */
export async function run(config: Config, options: BenchOptions = {}): Promise<RunOutcome> {
  expectNode();
  const { resume, wait, reports, signal } = options;
  const checked = checkConfig(config, 'given to run');
  const { bench, partsOf } = await import('./parts.ts');
  const told = { ...(await toldTo(options)), ...(signal && { signal }), ...(reports && { reports }) };
  const all = { ...told, ...(resume !== undefined && { resume }), wait: wait ?? false };
  return await bench(checked, all, partsOf(checked));
}

/** What can run on this computer, and how to enable the rest: `hvbench doctor --json`. It may start a guest or two. */
export async function probe(options: PluginOptions = {}): Promise<Examination> {
  expectNode();
  return await (await import('./library/probe.ts')).probe(await partsWith(options, 'probe'));
}

/** Suites, workloads, operations and hypervisors, by the names that a configuration takes: `hvbench list --json`. */
export async function list(options: PluginOptions = {}): Promise<Inventory> {
  expectNode();
  return await (await import('./library/list.ts')).list(await partsWith(options, 'list'));
}

/**
 * Measures a command, natively and in each Linux guest, as `hvbench exec` does: in the working directory, with this
 * process's environment. `argv[0]` is the program; no shell is started. Throws UserError if the command cannot be measured
 * or a file cannot be written; the message then names the folder of the measurements.
 */
export async function exec(argv: readonly string[], options: ExecOptions = {}): Promise<ExecOutcome> {
  expectNode();
  return await (await import('./library/exec.ts')).exec(argv, options, await partsWith(options, 'exec'));
}

/**
 * The result of a run's folder, made from its journal if a killed run left nothing else, or that of a result.json by any
 * name. Throws UserError if there is none, or if it is damaged.
 */
export async function readResult(path: string, options: PluginOptions = {}): Promise<Result> {
  expectNode();
  return await (await import('./library/read.ts')).readResult(path, await partsWith(options, 'readResult'));
}

/** What {@link exec} left in the folder `out`, killed or not. Throws UserError if there is none, or if it is damaged. */
export async function readExec(folder: string): Promise<ExecResult> {
  expectNode();
  return (await import('./exec/folder.ts')).readExec(folder);
}

/**
 * Everything that a run noted down, in the order in which it came: the header first, samples with times in nanoseconds.
 * Throws UserError if the folder has no journal, or one with a damaged line.
 */
export async function readJournal(folder: string, options: PluginOptions = {}): Promise<JournalEntry[]> {
  expectNode();
  const { suites } = await partsWith(options, 'readJournal');
  return (await import('./results/folder.ts')).readJournal(folder, suites);
}

/**
 * Compares results with the first of them, as `hvbench compare` does: 2 to 26, each a result or its path. Changes and
 * overheads are fractions; the margin is in percent. Throws UserError if a path holds no result.
 */
export async function compare(
  results: readonly (string | Result)[],
  options: CompareOptions & PluginOptions = {},
): Promise<Comparison> {
  expectNode();
  const parts = await partsWith(options, 'compare');
  return await (await import('./library/compare.ts')).compare(results, options, parts);
}

/**
 * What guests leave the CPU for: exits per operation and per iteration of one result or more, side by side, as `hvbench
 * exits` shows them. Throws UserError if a path holds no result, or none of them counted any.
 */
export async function exits(
  results: readonly (string | Result)[],
  options: ExitsOptions & PluginOptions = {},
): Promise<ExitsReport> {
  expectNode();
  const parts = await partsWith(options, 'exits');
  return await (await import('./library/exits.ts')).exits(results, options, parts);
}

/**
 * Predicts what hardware assist would cost the workloads of a result, as `hvbench predict` does: exits counted in another
 * result (or in this one) per native second, times what one costs on CPUs that others measured. Overheads are fractions of
 * native time. Throws UserError if there is nothing to predict from.
 */
export async function predict(
  result: string | Result,
  options: PredictOptions & PluginOptions = {},
): Promise<PredictionReport> {
  expectNode();
  const parts = await partsWith(options, 'predict');
  return await (await import('./library/predict.ts')).predict(result, options, parts);
}

/**
 * What others claim of the cost of virtualization, each with its source, and then a configuration's own claims: `hvbench
 * claims --json`. Of the configuration, `claims` and `negligible` count.
 */
export async function claims(config: Config = {}): Promise<ListedClaim[]> {
  expectNode();
  return (await import('./library/claims.ts')).listClaims(checkConfig(config, 'given to claims'));
}

/**
 * Judges a result by all claims, as `hvbench claims DIR --json` does: those of {@link claims}, and those that it was measured
 * with. With `exits` in the configuration, what the result could not test is predicted. Throws UserError if the path holds no
 * result.
 */
export async function judgeClaims(result: string | Result, config: Config = {}): Promise<ClaimResult[]> {
  expectNode();
  const checked = checkConfig(config, 'given to judgeClaims');
  const { partsOf } = await import('./parts.ts');
  const { judgeResult } = await import('./library/claims.ts');
  return (await judgeResult(result, checked, partsOf(checked))).claims;
}

/**
 * Judges a result by a baseline, as `hvbench gate` does, and measures it first if none is named. A regression throws
 * nothing: `gate.passed` is false. Throws NoBaselineError if the file has nothing for this host class; UserError if nothing
 * can be compared; the signal's reason if it aborts before there is a verdict.
 */
export async function gate(config: Config, options: GateOptions): Promise<GateOutcome> {
  expectNode();
  const checked = checkConfig(config, 'given to gate');
  const { gate: judge } = await import('./library/gate.ts');
  const { listen, ...rest } = options;
  const { partsOf } = await import('./parts.ts');
  return await judge(checked, { ...rest, ...(await toldTo({ listen })) }, partsOf(checked));
}

/**
 * Measures two hypervisors, or variants of the configuration, side by side, and judges the candidate by the base, as
 * `hvbench ab` does. A regression throws nothing: `ab.passed` is false. Throws UserError if one of them cannot run, or
 * nothing of both can be judged; the signal's reason if it aborts before there is a verdict.
 */
export async function ab(config: Config, options: AbOptions): Promise<AbOutcome> {
  expectNode();
  const checked = checkConfig(config, 'given to ab');
  const { ab: judge } = await import('./library/ab.ts');
  const { listen, ...rest } = options;
  const { partsOf } = await import('./parts.ts');
  return await judge(checked, { ...rest, ...(await toldTo({ listen })) }, partsOf(checked));
}

/** Options of {@link updateBaseline}. */
export interface BaselineOptions extends Pick<BenchOptions, 'wait' | 'listen' | 'signal'> {
  /** The file; what it holds of other host classes is kept. */
  readonly baseline: string;
  /** Paths of results of one host class; it is measured if there are none. */
  readonly results?: readonly string[];
  /** Whether rows and metrics that have drifted too far from their anchor get a new one. */
  readonly accept?: boolean;
  /** Per cent that the baseline may have moved from its anchor; what the configuration's `gate` says if left out, or 5. */
  readonly maxDrift?: number;
}

/**
 * Writes a baseline, as `hvbench gate --update` does. Throws UserError if a path holds no result, host classes are mixed, or
 * the file cannot be written; the signal's reason if it aborts before that.
 */
export async function updateBaseline(config: Config, options: BaselineOptions): Promise<BaselineUpdate> {
  expectNode();
  const checked = checkConfig(config, 'given to updateBaseline');
  const { updateBaseline: update } = await import('./library/baseline.ts');
  const { baseline, results = [], wait = false, signal = new AbortController().signal } = options;
  const { accept, maxDrift } = options;
  const { listen = () => {} } = await toldTo(options);
  const { partsOf } = await import('./parts.ts');
  const watch = { wait, signal, listen };
  return await update(checked, results, baseline, watch, partsOf(checked), { accept, maxDrift });
}

/**
 * Builds or updates a site of results, as `hvbench site` does: `paths` are folders of runs, folders of these, or files. What
 * cannot be read, or may not be published, is in `left`. Throws UserError if nothing is left or the site cannot be written.
 */
export async function site(
  paths: readonly string[],
  options: SiteOptions & PluginOptions,
): Promise<SiteOutcome> {
  expectNode();
  const parts = await partsWith(options, 'site');
  return (await import('./library/site.ts')).buildSite(paths, options, parts);
}

/**
 * Merges the results of one run on many hosts, and writes `fleet.json` and its reports into the folder. Each host gives one
 * number for each figure; what is in no mean is named with the reason. Throws UserError if there are no entries, or a file
 * cannot be written; the signal's reason if it aborts.
 */
export async function collectFleet(
  folder: string,
  entries: readonly FleetEntry[],
  options: FleetOptions & PluginOptions = {},
): Promise<FleetMerged> {
  expectNode();
  const parts = await partsWith(options, 'collectFleet');
  return await (await import('./library/fleet.ts')).collectFleet(folder, entries, options, parts);
}

/** What {@link writeReports} is told. */
export interface WriteOptions extends PluginOptions {
  /** Names of the reports; all if left out. */
  readonly formats?: readonly string[];
  readonly listen?: (event: BenchEvent) => void;
}

/**
 * Writes the reports of a run that is over into its folder again, as `hvbench report` does. `formats`: of `csv`, `charts`,
 * `html`, `markdown` and those of plugins. Throws UserError if the folder holds no result or a format is unknown, and
 * Unwritten if a file cannot be written.
 */
export async function writeReports(folder: string, options: WriteOptions = {}): Promise<RunOutcome> {
  expectNode();
  const parts = await partsWith(options, 'writeReports');
  const { reportFolder } = await import('./run/report-folder.ts');
  return await reportFolder(folder, { formats: options.formats ?? null, ...(await toldTo(options)) }, parts);
}

/**
 * A result as the text that the command prints or writes. `terminal` has no colours and 120 columns by default.
 * Throws UserError if the format is unknown.
 */
export async function render<Found extends Renderable>(
  found: Found,
  format: FormatOf<Found>,
  options: RenderOptions = {},
): Promise<string> {
  expectNode();
  const parts = await partsWith(options, 'render');
  return (await import('./library/render.ts')).render(found, format, options, parts);
}

/**
 * For drivers of plugins: starts a program that speaks hvbench's protocol (docs/protocol.md), such as an image in front of
 * which something else stands, and waits for its first answer. It is pinned to the CPU, has a session of its own, and dies
 * with this process. Throws MachineError.
 */
export async function startProcessMachine(
  host: Host,
  argv: readonly string[],
  cpu: number,
  options: StartOptions = {},
): Promise<CommandMachine> {
  return (await import('./hypervisors/process-machine.ts')).startProcessMachine(host, argv, cpu, options);
}

/** A program's listener, as the engine calls it. */
async function toldTo({ listen }: { readonly listen?: ((event: BenchEvent) => void) | undefined }) {
  if (!listen) return {};
  const { telling } = await import('./library/events.ts');
  return { listen: telling(listen) };
}
