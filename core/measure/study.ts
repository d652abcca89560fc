/** What the measuring of a study is given. */

import type { JournalEntry } from '../results/journal.ts';
import type { Host } from '../results/schema.ts';
import type { Plan, PlannedStudy } from '../run/plan.ts';
import type { Listener } from './events.ts';

export interface StudiesOptions {
  readonly plan: Plan;
  readonly host: Host;
  /** Entries of an earlier run of the same plan: what is there is not measured again. */
  readonly earlier: readonly JournalEntry[];
  readonly append: (entry: JournalEntry) => void;
  readonly listen: Listener;
  /** When it aborts, a study ends in order: what it has measured stays, and no machine does. */
  readonly signal: AbortSignal;
}

export interface StudyOptions extends StudiesOptions {
  readonly planned: PlannedStudy;
}
