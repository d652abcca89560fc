/** What a run can be told, what it tells, and what comes of it. */
import type { Profile } from '../config/profiles.ts';
import { UnkeptError } from '../errors.ts';
import type { Hypervisor } from '../hypervisors/hypervisor.ts';
import type { Course } from '../measure/course.ts';
import type { MeasureEvent } from '../measure/events.ts';
import type { RowName } from '../results/rows.ts';
import type { HostRecord, Result } from '../results/schema.ts';
import type { Plan } from './plan.ts';
import type { Asked, Unmeasured } from './unmeasured.ts';

/** What anybody can tell a run. */
export interface BenchOptions<Event = RunEvent> {
  /** A folder that an earlier run left: its plan is taken up, and its samples are kept. */
  readonly resume?: string;
  /** Waits for another hvbench that measures on the same CPU without limit, not a minute at most. */
  readonly wait?: boolean;
  /** Names of the reports to write, of `csv`, `charts`, `html` and `markdown`; all where left out, none if empty. */
  readonly reports?: readonly string[];
  /** Called with each event, in order. */
  readonly listen?: (event: Event) => void;
  /** When it aborts, the run ends in order: what was measured is a result, whose `stopped.reason` is `interrupted`. */
  readonly signal?: AbortSignal;
}

/** What the gate, the A/B and the validation tell one besides. */
export interface RunOptions extends BenchOptions {
  /** Measures these rows alone, and native beside them. */
  readonly only?: readonly RowName[];
  /** What a user named, and is told of where it yields nothing; the configuration's own names where left out. */
  readonly asked?: Asked;
  /** The caller has locked the measuring CPU (core/host/cpu-lock.ts). */
  readonly hasCpu?: boolean;
  /** Measures nothing, and throws UserError, if something that was named cannot be measured. */
  readonly complete?: boolean;
  /** Leaves single operations out: who asks for ratios to native has no use for them. */
  readonly workloadsOnly?: boolean;
  /** Goes before what the profile says. */
  readonly profile?: Partial<Profile>;
  /** Decides between launches what is left to measure. */
  readonly course?: Course;
  /** Takes the place of each driver: a validation slows some down. */
  readonly adapt?: (driver: Hypervisor) => Hypervisor;
}

export type RunEvent =
  | MeasureEvent
  | {
      readonly type: 'plan';
      readonly plan: Plan;
      readonly host: HostRecord;
      readonly folder: string;
      /** What was named and is not measured. */
      readonly unmeasured: readonly Unmeasured[];
    }
  | { readonly type: 'phase'; readonly text: string }
  | { readonly type: 'note'; readonly text: string }
  /** A report that this installation cannot make; the others are written. */
  | { readonly type: 'unwritten'; readonly report: string; readonly error: string };

export type Listen = (event: RunEvent) => void;

export interface RunOutcome {
  readonly folder: string;
  readonly result: Result;
  /** Paths of everything written. */
  readonly files: readonly string[];
  /** What was named and could not be measured; nothing where only reports were made. */
  readonly unmeasured: readonly Unmeasured[];
}

/** Everything is there but some of the files that were to tell it. */
export class Unwritten extends UnkeptError {
  readonly outcome: RunOutcome;
  constructor(message: string, outcome: RunOutcome) {
    super(message);
    this.outcome = outcome;
  }
}
