/** What is launched: each hypervisor, as each kind of computer that it can be, in each role that it can play. */
import { stat } from 'node:fs/promises';
import { type BaseSystem, findBaseSystem } from '../../core/guest/base-system.ts';
import type { GuestImage, ImageKind } from '../../core/guest/build.ts';
import { buildFullInitramfs } from '../../core/guest/full-initramfs.ts';
import type { GuestKernel } from '../../core/guest/kernels.ts';
import { isReference, roleOf } from '../../core/model/role.ts';
import type { Isa } from '../../core/results/schema.ts';
import { lackOf } from '../../core/run/able.ts';
import type { Plan, PlannedMachine, Testbed } from '../../core/run/plan.ts';
import { type BootRole, bootRoles } from './roles.ts';
import type { BootTargetName } from './summarize.ts';

/** One that can be launched. */
export interface LaunchableTarget extends BootTargetName {
  readonly machine: PlannedMachine;
  readonly image: GuestImage;
  /** What it boots; absent where it boots none, or one of its own. */
  readonly kernel: GuestKernel | undefined;
  readonly imageBytes: number;
  readonly kernelBytes: number | null;
  /** Takes so long that all others go first. */
  readonly patient: boolean;
}

/** One that could be if something were otherwise. */
export interface UnlaunchableTarget extends BootTargetName {
  readonly unavailable: string;
}

export type BootTarget = LaunchableTarget | UnlaunchableTarget;

export function isLaunchable(target: BootTarget): target is LaunchableTarget {
  return 'machine' in target;
}

type Testbeds = readonly Testbed[];

/**
 * Targets by role, from the least to the most. i386 is for hypervisors that have nothing else, unless the plan holds no
 * other ISA. Rejects where it was interrupted.
 */
export async function findBootTargets(
  plan: Plan,
  testbeds: Testbeds,
  signal: AbortSignal,
): Promise<readonly BootTarget[]> {
  let base: BaseSystem | { readonly reason: string } | null = null;
  const full = new Map<Isa, ReturnType<typeof buildOrSay>>();
  const targets: BootTarget[] = [];
  for (const role of bootRoles) {
    for (const { availability, hypervisor, isa } of candidatesOf(plan, testbeds)) {
      if (!plays(role, hypervisor)) continue;
      const machine = machineOf(testbeds, hypervisor.id, isa, role);
      for (const machineType of hypervisor.machineTypes?.[role.platform] ?? [null]) {
        const target = { hypervisor: hypervisor.id, machineType, isa, role: role.name };
        if (!machine) {
          const reason = lackOf(availability, isa, role.platform) ?? 'it cannot run here';
          targets.push({ ...target, unavailable: reason });
          continue;
        }
        const lack = machineType === null ? undefined : availability.machineLacks?.[machineType];
        if (lack !== undefined) {
          targets.push({ ...target, unavailable: `it can be no ${machineType} here (${lack})` });
          continue;
        }
        let image = machine.image;
        if (role.baseSystem) {
          base ??= await findBaseSystem();
          if ('reason' in base) {
            targets.push({ ...target, unavailable: base.reason });
            continue;
          }
          const built = full.get(isa) ?? buildOrSay(image, base, signal);
          full.set(isa, built);
          const result = await built;
          if ('reason' in result) {
            targets.push({ ...target, unavailable: result.reason });
            continue;
          }
          image = result;
        }
        const kernel = image.runtime === 'initramfs' && !hypervisor.ownKernel ? machine.kernel : undefined;
        targets.push({
          ...target,
          ...{ machine, image, kernel },
          imageBytes: (await stat(image.path)).size,
          kernelBytes: kernel ? (await stat(kernel.path)).size : null,
          patient: role.platform === 'linux' && isa === 'i386' && !availability.isas.includes('x86_64'),
        });
      }
    }
  }
  return targets;
}

/** What cannot be built costs its own role alone. Rejects where it was interrupted. */
async function buildOrSay(
  image: GuestImage,
  base: BaseSystem,
  signal: AbortSignal,
): Promise<GuestImage | { readonly reason: string }> {
  try {
    return await buildFullInitramfs(image, base, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    return { reason: (error as Error).message };
  }
}

/** Every hypervisor with the ISA that it is launched in: those that run, and those that would if they could. */
function candidatesOf(plan: Plan, testbeds: Testbeds) {
  const others = testbeds.some(({ isa }) => isa === 'x86_64');
  const isas: readonly Isa[] = others ? ['x86_64', 'i386'] : ['i386'];
  const hypervisors = testbeds.flatMap(({ machines }) => machines.map(({ hypervisor }) => hypervisor));
  return plan.availabilities.flatMap((availability) => {
    const hypervisor = hypervisors.find(({ id }) => id === availability.id);
    // The control would only say again what native says.
    if (!hypervisor || roleOf(availability.id) === 'control') return [];
    const isa = isas.find((each) =>
      testbeds.some(
        (testbed) => testbed.isa === each && testbed.machines.some((one) => one.hypervisor === hypervisor),
      ),
    );
    return isa === undefined ? [] : [{ availability, hypervisor, isa }];
  });
}

/** A process plays the bare role, in namespaces the minimal one; a guest that is a kernel has none without it. */
function plays(role: BootRole, { id, runtimes }: PlannedMachine['hypervisor']): boolean {
  const kind: ImageKind | null = runtimes[role.platform];
  if (isReference(id)) return role.name === 'bare';
  if (role.platform === 'bare') return kind === 'bare';
  return kind === 'initramfs' || (kind === 'linux' && !role.baseSystem);
}

function machineOf(testbeds: Testbeds, id: string, isa: Isa, role: BootRole): PlannedMachine | undefined {
  return testbeds
    .find((testbed) => testbed.isa === isa && testbed.platform === role.platform)
    ?.machines.find(({ hypervisor }) => hypervisor.id === id);
}
