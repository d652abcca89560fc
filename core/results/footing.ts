/** What a computer stands on: times mean something only as far as its CPU is one. */
import type { Footing, HostRecord } from './schema.ts';

/** What TCG calls its own CPU. */
const TCG_CPU = /^QEMU TCG CPU\b/;

/** Stands for a hypervisor where only a container shows. */
export const CONTAINER_ONLY = 'a container, no hypervisor seen';

/**
 * `hardware`: nothing shows beneath; `dom0`: a hypervisor on the hardware, and this is its first domain; `nested`: it is
 * itself a guest, so its own guests are at level 2; `emulated`: a program carries out each instruction, so that times are
 * that program's.
 */
export function footingOf({ outerHypervisor }: Pick<HostRecord, 'outerHypervisor'>): Footing {
  if (outerHypervisor === null || outerHypervisor.hypervisor === CONTAINER_ONLY) return 'hardware';
  const { emulated, domain, beneath } = outerHypervisor;
  if (emulated === true) return 'emulated';
  return domain?.role === 'dom0' && beneath === undefined ? 'dom0' : 'nested';
}

/** A host that was recorded before it was told apart whether its CPU is emulated: the CPU's name may tell. */
export function renewedFooting(host: HostRecord): HostRecord {
  const { outerHypervisor, cpu } = host;
  if (outerHypervisor === null || outerHypervisor.emulated !== undefined || !TCG_CPU.test(cpu.model))
    return host;
  return { ...host, outerHypervisor: { ...outerHypervisor, emulated: true } };
}
