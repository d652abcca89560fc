/** Many VMs in one process. */
import type { ManyMachines } from '../../hypervisor.ts';
import { startHerd } from './process.ts';

const MIB = 2 ** 20;

export const herd: ManyMachines = {
  inOneProcess: true,
  translates: false,
  needs: { descriptors: 1, mappings: 1.02, threads: 1, addressBytes: 2 * MIB, memoryBytes: MIB },
  lack: () => null,
  prepare: (image, { data, cpus }) => startHerd(image.path, data, cpus),
};
