/** Many VMs in one process. */
import type { VmGroupLauncher } from '../../hypervisor.ts';
import { startVmGroup } from './process.ts';

const MIB = 2 ** 20;

export const vmGroups: VmGroupLauncher = {
  inOneProcess: true,
  translates: false,
  needs: { descriptors: 1, mappings: 1.02, threads: 1, addressBytes: 2 * MIB, memoryBytes: MIB },
  lack: () => null,
  prepare: (image, { data, cpus }) => startVmGroup(image.path, data, cpus),
};
