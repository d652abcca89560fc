/** A hypervisor once more, by another name: what an A/A measures beside it. */
import type { Hypervisor } from '../../hypervisors/hypervisor.ts';

export function twinOf({ variants: _, ...hypervisor }: Hypervisor, id: string): Hypervisor {
  return {
    ...hypervisor,
    id,
    probe: async (host, known) => ({ ...(await hypervisor.probe(host, known)), id }),
  };
}
