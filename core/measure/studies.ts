/** The suites that have a method of their own: a table of who measures which. */
import type { Study } from '../../suites/suite.ts';
import type { Plan, PlannedStudy } from '../config/plan.ts';
import type { JournalEntry } from '../results/journal.ts';
import type { Host } from '../results/schema.ts';
import { measureBoot } from './boot/boot.ts';
import { measureConsolidation } from './consolidation/index.ts';
import { measureDensity } from './density/index.ts';
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

const studies: Record<Study, (options: StudyOptions) => Promise<void>> = {
  boot: measureBoot,
  consolidation: measureConsolidation,
  density: measureDensity,
};

/** Measures the studies of a plan one after another, and appends what they find to the journal. */
export async function measureStudies(options: StudiesOptions): Promise<void> {
  for (const planned of options.plan.studies) {
    if (options.signal.aborted) return;
    await studies[planned.study]({ ...options, planned });
  }
}
