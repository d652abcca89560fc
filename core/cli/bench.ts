/** The whole line: configuration → plan → measurement → result → reports. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { NoCharts } from '../../reports/charts/render.ts';
import { reports } from '../../reports/index.ts';
import { suites } from '../../suites/index.ts';
import type { Config } from '../config/config.ts';
import { checkConfig } from '../config/config.ts';
import { makePlan, measurableIsas, type Plan, platformsOf, type Selection, select } from '../config/plan.ts';
import type { Profile } from '../config/profiles.ts';
import { UnkeptError, UserError } from '../errors.ts';
import { reasonOf } from '../files.ts';
import { buildImages } from '../guest/build.ts';
import { findKernels, type GuestKernels } from '../guest/kernels.ts';
import { pickCpus, stayOff } from '../host/affinity.ts';
import { readCaches, TYPICAL_CACHES } from '../host/caches.ts';
import { lockCpu } from '../host/cpu-lock.ts';
import { probeHost } from '../host/probe.ts';
import type { Availability, Hypervisor } from '../hypervisors/hypervisor.ts';
import { hypervisors } from '../hypervisors/registry.ts';
import { judgeClaims } from '../judge/claims/judge.ts';
import type { Listener } from '../measure/events.ts';
import { measureOperations } from '../measure/operations.ts';
import { runSession } from '../measure/session.ts';
import { measureStudies } from '../measure/studies.ts';
import { assemble, NoHeaderError, TooManyError } from '../results/assemble.ts';
import {
  checkResult,
  JournalWriter,
  makeFolder,
  readEntries,
  readJournal,
  readResult,
  writeResult,
} from '../results/folder.ts';
import type { JournalEntry, JournalOperation, JournalRow, JournalStudy } from '../results/journal.ts';
import { type RowName, rowKey } from '../results/rows.ts';
import type { Host, Result } from '../results/schema.ts';
import { headerOf, operationsOf, rowsOf, studiesOf } from './header.ts';
import { type Asked, markUnmeasured, type Unmeasured, unmeasuredOf } from './unmeasured.ts';

/** Of the budget, where workloads are measured as well. */
const OPERATIONS_SHARE = 1 / 3;

export interface BenchOptions {
  /** A folder that an earlier run left: its plan is taken up, and its samples are kept. */
  readonly resume?: string;
  /** Measures these rows alone, and native beside them. */
  readonly only?: readonly RowName[];
  /** What a user named, and is told of where it yields nothing; the configuration's own names where left out. */
  readonly asked?: Asked;
  /** Waits for another hvbench that measures on the same CPU without limit, not a minute at most. */
  readonly wait?: boolean;
  /** The caller has locked the measuring CPU (core/host/cpu-lock.ts). */
  readonly hasCpu?: boolean;
  /** Leaves single operations out: who asks for ratios to native has no use for them. */
  readonly workloadsOnly?: boolean;
  /** Goes before what the profile says. */
  readonly profile?: Partial<Profile>;
  /** Takes the place of each driver: a proof slows some down. */
  readonly adapt?: (driver: Hypervisor) => Hypervisor;
  /** Names of the reports to write; all where left out. */
  readonly reports?: readonly string[];
  readonly listen?: Listen;
  readonly signal?: AbortSignal;
}

export type BenchEvent =
  | Parameters<Listener>[0]
  | {
      readonly type: 'plan';
      readonly plan: Plan;
      readonly host: Host;
      readonly folder: string;
      /** What was named and is not measured. */
      readonly unmeasured: readonly Unmeasured[];
    }
  | { readonly type: 'phase'; readonly text: string }
  | { readonly type: 'note'; readonly text: string }
  /** A report that this installation cannot make; the others are written. */
  | { readonly type: 'unwritten'; readonly report: string; readonly error: string };

type Listen = (event: BenchEvent) => void;

export interface BenchOutcome {
  readonly folder: string;
  readonly result: Result;
  /** Paths of everything written. */
  readonly files: readonly string[];
  /** What was named and could not be measured; nothing where only reports were made. */
  readonly unmeasured: readonly Unmeasured[];
}

/** Everything is there but some of the files that were to tell it. */
export class Unwritten extends UnkeptError {
  readonly outcome: BenchOutcome;
  constructor(message: string, outcome: BenchOutcome) {
    super(message);
    this.outcome = outcome;
  }
}

/**
 * Measures, and writes result and reports into the run's folder. Throws UserError where what is asked for
 * cannot be done, and Unwritten where only a file could not be written; a machine that fails is part of the result
 * instead.
 */
