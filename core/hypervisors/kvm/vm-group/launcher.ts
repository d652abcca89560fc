/** Many VMs in one process. */

import { grownTo } from '../../grown-to.ts';
import { expectOffered, type VmGroupLauncher } from '../../hypervisor.ts';
import { startVmGroup } from './process.ts';

const MIB = 2 ** 20;

export const vmGroups: VmGroupLauncher = {
  inOneProcess: true,
  translates: false,
  needs: { descriptors: 1, mappings: 1.02, threads: 1, addressBytes: 2 * MIB, memoryBytes: MIB },
  lack: () => null,
  async launchMany(host, vm, count) {
    expectOffered('kvm', {}, vm);
    return grownTo(await startVmGroup(host, vm), count);
  },
};
