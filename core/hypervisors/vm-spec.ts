/** What a machine is, in the same words for every driver; and the refusal of those that cannot be it. */
import type { GuestImage } from '../guest/build.ts';
import type { GuestKernel } from '../guest/kernels.ts';
import type { Commands } from '../guest/steps.ts';
import type { MachineFeature } from '../model/features.ts';
import type { Shared } from '../model/shared.ts';

/** A disk of a guest. */
export interface Disk {
  /** A file of the host that holds what is on it, byte for byte. */
  readonly path: string;
  readonly readOnly?: boolean;
}

/** A network card of a guest. */
export interface Network {
  /** The bridge of the host that it is connected to. */
  readonly bridge: string;
}

/** What every machine has. What is left out is as the driver has it for such a guest. */
export interface VmShape {
  /** The host's CPU that the machine is pinned to, with all that belongs to it. */
  readonly cpu: number;
  /**
   * Where what only serves the guest between batches may run instead, so that the guest does not wait for it; none if left
   * out. A driver may ignore it.
   */
  readonly helperCpus?: readonly number[] | undefined;
  /** CPUs of the guest: 1 if left out. */
  readonly vcpus?: number | undefined;
  /** Memory of the guest, MiB. */
  readonly memoryMib?: number | undefined;
  /** None if left out. */
  readonly disks?: readonly Disk[] | undefined;
  /** None if left out. */
  readonly networks?: readonly Network[] | undefined;
  /** The kernel to boot, if the image is an initramfs and the hypervisor brings no kernel. */
  readonly kernel?: GuestKernel | undefined;
  /** When it aborts, a machine that has not answered yet is killed. Those that answer within a moment may ignore it. */
  readonly signal?: AbortSignal | undefined;
}

/** A machine that runs one of hvbench's images. */
export interface VmSpec extends VmShape {
  readonly image: GuestImage;
  /** What the image may use, of what the driver's probe offered. */
  readonly features: readonly MachineFeature[];
  /** One of the driver's machine types; the usual one if left out. */
  readonly machineType?: string | undefined;
}

/** Many machines of one image that live at once. */
export interface VmGroupSpec extends Omit<VmSpec, 'cpu' | 'helperCpus'> {
  /** The host's CPUs that they may run on; on as many at once they start and answer. */
  readonly cpus: readonly number[];
  /** Where the writable data lies that requests will need: addresses within the image. */
  readonly data: readonly number[];
}

/** A machine that runs a user's commands on the host's files. */
export interface CommandVm extends VmShape {
  /** The program that runs them (core/guest/build.ts, runtime `commands`): on the host, or as a guest's first process. */
  readonly program: string;
  /** Arguments, environment, user and folder of each. */
  readonly commands: Commands;
  readonly memoryMib: number;
  /** With native processes; whatever has a kernel or a network of its own keeps it. */
  readonly share: readonly Shared[];
}

/** What a driver can give a machine beside what it gives every one. What is left out it cannot. */
export interface VmOffers {
  /** Most CPUs of a guest; 1 if left out. */
  readonly vcpus?: number;
  /** Least memory of a guest, MiB, if that can be chosen. */
  readonly memoryMib?: number;
  readonly disks?: boolean;
  readonly networks?: boolean;
  /** Why not, for whoever asks for it: "a bare guest uses one CPU". */
  readonly why?: Partial<Readonly<Record<'vcpus' | 'memoryMib' | 'disks' | 'networks', string>>>;
}

const MOST_VCPUS = 255;
const MOST_MIB = 2 ** 24;

/** What of a machine a driver cannot be, in words; null if it can be all of it. */
export function beyondOffers(
  { vcpus: most = 1, memoryMib: least, disks, networks, why = {} }: VmOffers,
  vm: Pick<VmShape, 'vcpus' | 'memoryMib' | 'disks' | 'networks'>,
): string | null {
  const { vcpus = 1, memoryMib } = vm;
  if (!Number.isInteger(vcpus) || vcpus < 1 || vcpus > MOST_VCPUS)
    return `${vcpus} CPUs: the number is a whole one from 1 to ${MOST_VCPUS}`;
  if (vcpus > most)
    return `${vcpus} CPUs: ${why.vcpus ?? (most === 1 ? 'its guests have one' : `its guests have ${most} at most`)}`;
  if (memoryMib !== undefined) {
    if (!Number.isInteger(memoryMib) || memoryMib < 1 || memoryMib > MOST_MIB)
      return `${memoryMib} MiB of memory: the number is a whole one from 1 to ${MOST_MIB}`;
    if (least === undefined) return `${memoryMib} MiB of memory: ${why.memoryMib ?? 'it cannot be chosen'}`;
    if (memoryMib < least) return `${memoryMib} MiB of memory: the guest needs ${least} MiB`;
  }
  if (vm.disks?.length && !disks) return `a disk: ${why.disks ?? 'hvbench attaches none to its guests'}`;
  if (vm.networks?.length && !networks)
    return `a network: ${why.networks ?? 'hvbench connects its guests to none'}`;
  return null;
}
