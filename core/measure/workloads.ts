/** The run: launch after launch, until every row is precise enough, or the budget is spent. */
import type { Host } from '../host/host.ts';
import { noiseBetween, readNoise } from '../host/noise.ts';
import { ConnectionLost, MachineError } from '../hypervisors/hypervisor.ts';
import { compareClocks } from '../results/clocks.ts';
import type { JournalEntry, Sample } from '../results/journal.ts';
import type { RowName } from '../results/rows.ts';
import type { LaunchRecord, Platform, Result } from '../results/schema.ts';
import { isTranslator } from '../results/technique.ts';
import type { Experiment, Plan, PlannedWorkload } from '../run/plan.ts';
import type { Course } from './course.ts';
import type { Listener } from './events.ts';
import { expectedSeconds } from './expected-time.ts';
import { FewestLaunches, roundsOf } from './fewest-launches.ts';
import { LaunchMachines } from './launch-machines.ts';
import { Losses } from './losses.ts';
import { balancedRounds } from './rounds.ts';
import { experimentKey, RowProgress, referenceOf } from './row-progress.ts';
import { preparationOrder, workloadOrder } from './schedule.ts';
import { SpentTime } from './spent-time.ts';
import { stolenElsewhere } from './stolen-elsewhere.ts';
import { FEWEST_LAUNCHES, isPrecise, together, type WorkloadNeed, workloadsWithinBudget } from './stop.ts';
import { measureWorkload } from './workload.ts';

export interface MeasureWorkloadsOptions {
  readonly plan: Plan;
  readonly host: Host;
  /** Entries of an earlier run of the same plan, to go on from. */
  readonly earlier: readonly JournalEntry[];
  /** Keys of the only rows to measure, native's apart; all of the plan's where left out. */
  readonly only?: ReadonlySet<string> | undefined;
  readonly course?: Course | undefined;
  /** When the run began to measure, on performance.now()'s clock. */
  readonly began: number;
  /** When to stop, on the same clock; the fewest launches that give an interval are always made. */
  readonly until: number;
  readonly append: (entry: JournalEntry) => void;
  readonly listen: Listener;
  readonly signal: AbortSignal;
}

/** A workload that a launch measures, on these drivers' machines. */
interface Turn {
  readonly workload: PlannedWorkload;
  readonly ids: readonly string[];
}

type StopReason = Result['stopped']['reason'];

/** Ends the current launch: the budget is spent, or the user has interrupted. */
class EndOfLaunch extends Error {
  readonly reason: StopReason;
  constructor(reason: StopReason) {
    super(reason);
    this.reason = reason;
  }
}

/** What an experiment's draws depend on: those of bare machines were drawn by the ISA alone before there were others. */
function orderKey({ isa, platform }: Pick<Experiment, 'isa' | 'platform'>): string {
  return platform === 'bare' ? isa : experimentKey({ isa, platform });
}

/** Measures, and appends everything to the journal as it happens. Leaves no machine behind. */
export async function measureWorkloads(options: MeasureWorkloadsOptions): Promise<void> {
  await new WorkloadSession(options).run();
}

class WorkloadSession {
  readonly #plan: Plan;
  readonly #host: Host;
  readonly #append: (entry: JournalEntry) => void;
  readonly #listen: Listener;
  readonly #signal: AbortSignal;
  readonly #rows: RowProgress;
  /** What starting its machines took in an experiment's latest launch. */
  readonly #startSeconds = new Map<string, number>();
  readonly #firstLaunch: number;
  readonly #began: number;
  readonly #until: number;
  readonly #course: Course | undefined;
  /** When workloads had their turn. */
  readonly #from = performance.now();
  readonly #fewest: FewestLaunches;
  readonly #losses = new Losses();
  #launch = 0;

