/** Many QEMUs, each with one machine: microvms, since any other machine takes several times as much. */

import { grownTo } from '../grown-to.ts';
import { expectOffered, type VmGroupLauncher } from '../hypervisor.ts';
import type { Accelerator } from './accelerators.ts';
import { prepareMicrovmGroup } from './microvm-group.ts';
import { qemuPath } from './program.ts';

const MIB = 2 ** 20;

export function microvms({ name }: Pick<Accelerator, 'name'>): VmGroupLauncher {
  return {
    inOneProcess: false,
    translates: name === 'tcg',
    // The tool holds a QEMU's pipes; its threads are the program's, the vCPU's and RCU's.
    needs: { descriptors: 4, mappings: 0, threads: 4, addressBytes: 0, memoryBytes: 24 * MIB },
    lack: ({ machineLacks }) => {
      const why = machineLacks?.microvm;
      return why === undefined ? null : `the suite needs microvms, which this QEMU lacks (${why})`;
    },
    async launchMany(host, vm, count) {
      expectOffered(`qemu-${name}`, {}, vm);
      return grownTo(prepareMicrovmGroup(host, await qemuPath(host), name, vm), count);
    },
  };
}
