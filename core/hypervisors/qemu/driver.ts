/** QEMU: one driver for each of its accelerators. */
import type { GuestImage } from '../../guest/build.ts';
import type { GuestKernels } from '../../guest/kernels.ts';
import type { Identity } from '../../guest/protocol.ts';
import { processTree } from '../../host/cpu-time.ts';
import type { Host, Isa } from '../../results/schema.ts';
import {
  type Availability,
  type Hypervisor,
  type Lack,
  type LaunchOptions,
  type Machine,
  MachineError,
} from '../hypervisor.ts';
import { hasVcpu } from '../kvm/backing.ts';
import { scriptFiles } from '../launch-files.ts';
import { BOOT_LIMIT_MS } from '../linux-boot.ts';
import { bootsKernels } from '../linux-support.ts';
import { machineScript, startProcessMachine } from '../process-machine.ts';
import { launchHelpers } from '../requirements.ts';
import { type Accelerator, accelerators } from './accelerators.ts';
import { qemuCommands } from './commands.ts';
import { machineTypes } from './machine-types.ts';
import { findQemu, firmwareFiles, QEMU, type QemuProgram } from './program.ts';
import { comesUp, TRIAL_MS } from './trial-boot.ts';

/**
 * A register of the first virtio slot of a microvm, DeviceFeaturesSel, which nothing uses as long as no device is in
 * the slot (QEMU: include/hw/i386/microvm.h, VIRTIO_MMIO_BASE).
 */
const FREE_SLOT = 0xfeb0_0014;

/** Those that QEMU can have on this system. */
export const qemu: readonly Hypervisor[] = accelerators
  .filter(({ platform }) => platform === null || platform === process.platform)
  .map(qemuDriver);

function qemuDriver(accelerator: Accelerator): Hypervisor {
  const { name, signature } = accelerator;
  return {
    id: `qemu-${name}`,
    runtimes: { bare: 'bare', linux: 'initramfs' },
    machineTypes,
    files: async () => [...(await scriptFiles('zod')), ...(await firmwareFiles())],
    scratch: { mmio: FREE_SLOT },
    async probe(host: Host, kernels: GuestKernels): Promise<Availability> {
      const { reason, ...info } = accelerator.describe(host);
      const program = await findQemu();
      // A KVM without hardware assist may emulate kernel code, an instruction a microsecond. An i386 kernel fares no better.
      const kernel = name === 'kvm' && info.mode !== 'hardware-assisted' ? kernels.x86_64 : undefined;
      const silent = new Map<Isa, Lack>();
      if (kernel && program && reason === undefined && !(await comesUp(accelerator, kernel.path))) {
        const lack = {
          reason: `Linux ${kernel.release} gave no sign of life within ${TRIAL_MS / 1000} s under this KVM`,
        };
        silent.set('x86_64', lack).set('i386', lack);
      }
      const unusable = lackOf(name, program) ?? (reason === undefined ? await launchHelpers() : { reason });
      return {
        ...info,
        id: `qemu-${name}`,
        title: accelerator.title,
        version: program?.version ?? null,
        available: !unusable,
        ...unusable,
        // Features hold for every ISA, and the i386 image sets up no large pages by itself.
        features: [],
        linux: bootsKernels(['x86_64', 'i386'], kernels, (isa) => silent.get(isa) ?? null),
        inside: [],
      };
    },
    commands: qemuCommands(name),
    launch(image: GuestImage, { cpu, kernel, machineType, signal }: LaunchOptions): Promise<Machine> {
      const linux = image.runtime === 'initramfs';
      const type = machineType ?? machineTypes[linux ? 'linux' : 'bare'][0];
      const argv = [process.execPath, machineScript('qemu'), name, type, image.path];
      return linux
        ? startProcessMachine([...argv, kernel?.path ?? ''], cpu, { limitMs: BOOT_LIMIT_MS, signal })
        : startProcessMachine(argv, cpu, { signal });
    },
    async verify(identity: Identity, machine: Machine, availability: Availability): Promise<string[]> {
      const seen = `CPUID from inside: ${[identity.vendor, ...identity.signatures].join(', ')}`;
      const evidence = [`QEMU of itself: ${machine.about}`, seen];
      if (name === 'kvm' && !(await anyHasVcpu(machine.pid)))
        throw new MachineError('QEMU holds no vCPU: its code did not run under KVM');
      if (signature === null || identity.signatures.includes(signature)) return evidence;
      // A KVM without hardware assist need not intercept CPUID at level 3.
      if (name === 'kvm' && availability.mode !== 'hardware-assisted')
        return [
          ...evidence,
          'host record: QEMU holds a KVM vCPU; this KVM does not intercept CPUID at level 3',
        ];
      throw new MachineError(`the code did not run under QEMU's ${name}: ${seen}`);
    },
  };
}

function lackOf(name: string, program: QemuProgram | null): { reason: string; remedy?: string } | null {
  if (!program) return { reason: `${QEMU} is not installed`, remedy: 'apt-get install qemu-system-x86' };
  if (!program.accelerators.includes(name))
    return { reason: `this QEMU ${program.version} was built without the accelerator ${name}` };
  return null;
}

/** QEMU is below the machine's process. */
async function anyHasVcpu(pid: number): Promise<boolean> {
  const owners = await Promise.all(processTree(pid).map(hasVcpu));
  return owners.includes(true);
}
