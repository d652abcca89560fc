/** Everything that a plan names, before anything is measured: rows, operations and machines of studies. */
import { fileDigest } from '../host/file-digest.ts';
import { hypervisors } from '../hypervisors/registry.ts';
import { machinesOf } from '../measure/operations.ts';
import type { JournalOperation, JournalRow, JournalStudy } from '../results/journal.ts';
import type { Platform } from '../results/schema.ts';
import { lackOf } from './able.ts';
import type { Plan } from './plan.ts';

/** Every row that the plan names; one that its machine cannot run says why. */
export function rowsOf(plan: Plan): JournalRow[] {
  return plan.stages.flatMap(({ isa, platform, machines, workloads }) => {
    const running = new Set(machines.map(({ hypervisor }) => hypervisor.id));
    // A driver that runs nothing of the kind at all is not named; one that would, if it could, says what it lacks.
    const here = plan.availabilities.filter(
      ({ id, isas, linux }) =>
        running.has(id) ||
        (hasRuntime(id, platform) && (platform === 'linux' ? linux.isas : isas).includes(isa)),
    );
    return workloads.flatMap(({ suite, workload, digest, argument }) =>
      here.map((availability): JournalRow => {
        const lacks = (workload.needs ?? []).filter((feature) => !availability.features.includes(feature));
        const lack = running.has(availability.id) ? null : lackOf(availability, isa, platform);
        const unavailable =
          lack ??
          (lacks.length > 0
            ? `it offers no ${lacks.join(' and no ').replace('large-pages', 'pages of 2 MiB').replace('discard', 'way to give memory back')}`
            : undefined);
        const { name, title, exposes } = workload;
        const row = {
          suite,
          workload: name,
          title,
          exposes,
          isa,
          platform,
          digest,
          argument,
          hypervisor: availability.id,
        };
        return unavailable ? { ...row, unavailable } : row;
      }),
    );
  });
}

function hasRuntime(id: string, platform: Platform): boolean {
  return hypervisors.some((driver) => driver.id === id && driver.runtimes[platform] !== null);
}

/** Every operation that the plan names, on each hypervisor that runs operations or would if it could. */
export function operationsOf(plan: Plan): JournalOperation[] {
  return plan.stages.flatMap((planned) => {
    const { isa, operations } = planned;
    const machines = new Map(machinesOf(planned).map((machine) => [machine.hypervisor.id, machine]));
    const here = plan.availabilities.filter(
      ({ id, mode, isas }) => machines.has(id) || (mode !== 'native' && isas.includes(isa)),
    );
    return operations.flatMap(({ suite, operation: { name, title, native } }) =>
      here.map(({ id, reason }): JournalOperation => {
        const machine = machines.get(id);
        const unavailable = !machine
          ? (reason ?? 'it runs Linux processes, which may not do it')
          : id === 'native' && native === 'impossible'
            ? 'a process may not do it'
            : undefined;
        return {
          ...{
            suite,
            operation: name,
            title,
            isa,
            digest: machine?.operations?.digest ?? '',
            hypervisor: id,
          },
          counterpart: id === 'native' && typeof native === 'object' ? native.counterpart : null,
          ...(unavailable !== undefined && { unavailable }),
        };
      }),
    );
  });
}

/** Every machine that the plan's studies may start: they choose among them while they measure. */
export async function studiesOf(plan: Plan): Promise<JournalStudy[]> {
  const machines = plan.studies.flatMap(({ suite, grounds }) =>
    grounds.flatMap(({ isa, platform, machines }) =>
      machines.map(({ hypervisor, image }) => ({ suite, isa, platform, hypervisor: hypervisor.id, image })),
    ),
  );
  return await Promise.all(
    machines.map(async ({ image, ...name }) => ({ ...name, digest: await fileDigest(image.path) })),
  );
}
