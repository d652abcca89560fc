/** From what was asked for, and what can run here, to one plan. */
import { UserError } from '../errors.ts';
import { type GuestImages, type ImageKind, OPERATIONS } from '../guest/build.ts';
import type { GuestKernels } from '../guest/kernels.ts';
import { unitKey } from '../guest/layout.ts';
import type { CpuChoice } from '../host/affinity.ts';
import type { Availability } from '../hypervisors/hypervisor.ts';
import { isReference } from '../model/role.ts';
import type { CacheSizes } from '../model/suite.ts';
import type { Isa } from '../results/schema.ts';
import { guestsAsked, hasGuests, testbedsOf } from './able.ts';
import type { Experiment, Plan, PlannedMachine, Testbed } from './plan.ts';
import { platformsOf, type Selection } from './selection.ts';
import { operationTargets, operatorsOf, workloadTargets } from './targets.ts';

const RESAMPLES = 2000;

/** Throws UserError where nothing that was asked for can run. */
export function makePlan(
  selection: Selection,
  availabilities: readonly Availability[],
  images: GuestImages,
  kernels: GuestKernels,
  caches: CacheSizes,
  cpus: CpuChoice,
): Plan {
  const usable = testbedsOf(selection, availabilities);
  const testbeds = usable.map(
    ({ isa, platform, machines }): Testbed => ({
      isa,
      platform,
      machines: machines.map(({ role, hypervisor, availability, kind }) => ({
        role,
        hypervisor,
        availability,
        image: images.image(isa, kind),
        kernel: kernels[isa],
        operations: operationsOf(images, isa, kind),
      })),
    }),
  );
  // What single operations and suites with a method of their own are compared with has to be here.
  const nativeIsHere = !selection.hypervisors.some(({ id, elsewhere }) => isReference(id) && elsewhere);
  const experiments = testbeds
    .map((testbed): Experiment => {
      const { isa, platform } = testbed;
      const ownSuites = selection.suites.filter(
        (suite) => !suite.method && platformsOf(suite).includes(platform),
      );
      return {
        ...testbed,
        operators: operatorsOf(testbed),
        workloads: ownSuites.flatMap((suite) =>
          suite.workloads
            .filter((workload) => !selection.workloads || selection.workloads.has(workload.name))
            .map((workload) => ({
              suite: suite.name,
              workload,
              isa,
              entry: workload.entry,
              digest: images.digest(isa, unitKey(suite.name, workload.source)),
              argument: workload.argument?.(caches) ?? 0,
              targets: workloadTargets(testbed, workload, selection.hypervisors, availabilities),
            })),
        ),
        operations: ownSuites.flatMap(({ name: suite, operations = [] }) =>
          (nativeIsHere ? operations : [])
            .filter(({ name }) => !selection.workloads || selection.workloads.has(name))
            .filter(({ isas }) => !isas || isas.includes(isa))
            .map((operation) => ({
              suite,
              operation,
              targets: operationTargets(testbed, operation, availabilities),
            })),
        ),
      };
    })
    .filter(({ workloads, operations }) => workloads.length + operations.length > 0);
  // A suite with a method of its own has nothing to say of the control alone, where guests were asked for.
  const worthMeasuring = nativeIsHere && (!guestsAsked(selection) || usable.some(hasGuests));
  // They watch the computer on which machines run, or fill it: this one.
  const here = testbeds.map((testbed) => ({
    ...testbed,
    machines: testbed.machines.filter(({ hypervisor }) => !hypervisor.elsewhere),
  }));
  const ownMethodSuites = selection.suites.flatMap(({ name, method }) =>
    method && worthMeasuring ? [{ suite: name, testbeds: here }] : [],
  );
  if (experiments.length + ownMethodSuites.length === 0)
    throw new UserError(
      'nothing to measure: the selected workloads do not exist for this ISA; see hvbench list',
    );
  const { profileName, profile, seed, negligible, machines, named } = selection;
  return {
    ...{ profileName, profile, seed, negligible, resamples: RESAMPLES, cpus },
    ...{ machines, named, experiments, ownMethodSuites, availabilities },
  };
}

function operationsOf(images: GuestImages, isa: Isa, kind: ImageKind): PlannedMachine['operations'] {
  const runtime = OPERATIONS[kind];
  return runtime ? { image: images.image(isa, runtime), digest: images.imageDigest(isa, runtime) } : null;
}
