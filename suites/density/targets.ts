/** Who takes part: what holds all machines in one process, and of those that take one each the one that needs least. */
import type { Hypervisor, VmGroupLauncher } from '../../core/hypervisors/hypervisor.ts';
import { roleOf } from '../../core/model/role.ts';
import { lackOf } from '../../core/run/able.ts';
import type { Plan } from '../../core/run/plan.ts';

export interface DensityTarget {
  readonly id: string;
  /** How it starts its machines; null where it has no way to start many. */
  readonly launcher: VmGroupLauncher | null;
  /** Why it cannot; null where it can. */
  readonly lack: string | null;
}

/** One that has a way to start many machines. */
interface Able {
  readonly id: string;
  readonly launcher: VmGroupLauncher;
}

/**
 * In the order of preference: one process for all of them takes least, and what runs guest code on the CPU keeps no
 * translation of it.
 */
function ableOf(hypervisors: readonly Hypervisor[]): Able[] {
  const able = hypervisors.flatMap(({ id, vmGroups }) => (vmGroups ? [{ id, launcher: vmGroups }] : []));
  const rank = ({ launcher }: Able) => (launcher.inOneProcess ? 0 : launcher.translates ? 2 : 1);
  return able.sort((a, b) => rank(a) - rank(b));
}

/**
 * Of those that were chosen. One that takes a process for each machine is enough, unless hypervisors were named; then each
 * has a word. `hypervisors`: every driver that there is.
 */
export function densityTargets(
  { availabilities, named }: Pick<Plan, 'availabilities' | 'named'>,
  hypervisors: readonly Hypervisor[],
): DensityTarget[] {
  const able = ableOf(hypervisors);
  const chosen = able.flatMap(({ id, launcher }) => {
    const availability = availabilities.find((one) => one.id === id);
    if (!availability) return [];
    return [{ id, launcher, lack: lackOf(availability, 'x86_64', 'bare') ?? launcher.lack(availability) }];
  });
  if (named.hypervisors) {
    const known = able.map(({ id }) => id);
    const others = availabilities.filter(({ id }) => !known.includes(id) && roleOf(id) === 'guest');
    const lack = `the suite supports only ${known.slice(0, -1).join(', ')} and ${known.at(-1)}`;
    return [...chosen, ...others.map(({ id }) => ({ id, launcher: null, lack }))];
  }
  const best = chosen.find(({ launcher, lack }) => !launcher.inOneProcess && lack === null)?.id;
  return chosen.filter(
    ({ id, launcher, lack }) =>
      launcher.inOneProcess ||
      best === undefined ||
      id === best ||
      lack !== null ||
      // Whoever named it asks for it.
      hypervisors.some((one) => one.id === id && one.variant),
  );
}
