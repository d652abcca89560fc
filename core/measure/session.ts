/** The run: launch after launch, until every row is precise enough, or the budget is spent. */

import { noiseBetween, readNoise } from '../host/noise.ts';
import { MachineError } from '../hypervisors/hypervisor.ts';
import { compareClocks } from '../results/clocks.ts';
import type { JournalEntry, Sample } from '../results/journal.ts';
import { type RowName, rowKey, SampleTable } from '../results/rows.ts';
import type { LaunchRecord, Platform, Result } from '../results/schema.ts';
import type { Plan, PlannedWorkload, Stage } from '../run/plan.ts';
import { roleOf } from '../run/role.ts';
import { Crew } from './crew.ts';
import type { Listener } from './events.ts';
import { preparationOrder, workloadOrder } from './schedule.ts';
import {
  affordable,
  FEWEST_LAUNCHES,
  type Goal,
  isPrecise,
  isTranslator,
  launchesNeeded,
  type Need,
  rowStates,
} from './stop.ts';
import { type Memory, measureWorkload } from './workload.ts';

export interface SessionOptions {
  readonly plan: Plan;
  /** Entries of an earlier run of the same plan, to go on from. */
  readonly earlier: readonly JournalEntry[];
  /** Keys of the only rows to measure, native's apart; all of the plan's where left out. */
  readonly only?: ReadonlySet<string> | undefined;
  /** When the run began to measure, on performance.now()'s clock. */
  readonly began: number;
  /** When to stop, on the same clock; the fewest launches that give an interval are always made. */
  readonly until: number;
  readonly append: (entry: JournalEntry) => void;
  readonly listen: Listener;
  readonly signal: AbortSignal;
}

type StopReason = Result['stopped']['reason'];

/** Ends the current launch: the budget is spent, or the user has interrupted. */
class Stop extends Error {
  readonly reason: StopReason;
  constructor(reason: StopReason) {
    super(reason);
    this.reason = reason;
  }
}

type StageName = Pick<Stage, 'isa' | 'platform'>;

function stageKey({ isa, platform }: StageName): string {
  return `${isa} ${platform}`;
}

function machineKey(stage: StageName, hypervisor: string): string {
  return `${stageKey(stage)} ${hypervisor}`;
}

/** What the others are compared with: a plan has no stage without. */
function referenceOf({ machines }: Stage): string {
  const reference = machines.find(({ role }) => role === 'reference');
  if (!reference) throw new Error('nothing is planned to compare with');
  return reference.hypervisor.id;
}

/** Where machines take seconds to start, launches are what is scarce: half the rounds leave time for more of them. */
function roundsOf({ profile }: Plan, platform: Platform): number {
  return platform === 'linux' ? Math.ceil(profile.rounds / 2) : profile.rounds;
}

/** What a stage's draws depend on: those of bare machines were drawn by the ISA alone before there were others. */
function orderKey({ isa, platform }: StageName): string {
  return platform === 'bare' ? isa : stageKey({ isa, platform });
}

/** Measures, and appends everything to the journal as it happens. Leaves no machine behind. */
export async function runSession(options: SessionOptions): Promise<void> {
  await new Session(options).run();
}

class Session {
  readonly #plan: Plan;
  readonly #append: (entry: JournalEntry) => void;
  readonly #listen: Listener;
  readonly #signal: AbortSignal;
  readonly #only: ReadonlySet<string> | undefined;
  readonly #goal: Goal;
  readonly #table = new SampleTable();
  readonly #memories = new Map<string, Memory>();
  readonly #failed = new Set<string>();
  readonly #verified = new Set<string>();
  /** What starting its machines took in a stage's latest launch. */
  readonly #startSeconds = new Map<string, number>();
  readonly #firstLaunch: number;
  readonly #began: number;
  readonly #until: number;
  #launch = 0;

  constructor({ plan, earlier, only, began, until, append, listen, signal }: SessionOptions) {
    this.#only = only;
    this.#began = began;
    this.#until = until;
    this.#plan = plan;
    this.#append = append;
    this.#listen = listen;
    this.#signal = signal;
    const { profile, seed } = plan;
    this.#goal = { seed, minLaunches: profile.minLaunches, precision: profile.precision };
    this.#firstLaunch = this.#recall(earlier);
  }