export async function bench(config: Config, options: BenchOptions = {}): Promise<BenchOutcome> {
  const { resume, signal = new AbortController().signal, listen = () => {} } = options;
  const earlier = resume ? readJournal(resume) : [];
  const effective = resume ? resumedConfig(config, earlier, resume) : config;
  const selection = select(effective, suites, hypervisors.map(options.adapt ?? ((driver) => driver)));
  const folder = resume ?? effective.out ?? freshFolder(new Date());
  const journal = new JournalWriter(folder, { resume: resume !== undefined });
  const entries: JournalEntry[] = [...earlier];
  let giveBack = () => {};
  try {
    const note = (text: string) => listen({ type: 'note', text });
    if (!options.hasCpu)
      giveBack = await lockCpu((await pickCpus()).benchCpu, { wait: options.wait, note, signal });
    listen({ type: 'phase', text: 'looking at this host' });
    const host = await probeHost();
    const availabilities: Availability[] = [];
    const kernels = await guestKernels(effective, selection);
    for (const hypervisor of selection.hypervisors) {
      // Nothing is measured yet that would have to be kept.
      signal.throwIfAborted();
      availabilities.push(await hypervisor.probe(host, kernels));
    }
    const isas = measurableIsas(selection, availabilities);
    listen({ type: 'phase', text: 'building guest images' });
    const images = await buildImages(suites, isas, { note, signal });
    const cpus = await pickCpus();
    const caches = (await readCaches(cpus.benchCpu)) ?? TYPICAL_CACHES;
    const profile = { ...selection.profile, ...options.profile };
    const whole = makePlan({ ...selection, isas, profile }, availabilities, images, kernels, caches, cpus);
    const ratiosOnly = options.only || options.workloadsOnly || (resume && !hadOperations(earlier));
    const plan = ratiosOnly ? withoutOperations(whole) : whole;
    const unmeasured = unmeasuredOf(options.asked ?? effective, plan, selection);
    const only = options.only && new Set(options.only.map(rowKey));
    const append = (entry: JournalEntry) => {
      journal.append(entry);
      entries.push(entry);
    };
    signal.throwIfAborted();
    if (resume) {
      await checkSameWork(earlier, plan, resume);
      // From here on it would tell less than the journal, and a run that is killed leaves no other.
      rmSync(join(folder, 'result.json'), { force: true });
    } else {
      const header = await headerOf(plan, host, effective);
      append({ ...header, hypervisors: markUnmeasured(header.hypervisors, unmeasured) });
    }
    listen({ type: 'plan', plan, host, folder, unmeasured });
    const restore = await stayOff(cpus.toolCpus);
    const began = performance.now();
    try {
      // Workloads have most of the time, where there are any.
      const share = plan.stages.some(({ workloads }) => workloads.length > 0) ? OPERATIONS_SHARE : 1;
      const until = began + plan.profile.budgetSeconds * 1000 * share;
      await measureOperations({ plan, earlier, until, append, listen, signal });
      await measureStudies({ plan, host, earlier, append, listen, signal });
      await runSession({ plan, earlier, only, began, append, listen, signal });
    } finally {
      await restore();
    }
    listen({ type: 'phase', text: 'writing reports' });
    return await finish({ folder, entries, unmeasured }, options.reports ?? null, listen);
  } catch (error) {
    // An empty journal would only keep the next run out of its folder.
    if (entries.length === 0) rmSync(join(folder, 'samples.ndjson'), { force: true });
    throw error;
  } finally {
    giveBack();
    journal.close();
  }
}

/**
 * Every report of a folder again, from result.json, or from the journal where a killed run left no result. Throws
 * UserError where it holds neither, and Unwritten where a report cannot be written.
 */
export async function reportFolder(
  folder: string,
  formats: readonly string[] | null = null,
  listen: Listen = () => {},
): Promise<BenchOutcome> {
  const result = readResult(folder) ?? recover(folder);
  const known = reports.map((report) => report.name);
  for (const format of formats ?? []) {
    if (!known.includes(format))
      throw new UserError(`unknown format '${format}': there is ${known.join(', ')}`);
  }
  const { files, failure } = await writeReports(folder, result, formats, listen);
  const outcome = { folder, result, files, unmeasured: [] };
  if (failure === null) return outcome;
  throw new Unwritten(
    `${failure}; the same command writes the rest once that is mended, or of a copy of ${folder} elsewhere`,
    outcome,
  );
}

/** From the journal alone. Throws UserError where that makes no result that could be read again. */
function recover(folder: string): Result {
  const result = conclude(readEntries(folder), folder);
  checkResult(result, folder);
  return result;
}

/** One file that cannot be written costs no other. */
async function finish(
  {
    folder,
    entries,
    unmeasured,
  }: Pick<BenchOutcome, 'folder' | 'unmeasured'> & { readonly entries: readonly JournalEntry[] },
  formats: readonly string[] | null,
  listen: Listen,
): Promise<BenchOutcome> {
  const result = conclude(entries, folder);
  const files: string[] = [];
  let failure: string | null = null;
  const path = join(folder, 'result.json');
  try {
    writeResult(folder, result);
    files.push(path);
  } catch (error) {
    failure = unwritten(error, path);
  }
  const reported = await writeReports(folder, result, formats, listen);
  failure ??= reported.failure;
  const outcome = { folder, result, files: [...files, ...reported.files], unmeasured };
  if (failure === null) return outcome;
  throw new Unwritten(
    `${failure}; everything measured is kept in ${join(folder, 'samples.ndjson')}: once that is mended, hvbench report ${folder} writes the rest, and hvbench run --resume ${folder} goes on`,
    outcome,
  );
}

