/** What a computer stands on: times mean something only as far as its CPU is one. */
import type { Footing, HostRecord } from './schema.ts';

/** Stands for a hypervisor where only a container shows. */
export const CONTAINER_ONLY = 'a container, no hypervisor seen';

/**
 * `hardware`: nothing shows beneath; `dom0`: a hypervisor on the hardware, and this is its first domain; `nested`: it is itself a guest, so its own guests are at level 2; `emulated`: a
 * program carries out each instruction, so that times are that program's.
 */
export function footingOf({ outerHypervisor }: Pick<HostRecord, 'outerHypervisor'>): Footing {
  if (outerHypervisor === null || outerHypervisor.hypervisor === CONTAINER_ONLY) return 'hardware';
  const { emulated, domain, beneath } = outerHypervisor;
  if (emulated === true) return 'emulated';
  return domain?.role === 'dom0' && beneath === undefined ? 'dom0' : 'nested';
}
