/** What a program is told while something is measured. */
import type { HostRecord } from '../results/schema.ts';
import type { RunEvent } from '../run/options.ts';
import type { Plan } from '../run/plan.ts';
import type { Unmeasured } from '../run/unmeasured.ts';

/** What will be measured: comes once, before the first machine is started. */
export interface PlanEvent {
  readonly type: 'plan';
  /** Where the journal lies, and the result will. */
  readonly folder: string;
  readonly host: HostRecord;
  readonly seed: number;
  readonly profile: string;
  /** Seconds of measuring, at most. */
  readonly budgetSeconds: number;
  /** In the order of the result. */
  readonly suites: readonly string[];
  readonly hypervisors: readonly string[];
  /** What was named and is not measured. */
  readonly unmeasured: readonly Unmeasured[];
}

/** One step of a run, of a gate's or a baseline's too. */
export type BenchEvent = Exclude<RunEvent, { readonly type: 'plan' }> | PlanEvent;

/** Tells a program's listener what the engine tells, without the engine's own objects. */
export function telling(listen: (event: BenchEvent) => void): (event: RunEvent) => void {
  return (event) => listen(event.type === 'plan' ? planEvent(event) : event);
}

function planEvent({ plan, host, folder, unmeasured }: Extract<RunEvent, { type: 'plan' }>): PlanEvent {
  const { seed, profileName, profile } = plan;
  return {
    ...{ type: 'plan', folder, host, seed, unmeasured },
    profile: profileName,
    budgetSeconds: profile.budgetSeconds,
    ...namesOf(plan),
  };
}

function namesOf({ experiments, ownMethodSuites }: Plan): Pick<PlanEvent, 'suites' | 'hypervisors'> {
  const worked = experiments.flatMap(({ workloads, operations }) => [...workloads, ...operations]);
  const machines = [...experiments, ...ownMethodSuites.flatMap(({ testbeds }) => testbeds)].flatMap(
    (one) => one.machines,
  );
  return {
    suites: [...new Set([...worked, ...ownMethodSuites].map(({ suite }) => suite))],
    hypervisors: [...new Set(machines.map(({ hypervisor }) => hypervisor.id))],
  };
}
