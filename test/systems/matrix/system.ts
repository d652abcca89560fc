/** One system of the matrix: where the real command runs, and what has to be there. */
import type { Options } from '../../cli/command.ts';

export interface System {
  readonly id: string;
  readonly title: string;
  /** What is different there, a sentence or two. */
  readonly about: string;
  /** Makes it ready, with an empty folder of its own that all may enter; a text says why it cannot be had here. */
  open(folder: string): Promise<Place | string>;
}

export interface Place {
  /** Of each command. The folder's `cache` is XDG_CACHE_HOME. */
  readonly options: Options;
  /** Guests' kernels are fetched once for all places that name the same. */
  readonly kernels: string;
  /** To fetch them, where that takes other options. */
  readonly fetching?: Options;
  /** What has to be able to run there. */
  readonly able: readonly string[];
  /** What is not, and by what words doctor tells that, reason and remedy. */
  readonly unable?: Readonly<Record<string, RegExp>>;
  /** What doctor takes for able and is not, as `about` says: it is left out. */
  readonly without?: readonly string[];
  /** What boots, of those that can run. */
  readonly boots: readonly string[];
  /** Commands are refused by such a line; they run with other options, where there are any. */
  readonly refusal?: { readonly line: RegExp; readonly elsewhere?: Options };
  /** Another system whose compiler has to make the same guest code. */
  readonly sameCodeAs?: string;
  /** Whom the folder has to belong to. */
  readonly user?: number;
}
