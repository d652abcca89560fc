/** How far a session has come: what was measured of each row, what failed or was settled, and what is left to do. */
import { isReference } from '../model/role.ts';
import type { JournalEntry, Sample } from '../results/journal.ts';
import {
  type Clock,
  type RowName,
  rowKey,
  SampleTable,
  type WorkloadName,
  workloadKey,
} from '../results/rows.ts';
import type { Experiment, Plan, PlannedWorkload } from '../run/plan.ts';
import type { LaunchValues } from '../stats/index.ts';
import { type Goal, isPrecise, launchesNeeded, type RowState, rowStates, type WorkloadNeed } from './stop.ts';
import type { Calibration } from './workload.ts';

type ExperimentName = Pick<Experiment, 'isa' | 'platform'>;

export function experimentKey({ isa, platform }: ExperimentName): string {
  return `${isa} ${platform}`;
}

function machineKey(experiment: ExperimentName, hypervisor: string): string {
  return `${experimentKey(experiment)} ${hypervisor}`;
}

/** What the others are compared with: a plan has no experiment without. */
export function referenceOf({ machines }: Experiment): string {
  const reference = machines.find(({ role }) => role === 'reference');
  if (!reference) throw new Error('nothing is planned to compare with');
  return reference.hypervisor.id;
}

export class RowProgress {
  readonly #plan: Plan;
  readonly #only: ReadonlySet<string> | undefined;
  readonly #goal: Goal;
  readonly #table = new SampleTable();
  readonly #calibrations = new Map<string, Calibration>();
  /** Keys of rows and of machines. */
  readonly #failed = new Set<string>();
  /** Keys of workloads that are measured no more. */
  #settled: ReadonlySet<string> = new Set();
  /** Keys of machines whose evidence is in the journal. */
  readonly #verified = new Set<string>();

  /** `only`: keys of the only rows to measure, the reference's apart; all where left out. */
  constructor(plan: Plan, only: ReadonlySet<string> | undefined) {
    this.#plan = plan;
    this.#only = only;
    const { profile, seed } = plan;
    this.#goal = { seed, minLaunches: profile.minLaunches, precision: profile.precision };
  }

  add(sample: Sample): void {
    this.#table.add(sample);
  }

  logTimes(row: RowName, clock: Clock): readonly LaunchValues[] {
    return this.#table.logTimes(row, clock);
  }

  /** Of these workloads nothing more is measured, however precise they are. */
  settle(workloads: readonly WorkloadName[]): void {
    this.#settled = new Set(workloads.map(workloadKey));
  }

  failRow(row: RowName): void {
    this.#failed.add(rowKey(row));
  }

  failMachine(experiment: ExperimentName, hypervisor: string): void {
    this.#failed.add(machineKey(experiment, hypervisor));
  }

  hasFailed(experiment: ExperimentName, hypervisor: string): boolean {
    return this.#failed.has(machineKey(experiment, hypervisor));
  }

  /** Whether it is the first time that a machine proves what executes. */
  verify(experiment: ExperimentName, hypervisor: string): boolean {
    const key = machineKey(experiment, hypervisor);
    const isFirst = !this.#verified.has(key);
    this.#verified.add(key);
    return isFirst;
  }

