/** Who takes part: our own VMM with all machines in one process, and the QEMU that needs least. */
import { lackOf } from '../../run/able.ts';
import type { Plan } from '../../run/plan.ts';

export interface Contender {
  readonly id: string;
  /** Why it cannot; null where it can. */
  readonly lack: string | null;
}

const OWN = 'kvm';
/** In the order of preference: KVM runs guest code on the CPU and keeps no translation of it. */
const QEMU = ['qemu-kvm', 'qemu-tcg'];

/** What others are compared with: no contenders anywhere. */
const REFERENCES = ['native', 'control'];

/** QEMU's machines here are microvms: any other takes several times as much. */
function microvmLack({ machineLacks }: Plan['availabilities'][number]): string | null {
  const why = machineLacks?.microvm;
  return why === undefined ? null : `the study takes microvms, and this QEMU can be none (${why})`;
}

/** Of those that were chosen. One QEMU is enough, unless hypervisors were named; then each has a word. */
export function contendersOf({ availabilities, named }: Pick<Plan, 'availabilities' | 'named'>): Contender[] {
  const known = [OWN, ...QEMU];
  const chosen = known.flatMap((id): Contender[] => {
    const availability = availabilities.find((one) => one.id === id);
    return availability
      ? [{ id, lack: lackOf(availability, 'x86_64', 'bare') ?? microvmLack(availability) }]
      : [];
  });
  if (named.hypervisors) {
    const others = availabilities.filter(({ id }) => !known.includes(id) && !REFERENCES.includes(id));
    const lack = `the study knows ${known.slice(0, -1).join(', ')} and ${known.at(-1)} alone`;
    return [...chosen, ...others.map(({ id }) => ({ id, lack }))];
  }
  const best = chosen.find(({ id, lack }) => QEMU.includes(id) && lack === null)?.id;
  return chosen.filter(({ id, lack }) => id === OWN || best === undefined || id === best || lack !== null);
}
