/** One launch of an experiment: its machines start, are looked at from inside, and measure workloads in turn. */
import type { Host } from '../host/host.ts';
import { noiseBetween, readNoise } from '../host/noise.ts';
import { ConnectionLost, MachineError } from '../hypervisors/hypervisor.ts';
import { compareClocks } from '../results/clocks.ts';
import type { JournalEntry, Sample } from '../results/journal.ts';
import type { RowName } from '../results/rows.ts';
import type { LaunchRecord, Result } from '../results/schema.ts';
import type { Experiment, Plan, PlannedWorkload } from '../run/plan.ts';
import type { Listener } from './events.ts';
import type { FewestLaunches } from './fewest-launches.ts';
import type { LaunchMachines } from './launch-machines.ts';
import type { Losses } from './losses.ts';
import { experimentKey, type RowProgress, referenceOf } from './row-progress.ts';
import { preparationOrder, workloadOrder } from './schedule.ts';
import { SpentTime } from './spent-time.ts';
import { stolenElsewhere } from './stolen-elsewhere.ts';
import { warmingOf } from './warm-up.ts';
import { measureWorkload } from './workload.ts';

/** A workload that a launch measures, on these drivers' machines. */
export interface Turn {
  readonly workload: PlannedWorkload;
  readonly ids: readonly string[];
}

export type StopReason = Result['stopped']['reason'];

/** Ends the launch, and the run with it: the budget is spent, the user has interrupted, or native cannot run. */
export class EndOfRun extends Error {
  readonly reason: StopReason;
  constructor(reason: StopReason) {
    super(reason);
    this.reason = reason;
  }
}

/** What all launches of a run share. */
export interface RunContext {
  readonly plan: Plan;
  readonly host: Host;
  readonly rows: RowProgress;
  readonly losses: Losses;
  readonly fewest: FewestLaunches;
  /** Drivers whose machines are compared with one another, beside native. */
  readonly compared: readonly string[];
  readonly append: (entry: JournalEntry) => void;
  readonly listen: Listener;
  readonly signal: AbortSignal;
  /** Throws EndOfRun where nothing more may be measured. */
  readonly checkpoint: () => void;
  /** How many, once it is known how long it took to get ready for them; `workloads`: how many the launch has. */
  readonly roundsFor: (
    experiment: Experiment,
    workload: PlannedWorkload,
    workloads: number,
  ) => (readySeconds: number, batchesSeconds: number) => number;
}

type Started = { readonly ids: readonly string[] } & Pick<LaunchRecord, 'startMs' | 'bootMs'>;

/** What an experiment's draws depend on: those of bare machines were drawn by the ISA alone before there were others. */
function orderKey({ isa, platform }: Pick<Experiment, 'isa' | 'platform'>): string {
  return platform === 'bare' ? isa : experimentKey({ isa, platform });
}

export class Launch {
  readonly #experiment: Experiment;
  readonly #index: number;
  readonly #machines: LaunchMachines;
  readonly #context: RunContext;
  readonly #spent = new SpentTime();

  /** `machines` are the caller's to stop; `index`: of the launch, from 0. */
  constructor(experiment: Experiment, index: number, machines: LaunchMachines, context: RunContext) {
    this.#experiment = experiment;
    this.#index = index;
    this.#machines = machines;
    this.#context = context;
  }

