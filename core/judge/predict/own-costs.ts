/** What one exit costs on a computer whose single operations were measured: the suite `privileged` or one like it. */
import { REFERENCE } from '../../model/role.ts';
import type { Isa, OperationResult } from '../../results/schema.ts';
import { OTHER } from '../exits/kinds.ts';

/** The operation whose cost stands for one exit of a reason; for any other reason, the shortest exit. */
const UNIT: Readonly<Record<string, string>> = {
  io: 'out',
  mmio: 'mmio-read',
  halt: 'hlt',
  hypercall: 'hypercall',
  'page-fault': 'fresh-page',
  interrupt: 'cpuid',
  [OTHER]: 'cpuid',
};
/** What runs around each operation, and is no part of the exit. Where it was not measured it counts as none. */
const LOOP = 'loop';

/**
 * What one exit of a reason costs more than the same thing natively, ns; null if it was not measured. The turn of the loop
 * around it is taken off: next to nothing, but for a KVM that emulates each instruction of level 0.
 */
export function ownUnitNs(
  operations: readonly OperationResult[],
  { hypervisor, isa }: { readonly hypervisor: string; readonly isa: Isa },
  reason: string,
): number | null {
  const time = (operation: string | undefined, id: string) =>
    operations.find((one) => one.operation === operation && one.isa === isa && one.hypervisor === id)
      ?.nsPerOperation?.estimate;
  const cost = (id: string) => {
    const ns = time(UNIT[reason], id);
    return ns === undefined ? undefined : ns - (time(LOOP, id) ?? 0);
  };
  const own = cost(hypervisor);
  if (own === undefined) return null;
  // A page that is touched first costs a fault natively as well; native code takes none of the other exits.
  const saved = reason === 'page-fault' ? (cost(REFERENCE) ?? 0) : 0;
  return own - saved;
}
