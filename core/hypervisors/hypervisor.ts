/** The interface that every driver fulfils. Drivers know no suite, and the measuring loop knows no driver. */
import type { ImageKind } from '../guest/build.ts';
import type { GuestKernel, GuestKernels } from '../guest/kernels.ts';
import type { Exits, Identity } from '../guest/protocol.ts';
import type { Host } from '../host/host.ts';
import type { ResourceCounts } from '../host/limits.ts';
import type { MachineFeature, Scratch } from '../model/features.ts';
import type { HostRecord, HypervisorInfo, Isa, LaunchRecord, Platform } from '../results/schema.ts';
import type { Elsewhere } from './elsewhere.ts';
import type { VmGroup } from './vm-group.ts';
import { beyondOffers, type CommandVm, type VmGroupSpec, type VmOffers, type VmSpec } from './vm-spec.ts';

/** What a driver found out about itself on this host. */
export interface Availability extends HypervisorInfo {
  /** ISAs that it can run, but measures only when asked to by `--isa`. */
  readonly onRequest: readonly Isa[];
  readonly features: readonly MachineFeature[];
  readonly linux: LinuxSupport;
  /** Of the driver's machine types, why it can be one not here; absent if there are none, or nothing lacks. */
  readonly machineLacks?: Readonly<Record<string, string>>;
}

/** Which Linux guests a driver can run. */
export interface LinuxSupport {
  /** ISAs of its Linux guests, whether all that they need is here or not; none if it runs no operating system. */
  readonly isas: readonly Isa[];
  /** What is missing for some of them here. */
  readonly lacks: Readonly<Partial<Record<Isa, Lack>>>;
}

export interface Lack {
  readonly reason: string;
  /** The command that would make it available. */
  readonly remedy?: string;
}

/**
 * Points on the way to the first answer, ms from the start of the process, on the host's clock; null if it was not
 * seen or does not exist.
 */
export interface Milestones {
  /** The hypervisor's own program begins; null if nothing has to start it. */
  readonly hypervisor: number | null;
  /** The first sign of the guest: its first instruction, or the first byte on a Linux guest's console. */
  readonly guest: number | null;
  /** The kernel names itself. */
  readonly kernel: number | null;
  /** The first process of a Linux guest. */
  readonly userSpace: number | null;
  /** The first answer. */
  readonly ready: number;
}

export interface CommandRunner {
  /** Whether it is used only if it is named: it says what another one says. */
  readonly onRequest?: boolean;
  readonly offers?: VmOffers;
  /** Why it can run none there; null where it can. `program` is what an image would name. Never throws. */
  lack(host: Host, program: string, kernel: GuestKernel | undefined): Promise<Lack | null>;
  /** Starts a machine and waits for its first answer. Throws MachineError, for what is beyond `offers` before it starts. */
  launch(host: Host, vm: CommandVm): Promise<CommandMachine>;
}

/** How a driver starts many machines of one image that live at once. */
export interface VmGroupLauncher {
  /** Whether all of them live in one process; each in a process of its own otherwise. */
  readonly inOneProcess: boolean;
  /** Whether they translate guest code: they keep the translation of it besides. */
  readonly translates: boolean;
  /** What one machine is taken to need until there are enough of them to tell. */
  readonly needs: VmGroupNeeds;
  /** Why it cannot be the machines that this takes here; null if it can, as far as that is known. */
  lack(availability: Availability): string | null;
  /** None if it gives all of them the same. */
  readonly offers?: VmOffers;
  /**
   * Starts so many machines, whatever memory they take; none with 0, when the group is ready to start the first. Throws
   * MachineError if fewer come up, or for what is beyond `offers`.
   */
  launchMany(host: Host, vm: VmGroupSpec, count: number): Promise<VmGroup>;
}

/** Of a process that holds machines, and of the host's memory, bytes. */
export type VmGroupNeeds = ResourceCounts & { readonly memoryBytes: number };

/** What is known of a host before its hypervisors are probed. */
export interface Surroundings {
  readonly record: HostRecord;
  /** What Linux guests boot there. */
  readonly kernels: GuestKernels;
}

/** What a variant is told, by option: as text, or in the shape of a configuration. */
export type ToldVariant = Readonly<
  Record<string, string | readonly string[] | Readonly<Record<string, string>>>
>;

/** How other builds of a hypervisor, or ones that are told otherwise, become machines of their own. */
export interface Variants {
  /** The names of what it can be told. */
  readonly options: readonly string[];
  /** A driver with an id of its own. Throws UserError for what it cannot be told. */
  create(id: string, told: ToldVariant): Hypervisor;
}

