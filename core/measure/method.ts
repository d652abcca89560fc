/** A suite that is not measured in batches against native measures itself: what it is given to do so. */
import type { Host } from '../host/host.ts';
import type { Hypervisor } from '../hypervisors/hypervisor.ts';
import type { Suite } from '../model/suite.ts';
import type { JournalEntry } from '../results/journal.ts';
import type { HostRecord } from '../results/schema.ts';
import type { SuiteRecords } from '../results/suite-records.ts';
import type { Plan, PlannedSuite } from '../run/plan.ts';
import type { Listener } from './events.ts';

/** `Entry`: what the suite writes into the journal. */
export interface MethodContext<Entry = unknown> {
  readonly plan: Plan;
  /** The suite itself, and where it can be measured. */
  readonly planned: PlannedSuite;
  /** How long it may take: its share of the run's time. */
  readonly seconds: number;
  /** Every driver that there is, chosen or not. */
  readonly hypervisors: readonly Hypervisor[];
  /** The computer, and what it was found to be. */
  readonly host: Host;
  readonly hostRecord: HostRecord;
  /** Entries of an earlier run of the same plan: what is there is not measured again. */
  readonly earlier: readonly JournalEntry[];
  /** What the suite itself wrote in that earlier run. */
  readonly recorded: readonly Entry[];
  /** Into the journal: what belongs to the run, such as failures. */
  readonly append: (entry: JournalEntry) => void;
  /** Into the journal: what the suite has found. */
  record(entry: Entry): void;
  readonly listen: Listener;
  /** When it aborts, measuring ends in order: what was measured stays, and no machine does. */
  readonly signal: AbortSignal;
}

/** How a suite is measured that has a method of its own. */
export interface Method<Entry = unknown, Detail = unknown> extends SuiteRecords<Entry, Detail> {
  /** Its share of the run's time, in proportion to that of the others; that of workloads is 2. */
  readonly weight: number;
  /** Measures, and records what it finds. Leaves no machine behind. */
  measure(context: MethodContext<Entry>): Promise<void>;
}

export type MeasuredSuite = Suite<Method>;