function conclude(entries: Iterable<JournalEntry>, folder: string): Result {
  let result: Result;
  try {
    result = assemble(entries);
  } catch (error) {
    if (error instanceof NoHeaderError)
      throw new UserError(
        `${folder} holds no measurement: the run ended before it began; begin it anew by --out ${folder}`,
      );
    if (error instanceof TooManyError)
      throw new UserError(`the journal in ${folder} is none that hvbench wrote: ${error.message}`);
    throw error;
  }
  const { hypervisors: infos, suites: summaries, plan } = result;
  return {
    ...result,
    claims: judgeClaims({ hypervisors: infos, suites: summaries, negligible: plan.negligible }),
  };
}

async function writeReports(
  folder: string,
  result: Result,
  formats: readonly string[] | null,
  listen: Listen,
): Promise<{ files: string[]; failure: string | null }> {
  const files: string[] = [];
  let failure: string | null = null;
  for (const report of reports) {
    if (formats && !formats.includes(report.name)) continue;
    // Drawing takes a while, and an interrupt is only seen in between.
    await setImmediate();
    try {
      files.push(...(await report.write(result, folder)));
    } catch (error) {
      // Whoever named it asked for nothing else.
      if (error instanceof NoCharts && !formats)
        listen({ type: 'unwritten', report: report.name, error: error.message });
      else if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
      else failure ??= unwritten(error, folder);
    }
  }
  return { files, failure };
}

/** `where`: unless the error names the file itself. */
function unwritten(error: unknown, where: string): string {
  return `cannot write ${(error as NodeJS.ErrnoException).path ?? where}: ${reasonOf(error)}`;
}

/** What guests boot, where anything is asked for that takes an operating system: looking for it takes time. */
async function guestKernels(config: Config, { suites }: Selection): Promise<GuestKernels> {
  const kernels = await findKernels(config.kernels ?? []);
  return suites.some((suite) => platformsOf(suite).includes('linux')) ? kernels : {};
}

/** A gate's run, or one of an older version, had none: it goes on without. */
function hadOperations(earlier: readonly JournalEntry[]): boolean {
  return earlier.some((entry) => entry.type === 'header' && entry.operations.length > 0);
}

function withoutOperations(plan: Plan): Plan {
  return { ...plan, stages: plan.stages.map((stage) => ({ ...stage, operations: [] })) };
}

/** The earlier run's configuration, seed included; flags given now may change only how long to go on. */
function resumedConfig(now: Config, earlier: readonly JournalEntry[], folder: string): Config {
  const head = earlier.find((entry) => entry.type === 'header');
  if (!head)
    throw new UserError(`${folder} holds no measurement to go on from: begin it anew by --out ${folder}`);
  const { budget, precision } = now;
  const then = checkConfig(head.config, join(folder, 'samples.ndjson'));
  return { ...then, ...(budget !== undefined && { budget }), ...(precision !== undefined && { precision }) };
}

/** Samples of other code, or of another host, must not be mixed with new ones. */
async function checkSameWork(earlier: readonly JournalEntry[], plan: Plan, folder: string): Promise<void> {
  const head = earlier.find((entry) => entry.type === 'header');
  const name = (row: JournalRow) =>
    [row.isa, row.suite, row.workload, row.hypervisor, row.digest, row.argument].join(' ');
  const operation = (one: JournalOperation) =>
    [one.isa, one.suite, one.operation, one.hypervisor, one.digest].join(' ');
  const study = (one: JournalStudy) =>
    [one.isa, one.platform, one.suite, one.hypervisor, one.digest].join(' ');
  // A journal of an older version says nothing of studies.
  const studies = head?.studies ?? [];
  const studiesNow = studies.length > 0 ? await studiesOf(plan) : [];
  const then = [
    ...(head?.rows.map(name) ?? []),
    ...(head?.operations.map(operation) ?? []),
    ...studies.map(study),
  ];
  const now = [...rowsOf(plan).map(name), ...operationsOf(plan).map(operation), ...studiesNow.map(study)];
  if (then.join('\n') === now.join('\n')) return;
  throw new UserError(
    `${folder} cannot be resumed: its workloads, their code or the hypervisors have changed since; start a new run`,
  );
}

/** A folder of its own even for the second run of a second; none is made where that cannot be, which is told later. */
function freshFolder(date: Date): string {
  const first = join('results', timestamp(date));
  for (let number = 1; ; number++) {
    const folder = number === 1 ? first : `${first}-${number}`;
    try {
      makeFolder('results');
      mkdirSync(folder);
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return folder;
    }
  }
}

/** 2026-11-23T20-15-00Z: sorts by time, and is a file name everywhere. */
function timestamp(date: Date): string {
  return `${date.toISOString().slice(0, 19).replaceAll(':', '-')}Z`;
}
