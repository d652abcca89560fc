/** What a claim is made of; the claims themselves are in claims.ts. */
import type { ClaimFigure, Mode, Technique } from '../../results/schema.ts';
import type { Band } from '../../stats/index.ts';

/** What a reader sets, and no source says. */
export interface Thresholds {
  /** The overhead up to which a cost counts as negligible, a fraction. */
  readonly negligible: number;
}

/** Whose cost a claim speaks of: hypervisors that fit all that is named. */
export interface Subject {
  /** In words, for the reason why there is none: "a hypervisor with hardware assist". */
  readonly words: string;
  readonly mode?: Exclude<Mode, 'native' | 'unknown'>;
  readonly techniques?: readonly Technique[];
  readonly ids?: readonly string[];
}

export interface Claim {
  readonly id: string;
  /** In our words. */
  readonly statement: string;
  /** Who said it, and where that is recorded. */
  readonly source: string;
  readonly year: number;
  /** Whether somebody measured it, or promised or expects it. */
  readonly basis: 'measured' | 'advertised';
  /** Whether the figure is quoted from memory: nobody here had the source before them. */
  readonly recalled?: boolean;
  readonly figure: ClaimFigure;
  /** What the cost stands against: "native". */
  readonly against: string;
  /** The class of work, in words. */
  readonly work: string;
  readonly of: Subject;
  /** The hypervisors whose cost it stands against, if that is not native. */
  readonly versus?: Subject;
  /** The suites that are of that class; all if left out. */
  readonly suites?: readonly string[];
  /** For a figure that is no overhead: the metric of a row, as results name it. */
  readonly metric?: string;
  /** The values that it allows: overheads as fractions, times in ns, memory in bytes. */
  readonly band: (thresholds: Thresholds) => Band;
  /** How far from 0 the control's overhead may reach for a verdict, a fraction; of an overhead. */
  readonly quiet: number;
  /** Why no result of hvbench can tell, if that is so. */
  readonly untestable?: string;
  /** What to know of a figure that stands for the claimed one. */
  readonly note?: string;
}
