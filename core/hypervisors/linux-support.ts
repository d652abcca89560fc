/** What drivers say of Linux guests. */
import { type GuestKernels, kernelLack } from '../guest/kernels.ts';
import type { Isa } from '../results/schema.ts';
import type { Lack, LinuxSupport } from './hypervisor.ts';

/** Of a driver that boots no operating system. */
export const noLinux: LinuxSupport = { isas: [], lacks: {} };

/** Of a driver that boots the kernels it is given; `lack` says of an ISA what else is missing for it, if anything. */
export function bootsKernels(
  isas: readonly Isa[],
  kernels: GuestKernels,
  lack: (isa: Isa) => Lack | null = () => null,
): LinuxSupport {
  const lacks = isas.flatMap((isa) => {
    const missing = kernels[isa] ? lack(isa) : kernelLack(isa, kernels);
    return missing ? [[isa, missing] as const] : [];
  });
  return { isas, lacks: Object.fromEntries(lacks) };
}
