/** What a table of workloads, or of operations, says. Suites know no hypervisor: a row is a program and what it exposes. */
import type { Result } from '../results/schema.ts';
import type { MachineFeature, Scratch } from './features.ts';
import type { Isa, Platform } from './isa.ts';
import type { Row } from './row.ts';

/** Sizes of the data caches of the CPU that measures, in bytes. */
export interface CacheSizes {
  readonly l1d: number;
  readonly l2: number;
  /** The last level, whichever that is. */
  readonly llc: number;
}

export interface Workload {
  /** Unique within its suite; what `--workload` takes. */
  readonly name: string;
  /** One line for people: the algorithm and what one iteration is. */
  readonly title: string;
  /** What this workload exposes about a hypervisor. */
  readonly exposes: string;
  /** The C file beside the table, and the entry in it (`WORKLOAD(…, "suite/entry", …)`). */
  readonly source: string;
  readonly entry: string;
  /** The workload's parameter (usually its working set in bytes) on a computer with these caches. */
  readonly argument?: (caches: CacheSizes) => number;
  /** The most iterations that one batch may hold, if the working set bounds them. */
  readonly maxIterations?: number;
  /** What the machine must offer. */
  readonly needs?: readonly MachineFeature[];
}

/** A single thing that a machine can do, timed by itself. */
export interface Operation {
  /** Unique within its suite; what `--workload` takes. The guest knows it as `suite/name`. */
  readonly name: string;
  /** One line for people: what is done once. */
  readonly title: string;
  /** What its cost exposes about a hypervisor. */
  readonly exposes: string;
  /** Where it exists; on both ISAs if left out. */
  readonly isas?: readonly Isa[];
  /**
   * What a native process does: the very same instructions, something like it that stands for it (said in a few
   * words), or nothing, since a process may not.
   */
  readonly native: 'same' | 'impossible' | { readonly counterpart: string };
  /** The most that fit into one batch, if something bounds them. */
  readonly most?: number;
  /** What the tool tells the guest, if the guest cannot know it. */
  readonly argument?: keyof Scratch;
  /** How an emulator of hardware assist may spoil it, as a reason for people. */
  readonly emulatorsFault?: string;
}

/** `Method`: how a suite with its own method is measured. */
export interface Suite<Method = unknown> {
  readonly name: string;
  readonly title: string;
  /**
   * Where the code of its workloads is linked (core/guest/layout.ts): fixed for ever, so that digests stay. A plugin's is
   * one of 100 to 115; what has no workloads needs none.
   */
  readonly slot?: number;
  /** Folder of the C sources: a plugin's by its whole path, hvbench's own relative to the package. */
  readonly folder?: string;
  /** What it takes to run its workloads; `bare` where left out. */
  readonly platform?: Platform;
  /** Left out unless it is named: the suite tests the tool, not a hypervisor. */
  readonly selfTest?: boolean;
  /**
   * How it is measured, if not in batches against native: what starting a machine costs, say, or how many a
   * host carries. A suite without workloads of its own, left out unless it is named, since it takes the whole computer.
   */
  readonly method?: Method;
  /** In slot order: append only, since a row's place is part of its address and so of its digest. */
  readonly workloads: readonly Workload[];
  /** Single operations, measured in a kernel of our own instead: see core/measure/operations.ts. */
  readonly operations?: readonly Operation[];
  /** What a result has of this suite beside workloads, for whatever judges figures; none is left out. */
  readonly rows?: (result: Result) => Row[];
}