  /**
   * A row is not measured where it was not asked for, it failed before, its machine cannot start, or the plan
   * says what it lacks.
   */
  skipped(row: RowName): boolean {
    if (this.#only && !isReference(row.hypervisor) && !this.#only.has(rowKey(row))) return true;
    const planned = this.#plan.experiments.find(
      ({ isa, workloads }) => isa === row.isa && workloads.some(({ suite }) => suite === row.suite),
    );
    if (this.#failed.has(rowKey(row)) || (planned && this.hasFailed(planned, row.hypervisor))) return true;
    const workload = planned?.workloads.find(
      (w) => w.suite === row.suite && w.workload.name === row.workload,
    );
    return (workload?.targets ?? []).some(
      ({ hypervisor, lack }) => hypervisor === row.hypervisor && lack !== null,
    );
  }

  /** Every machine that can run a workload. */
  able({ isa, machines }: Experiment, { suite, workload }: PlannedWorkload): string[] {
    const row = { isa, suite, workload: workload.name };
    return machines
      .map(({ hypervisor }) => hypervisor.id)
      .filter((id) => !this.skipped({ ...row, hypervisor: id }));
  }

  /** What is left to do in an experiment: every workload of which some row is not yet precise, translators apart. */
  unfinished(planned: Experiment): WorkloadNeed<PlannedWorkload>[] {
    const open = planned.workloads.filter(
      ({ isa, suite, workload }) => !this.#settled.has(workloadKey({ isa, suite, workload: workload.name })),
    );
    return open.flatMap((workload) => {
      const states = this.states(planned, workload);
      const { seconds } = this.calibration(workload);
      return [false, true].flatMap((translated) => {
        const wide = states.filter((state) => state.translated === translated && !isPrecise(state));
        if (wide.length === 0) return [];
        const ids = [...new Set([referenceOf(planned), ...wide.map(({ row }) => row.hypervisor)])];
        return {
          workload,
          translated,
          ids,
          made: Math.max(...wide.map((state) => state.launches)),
          launches: Math.max(...wide.map((state) => launchesNeeded(state))),
          seconds: ids.reduce((sum, id) => sum + (seconds.get(id) ?? 0), 0),
        };
      });
    });
  }

  states(planned: Experiment, workload: PlannedWorkload): RowState[] {
    const { isa } = planned;
    const { suite } = workload;
    const hypervisor = referenceOf(planned);
    if (this.skipped({ isa, suite, workload: workload.workload.name, hypervisor })) return [];
    return rowStates(planned, workload, (row) => this.skipped(row), this.#table, this.#goal);
  }

  /** What is learnt about a workload in one launch and used in the next. */
  calibration({ isa, suite, workload }: PlannedWorkload): Calibration {
    const key = workloadKey({ isa, suite, workload: workload.name });
    const calibration = this.#calibrations.get(key) ?? {
      sizes: null,
      checksums: new Map<number, string>(),
      steadyNs: new Map<string, number>(),
      seconds: new Map<string, number>(),
    };
    this.#calibrations.set(key, calibration);
    return calibration;
  }

  /**
   * Takes up an earlier run: its samples, its failures, its evidence, its batch sizes. Returns the first
   * launch to make.
   */
  recall(earlier: readonly JournalEntry[]): number {
    let next = 0;
    for (const entry of earlier) {
      if (entry.type === 'sample') {
        this.#table.add(entry);
        const planned = this.#plan.experiments
          .flatMap(({ workloads }) => workloads)
          .find((w) => w.isa === entry.isa && w.suite === entry.suite && w.workload.name === entry.workload);
        if (planned) {
          const calibration = this.calibration(planned);
          calibration.sizes = (calibration.sizes ?? new Map<string, number>()).set(
            entry.hypervisor,
            entry.iterations,
          );
        }
        next = Math.max(next, entry.launch + 1);
      } else if (entry.type === 'failure') {
        if (entry.workload === null) this.failMachine(entry, entry.hypervisor);
        else this.failRow({ ...entry, suite: entry.suite ?? '', workload: entry.workload });
      } else if (entry.type === 'evidence') {
        this.#verified.add(machineKey(entry, entry.hypervisor));
      }
    }
    this.#forgetPartialSizes();
    return next;
  }

  /** A run that was killed amid a first launch has sized the batches of some machines only: all are sized anew. */
  #forgetPartialSizes(): void {
    for (const { machines, workloads } of this.#plan.experiments) {
      for (const planned of workloads) {
        const calibration = this.calibration(planned);
        const { isa, suite, workload } = planned;
        const complete = machines.every(
          ({ hypervisor: { id } }) =>
            calibration.sizes?.has(id) ||
            this.skipped({ isa, suite, workload: workload.name, hypervisor: id }),
        );
        if (!complete) calibration.sizes = null;
      }
    }
  }
}
