/** A plan is measured: operations first, then what has a method of its own, then workloads. */
import { stayOff } from '../host/affinity.ts';
import type { Listener } from '../measure/events.ts';
import { measureOperations } from '../measure/operations.ts';
import { runSession } from '../measure/session.ts';
import type { JournalEntry } from '../results/journal.ts';
import type { Host } from '../results/schema.ts';
import type { Parts } from './parts.ts';
import type { Plan } from './plan.ts';

/** Of the budget, where workloads are measured as well. */
const OPERATIONS_SHARE = 1 / 3;

export interface MeasurePlanOptions {
  readonly plan: Plan;
  readonly host: Host;
  /** Entries of an earlier run of the same plan: what is there is not measured again. */
  readonly earlier: readonly JournalEntry[];
  /** Keys of the only rows to measure, native's apart; all of the plan's where left out. */
  readonly only?: ReadonlySet<string> | undefined;
  readonly append: (entry: JournalEntry) => void;
  readonly listen: Listener;
  readonly signal: AbortSignal;
}

/** Measures, with the tool itself off the measuring CPU, and appends what it finds. Leaves no machine behind. */
export async function measurePlan(
  options: MeasurePlanOptions,
  parts: Pick<Parts, 'suites' | 'hypervisors'>,
): Promise<void> {
  const { plan, earlier, only, append, listen, signal } = options;
  const restore = await stayOff(plan.cpus.toolCpus);
  const began = performance.now();
  try {
    // Workloads have most of the time, where there are any.
    const share = plan.stages.some(({ workloads }) => workloads.length > 0) ? OPERATIONS_SHARE : 1;
    const until = began + plan.profile.budgetSeconds * 1000 * share;
    await measureOperations({ plan, earlier, until, append, listen, signal });
    await measureMethods(options, parts);
    await runSession({ plan, earlier, only, began, append, listen, signal });
  } finally {
    await restore();
  }
}

/** The suites that have a method of their own, one after another. */
async function measureMethods(
  { plan, host, earlier, append, listen, signal }: MeasurePlanOptions,
  { suites, hypervisors }: Pick<Parts, 'suites' | 'hypervisors'>,
): Promise<void> {
  for (const planned of plan.studies) {
    if (signal.aborted) return;
    const method = suites.find(({ name }) => name === planned.suite)?.method;
    if (!method) throw new Error(`${planned.suite} is planned, and has no method of its own`);
    await method.measure({ plan, planned, hypervisors, host, earlier, append, listen, signal });
  }
}