export interface Hypervisor {
  readonly id: string;
  /** Absent if there can be no variants of it. */
  readonly variants?: Variants;
  /** Of a variant: its driver's id, and why what it names is not there, or null. */
  readonly variant?: { readonly of: string; missing(host: Host): Promise<string | null> };
  /** Which image it runs on each platform; null if it cannot. What runs no bare code gives Linux for both. */
  readonly runtimes: Readonly<Record<Platform, ImageKind | null>>;
  /** The kinds of computer that it can be for each platform's images, the usual one first; absent if there is one. */
  readonly machineTypes?: Readonly<Record<Platform, readonly string[]>>;
  /**
   * Files that a launch may read and need not keep mapped, besides the image and the kernel: scripts, firmware. None if
   * left out.
   */
  files?(host: Host): Promise<readonly string[]>;
  /** Whether it brings a Linux kernel of its own, and boots no other. */
  readonly ownKernel?: boolean;
  /**
   * Of one that translates: whether all code is translated before it first runs, once and in full, so that it has its pace
   * at the second time. One that interprets at first, or compiles again what runs often, has to warm up for longer.
   */
  readonly translatesOnce?: boolean;
  /**
   * If its machines are on another computer: what watches this one, or shares it, cannot be asked of them. They run workloads,
   * and nothing else.
   */
  readonly elsewhere?: Elsewhere;
  /** What operations find in its machines; nothing if there are no guests. */
  readonly scratch?: Scratch;
  /** What machines can be beside the usual, by the image that they run; none of it if left out. */
  readonly offers?: Readonly<Partial<Record<ImageKind, VmOffers>>>;
  /** Never throws: what does not work is an Availability that says why. */
  probe(host: Host, known: Surroundings): Promise<Availability>;
  /** Starts a machine and waits for its first answer. Throws MachineError, for what is beyond `offers` before it starts. */
  launch(host: Host, vm: VmSpec): Promise<Machine>;
  /** How it starts many machines at once; absent if it has no way of its own. */
  readonly vmGroups?: VmGroupLauncher;
  /** How it runs a user's commands on the host's files; absent if it runs no host programs. */
  readonly commands?: CommandRunner;
  /**
   * Compares what the guest saw of its CPU with what this driver says it is.
   * Returns evidence for the report; throws MachineError if something else executed.
   */
  verify(host: Host, identity: Identity, machine: Machine, availability: Availability): Promise<string[]>;
}

/** One batch, as the host saw it. */
export interface Batch {
  readonly iterations: number;
  /** Between the two marks, on the host's monotonic clock. */
  readonly wallNs: number;
  /** CPU time of the whole machine between the marks, helper threads included. */
  readonly cpuNs: number;
  /** When it began, on the host's monotonic clock, ns. */
  readonly beganNs: number;
  /** The machine's own time-stamp counter: when the batch began, and how far it went in it. */
  readonly beganTicks: number;
  readonly ticks: number;
  readonly checksum: string;
  /** The guest's own monotonic clock just before it began, ns; absent if it has none. */
  readonly guestBeganNs?: number | null;
  /** How often the guest came out of the CPU meanwhile, by reason; absent if its hypervisor does not count. */
  readonly exits?: Exits | null;
}

export interface Usage {
  /** CPU time of the whole machine since its start. */
  readonly cpuNs: number;
  readonly peakResidentBytes: number;
  /** What of its memory the host gave in pages of 2 MiB of its own accord, bytes; null if that is not known. */
  readonly largePageBytes: number | null;
}

/** One running instance, an operating-system process of its own. Every method throws MachineError. */
export interface Machine {
  readonly pid: number;
  /** From the start of the process to its first answer, ms. */
  readonly startMs: number;
  /** What the hypervisor and the guest's kernel say of themselves; empty if they say nothing. */
  readonly about: string;
  /** Milestones of the way to the first answer; null if no operating system was booted. */
  readonly bootMs: LaunchRecord['bootMs'][string] | null;
  readonly milestones: Milestones;
  identify(): Promise<Identity>;
  /** Builds a workload's working set; `limitMs` as below, a minute if left out. */
  prepare(
    workload: {
      readonly name: string;
      readonly seed: number;
      readonly argument: number;
      /** Bytes below the top of its stack at which batches begin: a multiple of 16 below 4096; 0 if left out. */
      readonly stackOffset?: number;
    },
    limitMs?: number,
  ): Promise<void>;
  /** Runs the prepared workload; `limitMs` is how long it may take before the machine is killed. */
  run(iterations: number, limitMs: number): Promise<Batch>;
  usage(): Promise<Usage>;
  /** Kills the machine and waits for its end, but not for ever: then it throws UserError. May be called twice. */
  stop(): Promise<void>;
}

/** One whose batches are runs of a command: each leaves a record (core/guest/command-record.ts). */
export interface CommandMachine extends Machine {
  /** Of what the last batch left: at most `length` bytes from byte `from` on. */
  read(from: number, length: number): Promise<Buffer>;
}

/** A machine failed: this costs its trial, and the rest is measured. */
export class MachineError extends Error {
  override name = 'MachineError';
}

/** The connection to a machine on another computer was lost: this costs its trial, which is tried again. */
export class ConnectionLost extends MachineError {
  override name = 'ConnectionLost';
}

/** The machine lives, but cannot do what it was asked to. */
export class Refusal extends MachineError {
  override name = 'Refusal';
}

/** Throws MachineError for a machine that is more than a driver offers, before it starts anything. */
export function expectOffered(
  id: string,
  offers: VmOffers | undefined,
  vm: Parameters<typeof beyondOffers>[1],
): void {
  const beyond = beyondOffers(offers ?? {}, vm);
  if (beyond !== null) throw new MachineError(`${id} can start no machine with ${beyond}`);
}
