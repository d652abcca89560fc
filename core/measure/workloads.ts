/** The run: launch after launch, until every row is precise enough, or the budget is spent. */
import type { Host } from '../host/host.ts';
import type { JournalEntry } from '../results/journal.ts';
import type { Experiment, Plan, PlannedWorkload } from '../run/plan.ts';
import type { Course } from './course.ts';
import type { Listener } from './events.ts';
import { expectedSeconds } from './expected-time.ts';
import { FewestLaunches, roundsOf } from './fewest-launches.ts';
import { EndOfRun, Launch, type RunContext, type StopReason, type Turn } from './launch.ts';
import { LaunchMachines } from './launch-machines.ts';
import { Losses } from './losses.ts';
import { balancedRounds } from './rounds.ts';
import { experimentKey, RowProgress } from './row-progress.ts';
import { FEWEST_LAUNCHES, isPrecise, together, type WorkloadNeed, workloadsWithinBudget } from './stop.ts';

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

/** Measures, and appends everything to the journal as it happens. Leaves no machine behind. */
export async function measureWorkloads(options: MeasureWorkloadsOptions): Promise<void> {
  await new WorkloadSession(options).run();
}

class WorkloadSession {
  readonly #plan: Plan;
  readonly #host: Host;
  readonly #context: RunContext;
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
    this.#context = {
      ...{ plan, host, rows: this.#rows, losses: new Losses(), fewest: this.#fewest, append, listen, signal },
      compared: options.course?.compared ?? [],
      checkpoint: () => this.#checkpoint(),
      roundsFor: (experiment, workload, workloads) => this.#roundsFor(experiment, workload, workloads),
    };
  }

  async run(): Promise<void> {
    let launched: LaunchMachines | null = null;
    const killAll = () => void launched?.stop().catch(() => {});
    this.#signal.addEventListener('abort', killAll);
    let reason: StopReason = 'launches';
    this.#tellOverrun();
    try {
      for (this.#launch = this.#firstLaunch; this.#launch < this.#plan.profile.maxLaunches; this.#launch++) {
        if (this.#signal.aborted) throw new EndOfRun('interrupted');
        this.#settle();
        if (!this.#plan.experiments.some((experiment) => this.#rows.unfinished(experiment).length > 0))
          throw new EndOfRun(this.#allDone());
        for (const planned of this.#plan.experiments) {
          const turns = this.#next(planned);
          if (turns.length === 0) continue;
          this.#checkpoint();
          launched = new LaunchMachines(planned, this.#host, this.#plan.cpus);
          try {
            const launch = new Launch(planned, this.#launch, launched, this.#context);
            this.#startSeconds.set(experimentKey(planned), await launch.run(turns));
          } finally {
            await launched.stop();
          }
          this.#estimate();
        }
      }
      if (!this.#plan.experiments.some((experiment) => this.#rows.unfinished(experiment).length > 0))
        reason = this.#allDone();
    } catch (error) {
      if (!(error instanceof EndOfRun)) throw error;
      reason = error.reason;
    } finally {
      this.#signal.removeEventListener('abort', killAll);
    }
    this.#append({ type: 'end', reason, elapsedSeconds: this.#elapsed() });
  }

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
    if (this.#signal.aborted) throw new EndOfRun('interrupted');
    const launches = this.#launch - this.#firstLaunch;
    if (launches >= FEWEST_LAUNCHES && performance.now() >= this.#until) throw new EndOfRun('budget');
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
