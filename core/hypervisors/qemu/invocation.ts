/** What the process of a QEMU machine (machine.ts) is told. */
import { machineArguments } from '../machine-script.ts';
import type { QemuBuild } from './build.ts';

export interface QemuMachine {
  /** The path of the program. */
  readonly qemu: string;
  /** One of `accelerators`. */
  readonly accelerator: string;
  /** What else it is told; nothing if left out. */
  readonly build?: QemuBuild | undefined;
  /** One of MACHINE_TYPES, or what a variant names. */
  readonly machineType: string;
  /** A bare one, or the initramfs of `kernel`. */
  readonly image: string;
  readonly kernel?: string | undefined;
  /** Host CPUs for all but the vCPU of a bare guest, once it has come up; none if left out. */
  readonly helperCpus?: readonly number[] | undefined;
  /** 1 if left out. */
  readonly vcpus?: number | undefined;
  /** What such a guest usually has, if left out. */
  readonly memoryMib?: number | undefined;
  /** Shows the guest what files the process sees. */
  readonly files?: {
    /** Its command, as `virtiofsdCommand` gives it. */
    readonly virtiofsd: readonly string[];
    /** A library to load into virtiofsd. */
    readonly preload?: string;
  };
}

export const qemuArguments = (machine: QemuMachine): string[] => machineArguments('qemu', machine);
