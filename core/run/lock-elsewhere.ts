/** The CPUs of other computers on which a plan measures, for this run alone. */
import { isUnlocked, type LockOptions } from '../host/cpu-lock.ts';
import type { Host } from '../host/host.ts';
import type { Place } from '../hypervisors/elsewhere.ts';
import type { Plan } from './plan.ts';

/**
 * Takes each of them once, whoever is measured there; returns how to give all back. One that cannot be locked is told. Throws
 * what a {@link Place} throws: then none is kept.
 */
export async function lockElsewhere(
  { experiments, cpus }: Pick<Plan, 'experiments' | 'cpus'>,
  host: Host,
  options: LockOptions,
): Promise<() => void> {
  if (isUnlocked()) return () => {};
  const drivers = new Map(
    experiments.flatMap(({ machines }) =>
      machines.flatMap(({ hypervisor: { id, elsewhere } }) => (elsewhere ? [[id, elsewhere] as const] : [])),
    ),
  );
  const places = new Map<string, Place>();
  for (const [id, elsewhere] of drivers) {
    const place = await elsewhere.place(host).catch(({ message }: Error) => {
      options.note(`hvbench cannot lock the CPU of ${id} against another hvbench: ${message}`);
      return null;
    });
    if (place) places.set(place.id, place);
  }
  const taken: (() => void)[] = [];
  const giveBack = () => {
    for (const give of taken) give();
  };
  try {
    // All in one order: two that want the same two would wait for each other.
    for (const [, place] of [...places].sort(([a], [b]) => (a < b ? -1 : 1)))
      taken.push(await place.lock({ ...options, cpus: cpus.toolCpus }));
  } catch (error) {
    giveBack();
    throw error;
  }
  return giveBack;
}