  async run(): Promise<void> {
    let crew: Crew | null = null;
    const killAll = () => void crew?.stop();
    this.#signal.addEventListener('abort', killAll);
    let reason: StopReason = 'launches';
    try {
      for (this.#launch = this.#firstLaunch; this.#launch < this.#plan.profile.maxLaunches; this.#launch++) {
        if (this.#signal.aborted) throw new Stop('interrupted');
        if (!this.#plan.stages.some((stage) => this.#unfinished(stage).length > 0))
          throw new Stop(this.#allDone());
        for (const planned of this.#plan.stages) {
          const needs = this.#next(planned);
          if (needs.length === 0) continue;
          this.#checkpoint();
          crew = new Crew(planned, this.#plan.cpus.benchCpu);
          try {
            await this.#runLaunch(planned, needs, crew);
          } finally {
            await crew.stop();
          }
          this.#estimate();
        }
      }
      if (!this.#plan.stages.some((stage) => this.#unfinished(stage).length > 0)) reason = this.#allDone();
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
      reason = error.reason;
    } finally {
      this.#signal.removeEventListener('abort', killAll);
    }
    this.#append({ type: 'end', reason, elapsedSeconds: this.#elapsed() });
  }

  async #runLaunch(planned: Stage, needs: readonly Need<PlannedWorkload>[], crew: Crew): Promise<void> {
    const { isa, platform } = planned;
    const launch = this.#launch;
    const before = await readNoise(this.#plan.cpus.benchCpu);
    this.#listen({ type: 'launch', launch, isa, platform, workloads: needs.length });
    const wanted = new Set(needs.flatMap((need) => need.ids));
    const started = performance.now();
    const { ids, startMs, bootMs } = await this.#start(planned, wanted, crew);
    this.#startSeconds.set(stageKey(planned), (performance.now() - started) / 1000);
    const samples: Sample[] = [];
    try {
      if (!ids.includes(referenceOf(planned))) throw new Stop('failed');
      // All are shuffled before the finished ones are left out: what was measured must not change the order.
      const order = workloadOrder(planned.workloads, this.#plan.seed, launch, orderKey(planned)).flatMap(
        (workload) => needs.find((need) => need.workload === workload) ?? [],
      );
      for (const [index, { workload, ids: needed }] of order.entries()) {
        this.#checkpoint();
        const name = { isa, suite: workload.suite, workload: workload.workload.name };
        this.#listen({
          type: 'workload',
          launch,
          platform,
          ...name,
          position: index + 1,
          workloads: order.length,
        });
        await measureWorkload({
          planned: workload,
          platform,
          launch,
          seed: this.#plan.seed,
          rounds: roundsOf(this.#plan, platform),
          batchMs: this.#plan.profile.batchMs,
          crew,
          reference: referenceOf(planned),
          ids: ids.filter((id) => needed.includes(id) && !this.#skipped({ ...name, hypervisor: id })),
          translators: new Set(
            planned.machines
              .filter(({ availability }) => isTranslator(availability.technique))
              .map((m) => m.hypervisor.id),
          ),
          memory: this.#memory(workload),
          onSample: (sample) => {
            samples.push(sample);
            this.#table.add(sample);
            this.#append(sample);
          },
          onFailure: (id, error) => this.#fail({ ...name, hypervisor: id }, platform, error),
          checkpoint: () => this.#checkpoint(),
          signal: this.#signal,
        });
      }
    } finally {
      const noise = noiseBetween(before, await readNoise(this.#plan.cpus.benchCpu));
      const peakResidentBytes = await crew.peaks();
      this.#append({
        type: 'launch',
        index: launch,
        isa,
        platform,
        startMs,
        bootMs,
        peakResidentBytes,
        ...noise,
        clocks: compareClocks(samples),
      });
    }
  }

  /** Starts the wanted machines of an ISA and checks from inside what executes; returns those that live. */
  async #start(
    planned: Stage,
    wanted: ReadonlySet<string>,
    crew: Crew,
  ): Promise<{ ids: string[] } & Pick<LaunchRecord, 'startMs' | 'bootMs'>> {
    const startMs: LaunchRecord['startMs'] = {};
    const bootMs: LaunchRecord['bootMs'] = {};
    const ids: string[] = [];
    const { isa, platform } = planned;
    const order = preparationOrder(planned.machines, this.#plan.seed, this.#launch, orderKey(planned));
    for (const { hypervisor, availability } of order) {
      const { id } = hypervisor;
      const startKey = machineKey(planned, id);
      if (!wanted.has(id) || this.#failed.has(startKey)) continue;
      this.#checkpoint();
      try {
        const machine = await crew.get(id);
        startMs[id] = machine.startMs;
        if (machine.bootMs) bootMs[id] = machine.bootMs;
        const evidence = await hypervisor.verify(await machine.identify(), machine, availability);
        if (!this.#verified.has(startKey))
          this.#append({ type: 'inside', hypervisor: id, isa, platform, evidence });
        this.#verified.add(startKey);
        ids.push(id);
      } catch (error) {
        if (this.#signal.aborted) this.#checkpoint();
        if (!(error instanceof MachineError)) throw error;
        await crew.drop(id);
        this.#failed.add(startKey);
        const failure = { launch: this.#launch, isa, hypervisor: id, workload: null, error: error.message };
        this.#append({ type: 'failure', suite: null, platform, ...failure });
        this.#listen({ type: 'failure', ...failure });
      }
    }
    // In the plan's order again, so that what is drawn next depends on the seed and not on this draw.
    const planOrder = planned.machines
      .map(({ hypervisor }) => hypervisor.id)
      .filter((id) => ids.includes(id));
    return { ids: planOrder, startMs, bootMs };
  }

  #fail(row: RowName, platform: Platform, error: MachineError): void {
    this.#failed.add(rowKey(row));
    this.#append({ type: 'failure', launch: this.#launch, platform, ...row, error: error.message });
    this.#listen({ type: 'failure', ...row, error: error.message });
  }

  /**
   * A row is not measured where it was not asked for, it failed before, its machine cannot start, or the plan
   * says what it lacks.
   */
  #skipped(row: RowName): boolean {
    if (this.#only && roleOf(row.hypervisor) !== 'reference' && !this.#only.has(rowKey(row))) return true;
    const planned = this.#plan.stages.find(
      ({ isa, workloads }) => isa === row.isa && workloads.some(({ suite }) => suite === row.suite),
    );
    if (this.#failed.has(rowKey(row)) || (planned && this.#failed.has(machineKey(planned, row.hypervisor))))
      return true;
    const workload = planned?.workloads.find(
      (w) => w.suite === row.suite && w.workload.name === row.workload,
    );
    return (workload?.targets ?? []).some(
      ({ hypervisor, lack }) => hypervisor === row.hypervisor && lack !== null,
    );
  }

  /** What is left to do: every workload of which some row is not yet precise. */
  #unfinished(planned: Stage): Need<PlannedWorkload>[] {
    return planned.workloads.flatMap((workload) => {
      const states = this.#states(planned, workload);
      const open = states.filter((state) => !isPrecise(state, this.#goal));
      if (open.length === 0) return [];
      const ids = [...new Set([referenceOf(planned), ...open.map(({ row }) => row.hypervisor)])];
      const { seconds } = this.#memory(workload);
      return {
        workload,
        ids,
        made: Math.max(...states.map((state) => state.launches)),
        launches: Math.max(...open.map((state) => launchesNeeded(state, this.#goal))),
        seconds: ids.reduce((sum, id) => sum + (seconds.get(id) ?? 0), 0),
      };
    });
  }

  /** Why nothing is left to do: everything is precise, or nothing could be measured, or was to be. */
  #allDone(): StopReason {
    if (this.#plan.stages.every(({ workloads }) => workloads.length === 0)) return 'launches';
    const any = this.#plan.stages.some((planned) =>
      planned.workloads.some((workload) => this.#states(planned, workload).length > 0),
    );
    return any ? 'precision' : 'failed';
  }

  /** What the next launch measures: at first everything, then the rows that are not yet precise. */
  #next(planned: Stage): Need<PlannedWorkload>[] {
    const needs = this.#unfinished(planned);
    if (this.#launch < this.#plan.profile.fullLaunches) {
      return needs.map((need) => ({ ...need, ids: this.#all(planned, need.workload) }));
    }
    const stages = this.#plan.stages.filter((stage) => this.#unfinished(stage).length > 0).length;
    return affordable(needs, this.#secondsLeft() / stages, this.#startSeconds.get(stageKey(planned)) ?? 0);
  }

  /** Every machine that can run a workload. */
  #all({ isa, machines }: Stage, { suite, workload }: PlannedWorkload): string[] {
    const row = { isa, suite, workload: workload.name };
    return machines
      .map(({ hypervisor }) => hypervisor.id)
      .filter((id) => !this.#skipped({ ...row, hypervisor: id }));
  }

  #secondsLeft(): number {
    return Math.max(0, (this.#until - performance.now()) / 1000);
  }

  #states(planned: Stage, workload: PlannedWorkload) {
    const { suite } = workload;
    const reference = {
      isa: planned.isa,
      suite,
      workload: workload.workload.name,
      hypervisor: referenceOf(planned),
    };
    if (this.#skipped(reference)) return [];
    return rowStates(planned, workload, (row) => this.#skipped(row), this.#table, this.#goal);
  }

  #memory({ isa, suite, workload }: PlannedWorkload): Memory {
    const key = [isa, suite, workload.name].join(' ');
    const memory = this.#memories.get(key) ?? {
      sizes: null,
      checksums: new Map<number, string>(),
      steadyNs: new Map<string, number>(),
      seconds: new Map<string, number>(),
    };
    this.#memories.set(key, memory);
    return memory;
  }

  /**
   * Takes up an earlier run: its samples, its failures, its evidence, its batch sizes. Returns the first
   * launch to make.
   */
  #recall(earlier: readonly JournalEntry[]): number {
    let next = 0;
    for (const entry of earlier) {
      if (entry.type === 'sample') {
        this.#table.add(entry);
        const planned = this.#plan.stages
          .flatMap(({ workloads }) => workloads)
          .find((w) => w.isa === entry.isa && w.suite === entry.suite && w.workload.name === entry.workload);
        if (planned) {
          const memory = this.#memory(planned);
          memory.sizes = (memory.sizes ?? new Map<string, number>()).set(entry.hypervisor, entry.iterations);
        }
        next = Math.max(next, entry.launch + 1);
      } else if (entry.type === 'failure') {
        this.#failed.add(
          entry.workload === null
            ? machineKey(entry, entry.hypervisor)
            : rowKey({ ...entry, suite: entry.suite ?? '', workload: entry.workload }),
        );
      } else if (entry.type === 'inside') {
        this.#verified.add(machineKey(entry, entry.hypervisor));
      }
    }
    this.#forgetPartialSizes();
    return next;
  }

  /** A run that was killed amid a first launch has sized the batches of some machines only: all are sized anew. */
  #forgetPartialSizes(): void {
    for (const { machines, workloads } of this.#plan.stages) {
      for (const planned of workloads) {
        const memory = this.#memory(planned);
        const { isa, suite, workload } = planned;
        const complete = machines.every(
          ({ hypervisor: { id } }) =>
            memory.sizes?.has(id) || this.#skipped({ isa, suite, workload: workload.name, hypervisor: id }),
        );
        if (!complete) memory.sizes = null;
      }
    }
  }

  #elapsed(): number {
    return (performance.now() - this.#began) / 1000;
  }

  #checkpoint(): void {
    if (this.#signal.aborted) throw new Stop('interrupted');
    const launches = this.#launch - this.#firstLaunch;
    if (launches >= FEWEST_LAUNCHES && performance.now() >= this.#until) throw new Stop('budget');
  }

  #estimate(): void {
    const states = this.#plan.stages.flatMap((planned) =>
      planned.workloads.flatMap((workload) => this.#states(planned, workload)),
    );
    const seconds = this.#plan.stages.flatMap((planned) =>
      this.#unfinished(planned).map(({ launches, seconds }) => launches * seconds),
    );
    this.#listen({
      type: 'estimate',
      secondsLeft: Math.min(
        this.#secondsLeft(),
        seconds.reduce((sum, n) => sum + n, 0),
      ),
      precise: states.filter((state) => isPrecise(state, this.#goal)).length,
      rows: states.length,
    });
  }
}