  constructor(options: MeasureWorkloadsOptions) {
    const { plan, host, earlier, only, began, until, append, listen, signal } = options;
    this.#began = began;
    this.#until = until;
    this.#course = options.course;
    this.#plan = plan;
    this.#host = host;
    this.#append = append;
    this.#listen = listen;
    this.#signal = signal;
    this.#rows = new RowProgress(plan, only);
    this.#firstLaunch = this.#rows.recall(earlier);
    this.#fewest = new FewestLaunches(plan, this.#rows, this.#firstLaunch);
  }

  async run(): Promise<void> {
    let launched: LaunchMachines | null = null;
    const killAll = () => void launched?.stop();
    this.#signal.addEventListener('abort', killAll);
    let reason: StopReason = 'launches';
    this.#tellOverrun();
    try {
      for (this.#launch = this.#firstLaunch; this.#launch < this.#plan.profile.maxLaunches; this.#launch++) {
        if (this.#signal.aborted) throw new EndOfLaunch('interrupted');
        this.#settle();
        if (!this.#plan.experiments.some((experiment) => this.#rows.unfinished(experiment).length > 0))
          throw new EndOfLaunch(this.#allDone());
        for (const planned of this.#plan.experiments) {
          const needs = this.#next(planned);
          if (needs.length === 0) continue;
          this.#checkpoint();
          launched = new LaunchMachines(planned, this.#host, this.#plan.cpus);
          try {
            await this.#runLaunch(planned, needs, launched);
          } finally {
            await launched.stop();
          }
          this.#estimate();
        }
      }
      if (!this.#plan.experiments.some((experiment) => this.#rows.unfinished(experiment).length > 0))
        reason = this.#allDone();
    } catch (error) {
      if (!(error instanceof EndOfLaunch)) throw error;
      reason = error.reason;
    } finally {
      this.#signal.removeEventListener('abort', killAll);
    }
    this.#append({ type: 'end', reason, elapsedSeconds: this.#elapsed() });
  }

  async #runLaunch(planned: Experiment, needs: readonly Turn[], launched: LaunchMachines): Promise<void> {
    const { isa, platform } = planned;
    const launch = this.#launch;
    const before = await readNoise(this.#plan.cpus.benchCpu, this.#host);
    this.#listen({ type: 'launch', launch, isa, platform, workloads: needs.length });
    const wanted = new Set(needs.flatMap((need) => need.ids));
    const started = performance.now();
    const spent = new SpentTime();
    const { ids, startMs, bootMs } = await this.#start(planned, wanted, launched, spent);
    this.#startSeconds.set(experimentKey(planned), (performance.now() - started) / 1000);
    this.#fewest.started(launch, planned);
    const samples: Sample[] = [];
    try {
      if (!ids.includes(referenceOf(planned))) {
        if (this.#rows.hasFailed(planned, referenceOf(planned))) throw new EndOfLaunch('failed');
        // Its connection was lost: the next launch tries again.
        return;
      }
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
          rounds: this.#roundsFor(planned, workload, order.length),
          batchMs: this.#plan.profile.batchMs,
          launched,
          reference: referenceOf(planned),
          ids: ids.filter((id) => needed.includes(id) && !this.#rows.skipped({ ...name, hypervisor: id })),
          translators: new Set(
            planned.machines
              .filter(({ availability }) => isTranslator(availability.technique))
              .map((m) => m.hypervisor.id),
          ),
          calibration: this.#rows.calibration(workload),
          spent,
          onSample: (sample) => {
            samples.push(sample);
            this.#rows.add(sample);
            this.#losses.measured(sample.hypervisor);
            this.#append(sample);
          },
          onFailure: (id, error) => {
            if (!this.#lose(planned, id, name.workload, error))
              this.#fail({ ...name, hypervisor: id }, platform, error);
          },
          checkpoint: () => this.#checkpoint(),
          signal: this.#signal,
        });
      }
    } finally {
      const noise = noiseBetween(before, await readNoise(this.#plan.cpus.benchCpu, this.#host));
      const memory = await launched.memory();
      // Who has interrupted waits for nothing more.
      const there = this.#signal.aborted ? {} : await stolenElsewhere(planned, ids, this.#host);
      this.#append({
        type: 'launch',
        index: launch,
        isa,
        platform,
        startMs,
        bootMs,
        ...memory,
        spentSeconds: spent.toRecord(),
        ...this.#losses.take(),
        ...noise,
        ...there,
        clocks: compareClocks(samples),
      });
    }
  }

  /** Starts the wanted machines of an ISA and checks from inside what executes; returns those that live. */
  async #start(
    planned: Experiment,
    wanted: ReadonlySet<string>,
    launched: LaunchMachines,
    spent: SpentTime,
  ): Promise<{ ids: string[] } & Pick<LaunchRecord, 'startMs' | 'bootMs'>> {
    const startMs: LaunchRecord['startMs'] = {};
    const bootMs: LaunchRecord['bootMs'] = {};
    const ids: string[] = [];
    const { isa, platform } = planned;
    const order = preparationOrder(planned.machines, this.#plan.seed, this.#launch, orderKey(planned));
    for (const { hypervisor, availability } of order) {
      const { id } = hypervisor;
      if (!wanted.has(id) || this.#rows.hasFailed(planned, id)) continue;
      this.#checkpoint();
      const began = performance.now();
      try {
        const machine = await launched.get(id);
        startMs[id] = machine.startMs;
        if (machine.bootMs) bootMs[id] = machine.bootMs;
        const evidence = await hypervisor.verify(this.#host, await machine.identify(), machine, availability);
        if (this.#rows.verify(planned, id))
          this.#append({ type: 'evidence', hypervisor: id, isa, platform, evidence });
        ids.push(id);
        spent.add(id, 'start', (performance.now() - began) / 1000);
      } catch (error) {
        if (this.#signal.aborted) this.#checkpoint();
        if (!(error instanceof MachineError)) throw error;
        await launched.drop(id);
        if (!this.#lose(planned, id, null, error)) this.#failMachine(planned, id, error);
      }
    }
    // In the plan's order again, so that what is drawn next depends on the seed and not on this draw.
    const planOrder = planned.machines
      .map(({ hypervisor }) => hypervisor.id)
      .filter((id) => ids.includes(id));
    return { ids: planOrder, startMs, bootMs };
  }

  #failMachine(planned: Experiment, id: string, { message: error }: MachineError): void {
    const { isa, platform } = planned;
    this.#rows.failMachine(planned, id);
    const failure = { launch: this.#launch, isa, hypervisor: id, workload: null, error };
    this.#append({ type: 'failure', suite: null, platform, ...failure });
    this.#listen({ type: 'failure', ...failure });
  }

  /**
   * A connection that was lost is tried again, by the next workload or launch; one that is lost again and again costs the
   * machine. Returns whether it was a lost connection.
   */
  #lose(planned: Experiment, hypervisor: string, workload: string | null, error: MachineError): boolean {
    if (!(error instanceof ConnectionLost)) return false;
    const { isa } = planned;
    if (this.#losses.add(hypervisor, workload, error))
      this.#listen({ type: 'lost', hypervisor, isa, workload, error: error.message });
    else this.#failMachine(planned, hypervisor, error);
    return true;
  }

  #fail(row: RowName, platform: Platform, error: MachineError): void {
    this.#rows.failRow(row);
    this.#append({ type: 'failure', launch: this.#launch, platform, ...row, error: error.message });
    this.#listen({ type: 'failure', ...row, error: error.message });
  }

  /** How many, once it is known how long it took to get ready for them; `workloads`: how many the launch has. */
  #roundsFor(
    planned: Experiment,
    workload: PlannedWorkload,
    workloads: number,
  ): (readySeconds: number, batchesSeconds: number) => number {
    const secondsLeft = this.#secondsLeft();
    if (!this.#course || this.#fewest.includes(this.#launch))
      return this.#fewest.begin(this.#launch, planned, workload, secondsLeft);
    return (readySeconds, batchesSeconds) =>
      balancedRounds(roundsOf(this.#plan, planned), { readySeconds, batchesSeconds, secondsLeft, workloads });
  }

  /** Why nothing is left to do: everything is precise, or nothing could be measured, or was to be. */
  #allDone(): StopReason {
    if (this.#plan.experiments.every(({ workloads }) => workloads.length === 0)) return 'launches';
    const any = this.#plan.experiments.some((planned) =>
      planned.workloads.some((workload) => this.#rows.states(planned, workload).length > 0),
    );
    return any ? 'precision' : 'failed';
  }

  #settle(): void {
    if (!this.#course) return;
    const allotted = this.#until - this.#from;
    const settled = this.#course.settled({
      spent: allotted > 0 ? Math.min(1, (performance.now() - this.#from) / allotted) : 1,
      launches: this.#launch,
      workloads: this.#plan.experiments.flatMap(({ workloads }) =>
        workloads.map(({ isa, suite, workload }) => ({ isa, suite, workload: workload.name })),
      ),
      logTimes: (row, clock) => this.#rows.logTimes(row, clock),
    });
    this.#rows.settle(settled);
  }

  /** What the next launch measures: at first everything, then the rows that are not yet precise. */
  #next(planned: Experiment): Turn[] {
    const needs = this.#rows.unfinished(planned);
    if (this.#launch < this.#plan.profile.fullLaunches) {
      return together(needs).map(({ workload }) => ({ workload, ids: this.#rows.able(planned, workload) }));
    }
    const experiments = this.#plan.experiments.filter(
      (experiment) => this.#rows.unfinished(experiment).length > 0,
    ).length;
    const startSeconds = this.#startSeconds.get(experimentKey(planned)) ?? 0;
    return together(workloadsWithinBudget(needs, this.#secondsLeft() / experiments, startSeconds));
  }

  /** A budget that is too short for the launches that are made in any case is told to be so, before the first. */
  #tellOverrun(): void {
    const least = this.#fewest.leastSeconds;
    const left = this.#secondsLeft();
    if (least <= left) return;
    this.#listen({ type: 'overrun', launches: FEWEST_LAUNCHES, seconds: least, budgetSeconds: left });
  }

  /** What a need may still take, seconds: by what a launch of it took, or is expected to before its first. */
  #secondsOf(planned: Experiment, { ids, launches, seconds }: WorkloadNeed<PlannedWorkload>): number {
    const machines = planned.machines.filter(({ hypervisor }) => ids.includes(hypervisor.id));
    const rounds = roundsOf(this.#plan, planned);
    return launches * (seconds || expectedSeconds(machines, this.#plan.profile, { rounds, first: false }));
  }

  #secondsLeft(): number {
    return Math.max(0, (this.#until - performance.now()) / 1000);
  }

  #elapsed(): number {
    return (performance.now() - this.#began) / 1000;
  }

  #checkpoint(): void {
    if (this.#signal.aborted) throw new EndOfLaunch('interrupted');
    const launches = this.#launch - this.#firstLaunch;
    if (launches >= FEWEST_LAUNCHES && performance.now() >= this.#until) throw new EndOfLaunch('budget');
  }

  #estimate(): void {
    const states = this.#plan.experiments.flatMap((planned) =>
      planned.workloads.flatMap((workload) => this.#rows.states(planned, workload)),
    );
    const wanted = this.#plan.experiments
      .flatMap((planned) => this.#rows.unfinished(planned).map((need) => this.#secondsOf(planned, need)))
      .reduce((sum, n) => sum + n, 0);
    // The fewest launches are made in any case.
    const secondsLeft = Math.max(Math.min(this.#secondsLeft(), wanted), this.#fewest.secondsAhead);
    this.#listen({
      type: 'estimate',
      secondsLeft,
      precise: states.filter(isPrecise).length,
      rows: states.length,
    });
  }
}
