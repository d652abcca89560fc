/** Many QEMUs, each with one machine: microvms, since any other machine takes several times as much. */

import { grownTo } from '../grown-to.ts';
import { expectOffered, type VmGroupLauncher } from '../hypervisor.ts';
import type { Accelerator } from './accelerators.ts';
import type { QemuBuild } from './build.ts';
import { isMicrovm } from './machine-types.ts';
import { prepareMicrovmGroup } from './microvm-group.ts';
import { qemuPath } from './program.ts';

const MIB = 2 ** 20;

/** `id`: of the driver that has it. */
export function microvms({ name }: Pick<Accelerator, 'name'>, id: string, build: QemuBuild): VmGroupLauncher {
  const { machineType = 'microvm' } = build;
  return {
    inOneProcess: false,
    translates: name === 'tcg',
    // The tool holds a QEMU's pipes; its threads are the program's, the vCPU's and RCU's.
    needs: { descriptors: 4, mappings: 0, threads: 4, addressBytes: 0, memoryBytes: 24 * MIB },
    lack: ({ machineLacks }) => {
      if (!isMicrovm(machineType)) return `the suite needs microvms, and this variant is a ${machineType}`;
      const why = machineLacks?.[machineType];
      return why === undefined ? null : `the suite needs microvms, which this QEMU lacks (${why})`;
    },
    async launchMany(host, vm, count) {
      expectOffered(id, {}, vm);
      return grownTo(prepareMicrovmGroup(host, await qemuPath(host, build), name, vm, build), count);
    },
  };
}
