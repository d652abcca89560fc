/** Everything that a plan names, before anything is measured: rows, operations and machines of suites with a method of their own. */
import { fileDigest } from '../host/file-digest.ts';
import type { JournalOperation, JournalRow, JournalSuiteMachine } from '../results/journal.ts';
import type { Plan } from './plan.ts';

/** Every row that the plan names; one that its machine cannot run says why. */
export function plannedRows(plan: Plan): JournalRow[] {
  return plan.experiments.flatMap(({ isa, platform, workloads }) =>
    workloads.flatMap(({ suite, workload: { name, title, exposes }, digest, argument, targets }) =>
      targets.map(
        ({ hypervisor, lack }): JournalRow => ({
          ...{ suite, workload: name, title, exposes, isa, platform, digest, argument, hypervisor },
          ...(lack !== null && { unavailable: lack }),
        }),
      ),
    ),
  );
}

/** Every operation that the plan names, on each hypervisor that runs operations or would if it could. */
export function plannedOperations(plan: Plan): JournalOperation[] {
  return plan.experiments.flatMap(({ isa, operators, operations }) =>
    operations.flatMap(({ suite, operation: { name, title, native }, targets }) =>
      targets.map(({ hypervisor, lack }): JournalOperation => {
        const machine = operators.find((one) => one.hypervisor.id === hypervisor);
        const digest = machine?.operations?.digest ?? '';
        const counterpart =
          machine?.role === 'reference' && typeof native === 'object' ? native.counterpart : null;
        return {
          ...{ suite, operation: name, title, isa, digest, hypervisor, counterpart },
          ...(lack !== null && { unavailable: lack }),
        };
      }),
    ),
  );
}

/** Every machine that the plan's suites with a method of their own may start: they choose among them while they measure. */
export async function suiteMachinesOf(plan: Plan): Promise<JournalSuiteMachine[]> {
  const machines = plan.ownMethodSuites.flatMap(({ suite, testbeds }) =>
    testbeds.flatMap(({ isa, platform, machines }) =>
      machines.map(({ hypervisor, image }) => ({ suite, isa, platform, hypervisor: hypervisor.id, image })),
    ),
  );
  return await Promise.all(
    machines.map(async ({ image, ...name }) => ({ ...name, digest: await fileDigest(image.path) })),
  );
}
