/** What `hvbench exec` is to do. */

import type { GuestKernel } from '../guest/kernels.ts';
import type { Commands } from '../guest/steps.ts';
import type { Availability, CommandRunner, Hypervisor } from '../hypervisors/hypervisor.ts';
import type { Shared } from '../model/shared.ts';

/** A driver that runs the command here. */
export interface ExecMachine {
  readonly hypervisor: Hypervisor;
  readonly availability: Availability;
  readonly runner: CommandRunner;
  readonly kernel: GuestKernel | undefined;
}

export interface ExecPlan {
  /** Native is the first. */
  readonly machines: readonly ExecMachine[];
  /** The program that runs commands (core/guest/build.ts). */
  readonly program: string;
  readonly commands: Commands;
  readonly cpu: number;
  readonly seed: number;
  readonly memoryMib: number;
  /** What native commands share with the host. */
  readonly share: readonly Shared[];
  /** Runs of each launch that do not count. */
  readonly warmup: number;
  /** Runs that count, in each machine; null: until they are precise enough, or the time is spent. */
  readonly runs: number | null;
  readonly budgetSeconds: number;
  /** How long one run may take. */
  readonly timeoutMs: number;
  readonly ignoreFailure: boolean;
  /** Its first group is a figure in the output; null where none is looked for. */
  readonly metric: RegExp | null;
}
