/** Who runs the parts of a fleet: a scheduler, or this computer by SSH. Each has a file of its own. */
import type { SubmittedEntry, SubmittedFleet } from './submission.ts';

export const BACK_ENDS = ['slurm', 'ssh', 'kubernetes'] as const;
export type BackEndName = (typeof BACK_ENDS)[number];

/** What is to be submitted. */
export interface FleetPlan {
  /** Of this fleet alone, and harmless in names: 8 hexadecimal digits. */
  readonly id: string;
  /** Absolute path of the fleet's folder, which is there. */
  readonly folder: string;
  /** The script that a host runs: host-script.ts. */
  readonly script: string;
}

/** What whoever runs a host's part knows of it. */
export type JobState =
  | { readonly state: 'pending' | 'running'; readonly reason?: string }
  /** It has ended, and its exit code is known without the folder. */
  | { readonly state: 'done'; readonly exitCode: number }
  /** It has ended badly, or never began. */
  | { readonly state: 'failed'; readonly reason: string }
  /** Nobody knows it, or it has ended without a word; `left`: whether it has left something to be fetched. */
  | { readonly state: 'lost'; readonly reason: string; readonly left?: boolean }
  /** Who should know does not answer. */
  | { readonly state: 'unknown'; readonly reason: string };

export interface Cancelled {
  /** What was done, in lines. */
  readonly lines: readonly string[];
  /** How many could not be told. */
  readonly failed: number;
}

/** One way to run on many hosts. `Options`: its part of the submission. */
export interface FleetBackEnd<Options> {
  /** The hosts by the names of their folders. Throws UserError if they cannot be known. */
  hosts(options: Options, signal: AbortSignal): Promise<readonly string[]>;
  /**
   * Hands over a part for each host. What one host refuses is in its entry; throws UserError if nothing runs, or nothing
   * may be left running. Returns lines to tell beside.
   */
  submit(
    plan: FleetPlan,
    options: Options,
    hosts: readonly string[],
    signal: AbortSignal,
  ): Promise<{ readonly entries: readonly SubmittedEntry[]; readonly notes: readonly string[] }>;
  /** What is known of these entries now, by name. Never rejects, unless `signal` aborts. */
  ask(
    fleet: SubmittedFleet,
    entries: readonly SubmittedEntry[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, JobState>>;
  /** Why whoever runs a part has ended it, as that has written it into the fleet's folder; null if it has not. */
  cause?(fleet: SubmittedFleet, entry: SubmittedEntry): string | null;
  /** Ends what still runs. Throws UserError if it can tell nobody. */
  cancel(fleet: SubmittedFleet, entries: readonly SubmittedEntry[], signal: AbortSignal): Promise<Cancelled>;
  /**
   * Brings what a host has left into the fleet's folder, if it does not write there itself. Returns why that could not be,
   * in a line, or null.
   */
  fetch?(
    fleet: SubmittedFleet,
    entry: SubmittedEntry,
    job: JobState,
    signal: AbortSignal,
  ): Promise<string | null>;
}