  /** Measures, and notes everything as it happens. Returns what starting the machines took, seconds. Throws EndOfRun. */
  async run(turns: readonly Turn[]): Promise<number> {
    const { isa, platform } = this.#experiment;
    const { plan, host, rows, fewest, listen } = this.#context;
    const before = await readNoise(plan.cpus.benchCpu, host);
    listen({ type: 'launch', launch: this.#index, isa, platform, workloads: turns.length });
    const began = performance.now();
    const started = await this.#start(new Set(turns.flatMap(({ ids }) => ids)));
    const startSeconds = (performance.now() - began) / 1000;
    fewest.started(this.#index, this.#experiment);
    const samples: Sample[] = [];
    try {
      const reference = referenceOf(this.#experiment);
      if (started.ids.includes(reference)) await this.#measure(turns, started.ids, samples);
      else if (rows.hasFailed(this.#experiment, reference)) throw new EndOfRun('failed');
      // Else its connection was lost: the next launch tries again.
    } finally {
      await this.#record(started, samples, before);
    }
    return startSeconds;
  }

  /** Starts the wanted machines and checks from inside what executes; returns those that live. */
  async #start(wanted: ReadonlySet<string>): Promise<Started> {
    const { plan, host, rows, append, signal, checkpoint } = this.#context;
    const { isa, platform, machines } = this.#experiment;
    const startMs: LaunchRecord['startMs'] = {};
    const bootMs: LaunchRecord['bootMs'] = {};
    const ids: string[] = [];
    const order = preparationOrder(machines, plan.seed, this.#index, orderKey(this.#experiment));
    for (const { hypervisor, availability } of order) {
      const { id } = hypervisor;
      if (!wanted.has(id) || rows.hasFailed(this.#experiment, id)) continue;
      checkpoint();
      const began = performance.now();
      try {
        const machine = await this.#machines.get(id);
        startMs[id] = machine.startMs;
        if (machine.bootMs) bootMs[id] = machine.bootMs;
        const evidence = await hypervisor.verify(host, await machine.identify(), machine, availability);
        if (rows.verify(this.#experiment, id))
          append({ type: 'evidence', hypervisor: id, isa, platform, evidence });
        ids.push(id);
        this.#spent.add(id, 'start', (performance.now() - began) / 1000);
      } catch (error) {
        if (signal.aborted) checkpoint();
        if (!(error instanceof MachineError)) throw error;
        await this.#machines.drop(id);
        if (!this.#lose(id, null, error)) this.#failMachine(id, error);
      }
    }
    // In the plan's order again, so that what is drawn next depends on the seed and not on this draw.
    const planOrder = machines.map(({ hypervisor }) => hypervisor.id).filter((id) => ids.includes(id));
    return { ids: planOrder, startMs, bootMs };
  }

  /** One workload after the other; adds to `samples`. */
  async #measure(turns: readonly Turn[], ids: readonly string[], samples: Sample[]): Promise<void> {
    const { plan, rows, losses, compared, append, listen, signal, checkpoint, roundsFor } = this.#context;
    const { isa, platform, machines, workloads } = this.#experiment;
    const launch = this.#index;
    // All are shuffled before the finished ones are left out: what was measured must not change the order.
    const order = workloadOrder(workloads, plan.seed, launch, orderKey(this.#experiment)).flatMap(
      (workload) => turns.find((turn) => turn.workload === workload) ?? [],
    );
    const warming = new Map(machines.map((machine) => [machine.hypervisor.id, warmingOf(machine)] as const));
    for (const [index, { workload, ids: wanted }] of order.entries()) {
      checkpoint();
      const name = { isa, suite: workload.suite, workload: workload.workload.name };
      const place = { position: index + 1, workloads: order.length };
      listen({ type: 'workload', launch, platform, ...name, ...place });
      await measureWorkload({
        ...{ planned: workload, platform, launch, seed: plan.seed, batchMs: plan.profile.batchMs },
        rounds: roundsFor(this.#experiment, workload, order.length),
        launched: this.#machines,
        reference: referenceOf(this.#experiment),
        ids: ids.filter((id) => wanted.includes(id) && !rows.skipped({ ...name, hypervisor: id })),
        ...{ compared, warming },
        calibration: rows.calibration(workload),
        spent: this.#spent,
        onSample: (sample) => {
          samples.push(sample);
          rows.add(sample);
          losses.measured(sample.hypervisor);
          append(sample);
        },
        onFailure: (id, error) => {
          if (!this.#lose(id, name.workload, error)) this.#failRow({ ...name, hypervisor: id }, error);
        },
        ...{ checkpoint, signal },
      });
    }
  }

  /** What the launch was, at its end, however it came. */
  async #record(
    { ids, startMs, bootMs }: Started,
    samples: readonly Sample[],
    before: Awaited<ReturnType<typeof readNoise>>,
  ): Promise<void> {
    const { plan, host, losses, append, signal } = this.#context;
    const { isa, platform } = this.#experiment;
    const noise = noiseBetween(before, await readNoise(plan.cpus.benchCpu, host));
    const memory = await this.#machines.memory();
    // Who has interrupted waits for nothing more.
    const there = signal.aborted ? {} : await stolenElsewhere(this.#experiment, ids, host);
    append({
      ...{ type: 'launch', index: this.#index, isa, platform, startMs, bootMs },
      ...memory,
      spentSeconds: this.#spent.toRecord(),
      ...losses.take(),
      ...noise,
      ...there,
      clocks: compareClocks(samples),
    });
  }

  #failMachine(id: string, { message: error }: MachineError): void {
    const { rows, append, listen } = this.#context;
    const { isa, platform } = this.#experiment;
    rows.failMachine(this.#experiment, id);
    const failure = { launch: this.#index, isa, hypervisor: id, workload: null, error };
    append({ type: 'failure', suite: null, platform, ...failure });
    listen({ type: 'failure', ...failure });
  }

  /**
   * A connection that was lost is tried again, by the next workload or launch; one that is lost again and again costs the
   * machine. Returns whether it was a lost connection.
   */
  #lose(hypervisor: string, workload: string | null, error: MachineError): boolean {
    if (!(error instanceof ConnectionLost)) return false;
    const { isa } = this.#experiment;
    if (this.#context.losses.add(hypervisor, workload, error))
      this.#context.listen({ type: 'lost', hypervisor, isa, workload, error: error.message });
    else this.#failMachine(hypervisor, error);
    return true;
  }

  #failRow(row: RowName, { message: error }: MachineError): void {
    const { rows, append, listen } = this.#context;
    rows.failRow(row);
    append({ type: 'failure', launch: this.#index, platform: this.#experiment.platform, ...row, error });
    listen({ type: 'failure', ...row, error });
  }
}
