/** A plan is measured: operations first, then what has a method of its own, then workloads. */
import { stayOff } from '../host/affinity.ts';
import type { Course } from '../measure/course.ts';
import type { Listener } from '../measure/events.ts';
import { measureOperations } from '../measure/operations.ts';
import { measureWorkloads } from '../measure/workloads.ts';
import { footingOf } from '../results/footing.ts';
import type { JournalEntry, SuiteEntry } from '../results/journal.ts';
import type { HostRecord } from '../results/schema.ts';
import { type Turn, takeTurns } from './budget.ts';
import type { Parts } from './parts.ts';
import type { Plan, PlannedSuite } from './plan.ts';

/** Workloads have twice the time of operations, and as much as a suite with a method of its own. */
const OPERATIONS_WEIGHT = 1;
const WORKLOADS_WEIGHT = 2;

type Measuring = Pick<Parts, 'suites' | 'hypervisors' | 'host'>;

export interface MeasurePlanOptions {
  readonly plan: Plan;
  readonly record: HostRecord;
  /** Entries of an earlier run of the same plan: what is there is not measured again. */
  readonly earlier: readonly JournalEntry[];
  /** Keys of the only rows to measure, native's apart; all of the plan's where left out. */
  readonly only?: ReadonlySet<string> | undefined;
  readonly course?: Course | undefined;
  readonly append: (entry: JournalEntry) => void;
  readonly listen: Listener;
  readonly signal: AbortSignal;
}

/** Measures, with the tool itself off the measuring CPU, and appends what it finds. Leaves no machine behind. */
export async function measurePlan(options: MeasurePlanOptions, parts: Measuring): Promise<void> {
  const { plan, record, earlier, only, course, append, listen, signal } = options;
  const emulated = footingOf(record) === 'emulated';
  const { host } = parts;
  const restore = await stayOff(plan.cpus.toolCpus, host);
  const began = performance.now();
  const untilOf = (seconds: number) => performance.now() + seconds * 1000;
  const has = (what: 'operations' | 'workloads') =>
    plan.experiments.some((experiment) => experiment[what].length > 0);
  const operations: Turn = {
    weight: has('operations') ? OPERATIONS_WEIGHT : 0,
    measure: (seconds) =>
      measureOperations({
        ...{ plan, host, emulated, earlier, until: untilOf(seconds) },
        ...{ append, listen, signal },
      }),
  };
  const workloads: Turn = {
    weight: has('workloads') ? WORKLOADS_WEIGHT : 0,
    measure: (seconds) =>
      measureWorkloads({
        ...{ plan, host, earlier, only, course, began, until: untilOf(seconds) },
        ...{ append, listen, signal },
      }),
  };
  try {
    const methods = plan.ownMethodSuites.map((planned) => turnOf(planned, options, parts));
    await takeTurns(plan.profile.budgetSeconds, [operations, ...methods, workloads]);
  } finally {
    await restore();
  }
}

function turnOf(
  planned: PlannedSuite,
  { plan, record: hostRecord, earlier, append, listen, signal }: MeasurePlanOptions,
  { suites, hypervisors, host }: Measuring,
): Turn {
  const method = suites.find(({ name }) => name === planned.suite)?.method;
  if (!method) throw new Error(`${planned.suite} is planned, and has no method of its own`);
  return {
    weight: method.weight,
    measure: async (seconds) => {
      if (signal.aborted) return;
      const { suite } = planned;
      const recorded = earlier.flatMap((one) =>
        one.type === 'suite' && one.suite === suite ? [one.entry] : [],
      );
      const record = (entry: unknown) =>
        append({ type: 'suite', suite, entry: entry as SuiteEntry['entry'] });
      const run = { plan, planned, seconds, hypervisors, host, hostRecord, earlier, append, listen, signal };
      await method.measure({ ...run, recorded, record });
    },
  };
}
