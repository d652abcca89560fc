/** What will be measured, where, and for how long. */
import type { Profile, ProfileName } from '../config/profiles.ts';
import type { GuestImage } from '../guest/build.ts';
import type { GuestKernel } from '../guest/kernels.ts';
import type { CpuChoice } from '../host/affinity.ts';
import type { Availability, Hypervisor } from '../hypervisors/hypervisor.ts';
import type { Role } from '../model/role.ts';
import type { Operation, Workload } from '../model/suite.ts';
import type { Isa, Platform } from '../results/schema.ts';

/** A hypervisor that is named for a piece of work. */
export interface Target {
  readonly hypervisor: string;
  /** Why it is not measured at it; null where it is. */
  readonly lack: string | null;
}

/** One workload on one ISA. */
export interface PlannedWorkload {
  readonly suite: string;
  readonly workload: Workload;
  readonly isa: Isa;
  /** `suite/entry`, as the image knows it. */
  readonly entry: string;
  readonly digest: string;
  readonly argument: number;
  readonly targets: readonly Target[];
}

/** One driver on one ISA. */
export interface PlannedMachine {
  readonly role: Role;
  readonly hypervisor: Hypervisor;
  readonly availability: Availability;
  readonly image: GuestImage;
  /** What it boots with an initramfs. */
  readonly kernel: GuestKernel | undefined;
  /** What it runs operations in; null where it cannot. */
  readonly operations: { readonly image: GuestImage; readonly digest: string } | null;
}

/** One operation on one ISA. */
export interface PlannedOperation {
  readonly suite: string;
  readonly operation: Operation;
  readonly targets: readonly Target[];
}

/** The machines that can run something on one ISA and platform. */
export interface Testbed {
  readonly isa: Isa;
  readonly platform: Platform;
  readonly machines: readonly PlannedMachine[];
}

/** What is measured side by side: the workloads of one ISA and platform, on the machines that can run them. */
export interface Experiment extends Testbed {
  readonly workloads: readonly PlannedWorkload[];
  readonly operations: readonly PlannedOperation[];
  /** Those of the machines that run operations. */
  readonly operators: readonly PlannedMachine[];
}

/** A suite with a method of its own, and where it can be measured. */
export interface PlannedSuite {
  readonly suite: string;
  readonly testbeds: readonly Testbed[];
}

/** Whether hypervisors and ISAs were named, which lets in what runs only on request. */
export interface Named {
  readonly hypervisors: boolean;
  readonly isas: boolean;
}

export interface Plan {
  readonly profileName: ProfileName;
  readonly profile: Profile;
  readonly seed: number;
  readonly negligible: number;
  readonly resamples: number;
  /** Most machines at once, for the suites that start many; null where only the host bounds them. */
  readonly machines: number | null;
  readonly named: Named;
  readonly cpus: CpuChoice;
  readonly experiments: readonly Experiment[];
  readonly ownMethodSuites: readonly PlannedSuite[];
  readonly availabilities: readonly Availability[];
}
