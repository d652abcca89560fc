/** QEMU: one driver for each of its accelerators. */

import { UserError } from '../../errors.ts';
import type { Identity } from '../../guest/protocol.ts';
import { processTree } from '../../host/cpu-time.ts';
import type { Host } from '../../host/host.ts';
import type { Isa } from '../../results/schema.ts';
import {
  type Availability,
  expectOffered,
  type Hypervisor,
  type Lack,
  type Machine,
  MachineError,
  type Surroundings,
} from '../hypervisor.ts';
import { hasVcpu } from '../kvm/backing.ts';
import { scriptFiles } from '../launch-files.ts';
import { BOOT_LIMIT_MS } from '../linux-boot.ts';
import { bootsKernels } from '../linux-support.ts';
import { startProcessMachine } from '../process-machine.ts';
import { ranProgram } from '../ran-program.ts';
import { launchHelpers } from '../requirements.ts';
import { variantsBy } from '../variant.ts';
import { programMissing, variantRecord, variantTitle } from '../variant-record.ts';
import type { VmOffers, VmSpec } from '../vm-spec.ts';
import { type Accelerator, accelerators } from './accelerators.ts';
import { buildOptions, OWN, type QemuBuild, splitArguments } from './build.ts';
import { qemuCommands } from './commands.ts';
import { BARE_MEMORY_MIB, LINUX_OFFERS } from './guest-memory.ts';
import { qemuArguments } from './invocation.ts';
import { isMicrovm, type MachineLacks, machineLacks, machineTypesOf, usualMachine } from './machine-types.ts';
import { microvms } from './microvm-launcher.ts';
import { findQemu, firmwareFiles, hasOtherName, type QemuProgram } from './program.ts';
import { HELD_NOTE, holding, holdsRegisters } from './translated-cpu.ts';
import { comesUp, TRIAL_MS } from './trial-boot.ts';

/**
 * A register of the first virtio slot of a microvm, DeviceFeaturesSel, which nothing uses as long as no device is in
 * the slot (QEMU: include/hw/i386/microvm.h, VIRTIO_MMIO_BASE).
 */
const FREE_SLOT = 0xfeb0_0014;

const BARE_OFFERS = {
  memoryMib: BARE_MEMORY_MIB,
  why: { vcpus: 'a bare guest uses one' },
} satisfies VmOffers;
const OFFERS = { bare: BARE_OFFERS, kernel: BARE_OFFERS, initramfs: LINUX_OFFERS };

/** Those that QEMU can have on this system. */
export const qemu: readonly Hypervisor[] = accelerators
  .filter(({ platform }) => platform === null || platform === process.platform)
  .map((accelerator) => qemuDriver(accelerator));

