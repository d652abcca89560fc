/** What the measuring of a command can be told, what it tells, and what comes of it. */
import type { HypervisorName } from '../config/names.ts';
import type { CommandEvent } from '../exec/session.ts';
import type { Shared } from '../model/shared.ts';
import type { ExecResult } from '../results/exec-schema.ts';
import type { HypervisorInfo } from '../results/schema.ts';
import type { PluginOptions } from './plugins.ts';

/** All that is left out is as the command has it. */
export interface ExecOptions extends PluginOptions {
  /** Where to measure; native is always there. All that can run commands where left out, but containers. */
  readonly hypervisors?: readonly HypervisorName[] | undefined;
  /** Run by a shell in each machine before it is measured. */
  readonly setup?: string | undefined;
  /** Run by a shell before each run. */
  readonly prepare?: string | undefined;
  /** Runs of each launch that do not count: 1 if left out, 10,000 at most. */
  readonly warmup?: number | undefined;
  /** Runs that count, in each machine, 100,000 at most; until they are precise enough or the budget is spent if left out. */
  readonly runs?: number | undefined;
  /** Seconds of measuring, if `runs` says nothing: 60 if left out. */
  readonly budget?: number | undefined;
  /** Seconds that one run may take: 300 if left out, 1,000,000 at most. */
  readonly timeout?: number | undefined;
  /** The CPU that measures; hvbench's choice if left out: docs/method.md, "Which CPU measures". */
  readonly cpu?: number | undefined;
  /** Memory of each guest, MiB: 1024 if left out. */
  readonly memory?: number | undefined;
  /** What native commands get of this computer. */
  readonly share?: readonly Shared[] | undefined;
  /** Lets the command do all that its user may, mount and trace for instance. */
  readonly keepCapabilities?: boolean | undefined;
  /** Measures a command that exits with another code than 0. */
  readonly ignoreFailure?: boolean | undefined;
  /** A regular expression; its first group is a figure in the output that is compared as well. */
  readonly metric?: string | undefined;
  /** Linux kernels for guests; fetched ones or the host's own if left out. */
  readonly kernels?: readonly string[] | undefined;
  /** Decides the order of everything. */
  readonly seed?: number | undefined;
  /** Waits for another hvbench that measures on the same CPU without limit, not a minute at most. */
  readonly wait?: boolean | undefined;
  /** Where the journal, the result and its reports go; nothing is kept if left out. */
  readonly out?: string | undefined;
  /** Called with each event, in order. */
  readonly listen?: ((event: ExecEvent) => void) | undefined;
  /** When it aborts, the measuring ends in order: what was measured is a result. */
  readonly signal?: AbortSignal | undefined;
}

/** What will be measured: comes once, before the first machine is started. */
export interface ExecPlanEvent {
  readonly type: 'plan';
  /** Where the journal lies meanwhile. */
  readonly folder: string;
  readonly seed: number;
  /** Those that run the command. */
  readonly hypervisors: readonly string[];
  /** Those that cannot, with their reasons. */
  readonly absent: readonly HypervisorInfo[];
  /** Runs of each that count; null if precision or the budget decides. */
  readonly runs: number | null;
  readonly budgetSeconds: number;
}

export type ExecEvent =
  | CommandEvent
  | ExecPlanEvent
  | { readonly type: 'phase'; readonly text: string }
  | { readonly type: 'note'; readonly text: string };

export interface ExecOutcome {
  readonly result: ExecResult;
  /** What was named and cannot run the command, with its reason. */
  readonly missing: readonly HypervisorInfo[];
  /** Paths of everything that was written into `out`. */
  readonly files: readonly string[];
}
