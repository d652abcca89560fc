/** What a table of operations says: single things that a machine can do, each timed by itself. */
import type { Scratch } from '../core/guest/features.ts';
import type { Isa } from '../core/results/schema.ts';

export interface Operation {
  /** Unique within its suite; what `--workload` takes. The guest knows it as `suite/name`. */
  readonly name: string;
  /** One line for people: what is done once. */
  readonly title: string;
  /** What its cost exposes about a hypervisor. */
  readonly exposes: string;
  /** Where it exists; on both ISAs where left out. */
  readonly isas?: readonly Isa[];
  /**
   * What a native process does: the very same instructions, something like it that stands for it (said in a few
   * words), or nothing, since a process may not.
   */
  readonly native: 'same' | 'impossible' | { readonly counterpart: string };
  /** The most that fit into one batch, where something bounds them. */
  readonly most?: number;
  /** What the guest is told, where it cannot know it. */
  readonly argument?: keyof Scratch;
}