/** `variant`: what makes it one, if it is one. */
function qemuDriver(
  accelerator: Accelerator,
  variant: { id: string; build: QemuBuild } | null = null,
): Hypervisor {
  const { name, signature } = accelerator;
  const of = `qemu-${name}`;
  const { id, build } = variant ?? { id: of, build: OWN };
  const types = machineTypesOf(build);
  const [linuxType = ''] = types.linux;
  return {
    id,
    ...(variant
      ? { variant: { of, missing: (host) => missingOf(build, host) } }
      : {
          variants: variantsBy(buildOptions, (id, build) => {
            expectArguments(build, accelerator);
            return qemuDriver(accelerator, { id, build });
          }),
        }),
    runtimes: { bare: 'bare', linux: 'initramfs' },
    ...(accelerator.translatesOnce && { translatesOnce: true }),
    machineTypes: types,
    offers: OFFERS,
    files: async (host) => [...(await scriptFiles('zod')), ...(await firmwareFiles(host, build))],
    scratch: { mmio: FREE_SLOT },
    vmGroups: microvms(accelerator, id, build),
    async probe(host: Host, { record, kernels }: Surroundings): Promise<Availability> {
      const { reason, ...info } = accelerator.describe(record);
      const { program, lack } = await findQemu(host, build);
      const unfit: Lack | null =
        lack ?? lackOf(name, program) ?? (reason === undefined ? await launchHelpers(host) : { reason });
      const lacks = program && !unfit ? await machineLacks(program, accelerator, build) : {};
      const unusable = unfit ?? machineLack(lacks, build);
      const kept = variant && (await variantRecord(host, of, build, program?.path ?? null));
      // A KVM without hardware assist may emulate kernel code, an instruction a microsecond. An i386 kernel fares no better.
      const kernel = name === 'kvm' && info.mode !== 'hardware-assisted' ? kernels.x86_64 : undefined;
      const silent = new Map<Isa, Lack>();
      if (
        kernel &&
        program &&
        !unusable &&
        lacks[linuxType] === undefined &&
        !(await comesUp(program.path, accelerator, kernel.path, build))
      ) {
        const silence = {
          reason: `Linux ${kernel.release} printed nothing within ${TRIAL_MS / 1000} s under this KVM`,
        };
        silent.set('x86_64', silence).set('i386', silence);
      }
      return {
        ...info,
        id,
        title: accelerator.title,
        version: program?.version ?? null,
        available: !unusable,
        ...unusable,
        // Features hold for every ISA, and the i386 image sets up no large pages by itself.
        features: [],
        linux: bootsKernels(
          ['x86_64', 'i386'],
          kernels,
          (isa) =>
            silent.get(isa) ??
            (isMicrovm(linuxType) ? { reason: 'Linux hangs on a microvm every now and then' } : null) ??
            (lacks[linuxType] === undefined
              ? null
              : { reason: `this QEMU has no machine type ${linuxType} (${lacks[linuxType]})` }),
        ),
        evidence: [],
        ...(kept && { variant: kept, title: `${accelerator.title}: ${variantTitle(kept)}` }),
        machineLacks: lacks,
        notes: [
          ...info.notes,
          ...(program ? notesOf(program, lacks, build) : []),
          ...((await holdsRegisters(host, name, build)) ? [HELD_NOTE] : []),
        ],
      };
    },
    commands: qemuCommands(name, id, build),
    async launch(host: Host, vm: VmSpec): Promise<Machine> {
      const { image, cpu, machineType, signal } = vm;
      const linux = image.runtime === 'initramfs';
      expectOffered(id, linux ? OFFERS.initramfs : OFFERS.bare, vm);
      const { program, lack } = await findQemu(host, build);
      if (!program) throw new MachineError(lack.reason);
      if (linux && !vm.kernel)
        throw new MachineError('a Linux guest of QEMU boots a kernel, and none was given');
      const lacks = await machineLacks(program, accelerator, build);
      const usual = usualMachine(lacks, linux ? 'linux' : 'bare', build);
      const type = machineType ?? usual ?? 'pc';
      const argv = qemuArguments({
        ...{ qemu: program.path, accelerator: name, machineType: type, image: image.path },
        ...(variant && { build }),
        ...(linux && { kernel: vm.kernel?.path }),
        ...(linux && (await holdsRegisters(host, name, build)) && holding(build)),
        ...{ vcpus: vm.vcpus, memoryMib: vm.memoryMib, helperCpus: vm.helperCpus },
      });
      return startProcessMachine(host, argv, cpu, { ...(linux && { limitMs: BOOT_LIMIT_MS }), signal });
    },
    async verify(
      host: Host,
      identity: Identity,
      machine: Machine,
      availability: Availability,
    ): Promise<string[]> {
      const seen = `CPUID from inside: ${[identity.vendor, ...identity.signatures].join(', ')}`;
      const { program } = await findQemu(host, build);
      const evidence = [
        `QEMU of itself: ${machine.about}`,
        ...(variant && program ? [await ranProgram(host, machine.pid, program.path)] : []),
        seen,
      ];
      if (name === 'kvm' && !(await anyHasVcpu(machine.pid, host)))
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

/** Throws UserError for arguments that it cannot have. */
function expectArguments({ args = [] }: QemuBuild, accelerator: Accelerator): void {
  try {
    splitArguments(args, accelerator);
  } catch (error) {
    throw new UserError((error as Error).message);
  }
}

async function missingOf({ program, firmware }: QemuBuild, host: Host): Promise<string | null> {
  const missing = await programMissing(host, program);
  if (missing !== null || firmware === undefined) return missing;
  return (await host.status(firmware)) === null ? `there is no folder ${firmware}` : null;
}

function lackOf(name: string, program: QemuProgram): Lack | null {
  if (!program.accelerators.includes(name))
    return { reason: `this QEMU ${program.version} was built without the accelerator ${name}` };
  return null;
}

/** Where it can be none of the machines that bare guests run on. */
function machineLack(lacks: MachineLacks, build: QemuBuild): Lack | null {
  if (usualMachine(lacks, 'bare', build) !== null) return null;
  const said = Object.entries(lacks).map(([type, why]) => `${type} (${why})`);
  return { reason: `this QEMU has no machine type that hvbench supports: ${said.join(', ')}` };
}

function notesOf(program: QemuProgram, lacks: MachineLacks, build: QemuBuild): string[] {
  const { microvm, pc } = lacks;
  return [
    ...(build.program === undefined && hasOtherName(program) ? [`QEMU is ${program.path} here.`] : []),
    ...(microvm !== undefined && pc === undefined
      ? [
          `This QEMU has no machine type microvm (${microvm}): bare guests run on a pc, which starts more slowly and has no device behind the register that operations read and write.`,
        ]
      : []),
  ];
}

/** QEMU is below the machine's process. */
async function anyHasVcpu(pid: number, host: Host): Promise<boolean> {
  const owners = await Promise.all(processTree(pid, host).map((each) => hasVcpu(each, host)));
  return owners.includes(true);
}
