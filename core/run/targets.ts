/** Who is measured at what: every hypervisor that a plan names for a piece of work, and why one of them cannot do it. */
import type { Availability, Hypervisor } from '../hypervisors/hypervisor.ts';
import type { MachineFeature } from '../model/features.ts';
import type { Operation, Workload } from '../model/suite.ts';
import { lackOf } from './able.ts';
import type { PlannedMachine, Target, Testbed } from './plan.ts';

const FEATURES: Readonly<Record<MachineFeature, string>> = {
  'large-pages': 'pages of 2 MiB',
  discard: 'way to give memory back',
};

/**
 * For workloads. A driver that runs nothing of the kind at all is not named; one that would, if it could, says what it
 * lacks.
 */
export function workloadTargets(
  { isa, platform, machines }: Testbed,
  { needs = [] }: Workload,
  hypervisors: readonly Hypervisor[],
  availabilities: readonly Availability[],
): Target[] {
  const running = new Set(machines.map(({ hypervisor }) => hypervisor.id));
  const named = new Set(
    hypervisors.filter(({ runtimes }) => runtimes[platform] !== null).map(({ id }) => id),
  );
  return availabilities
    .filter(
      ({ id, isas, linux }) =>
        running.has(id) || (named.has(id) && (platform === 'linux' ? linux.isas : isas).includes(isa)),
    )
    .map((availability): Target => {
      const lacks = needs.filter((feature) => !availability.features.includes(feature));
      const lack = running.has(availability.id) ? null : lackOf(availability, isa, platform);
      return { hypervisor: availability.id, lack: lack ?? lackOfFeatures(lacks) };
    });
}

function lackOfFeatures(lacks: readonly MachineFeature[]): string | null {
  return lacks.length > 0 ? `it offers no ${lacks.map((one) => FEATURES[one]).join(' and no ')}` : null;
}

/** Machines that run operations: the control would only say again what native says, and what is elsewhere runs workloads alone. */
export function operatorsOf({ machines }: Testbed): PlannedMachine[] {
  return machines.filter(
    ({ role, hypervisor: { elsewhere }, availability: { mode }, operations }) =>
      operations !== null && !elsewhere && (role === 'reference' || mode !== 'native'),
  );
}

/** For operations: each hypervisor that runs operations or would if it could. */
export function operationTargets(
  testbed: Testbed,
  { native }: Operation,
  availabilities: readonly Availability[],
): Target[] {
  const running = new Map(operatorsOf(testbed).map(({ hypervisor, role }) => [hypervisor.id, role]));
  return availabilities
    .filter(({ id, mode, isas }) => running.has(id) || (mode !== 'native' && isas.includes(testbed.isa)))
    .map(({ id, reason }): Target => {
      if (!running.has(id))
        return { hypervisor: id, lack: reason ?? 'it runs Linux processes, which may not do this' };
      const impossible = running.get(id) === 'reference' && native === 'impossible';
      return { hypervisor: id, lack: impossible ? 'a process may not do this' : null };
    });
}
