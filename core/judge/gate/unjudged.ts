/** What a gate tells when it has judged nothing: every output of it has a form for that, so that none passes for a verdict. */
import { classDifference, type HostClass } from '../../results/host-class.ts';
import type { Baseline } from './baseline.ts';

/** A host class that the baseline has an entry for. */
export interface KnownClass {
  readonly hostClass: HostClass;
  /** When its entry was written, ISO 8601. */
  readonly createdAt: string;
  readonly runs: number;
  readonly rows: number;
  /** In what it differs from the class that was asked for: "KVM is backed by kvm_amd, not kvm_pvm". */
  readonly differs: readonly string[];
}

/** What `--learn` added to the file. */
export interface Learnt {
  readonly runs: number;
  readonly rows: number;
  /** Figures of what is no workload. */
  readonly metrics: number;
}

export interface Unjudged {
  readonly judged: false;
  /** Whether the gate passes all the same: it may (`--pass-without-baseline`), or it has learnt this host class. */
  readonly passed: boolean;
  /** `no-entry`: the file has none for this host class. `not-comparable`: it has one, of which nothing can be judged. */
  readonly kind: 'no-entry' | 'not-comparable';
  /** Why nothing was judged: a clause without its end. */
  readonly reason: string;
  /** What to do. */
  readonly advice: string;
  /** The file, as it was named. */
  readonly baseline: { readonly path: string };
  /** Of what was to be judged. */
  readonly hostClass: HostClass;
  /** Those that the file has an entry for, the most alike first; empty if there is no file. */
  readonly classes: readonly KnownClass[];
  /** The folder that was to be judged; null if nothing was measured. */
  readonly folder: string | null;
  /** What was added to the baseline; null if nothing was. */
  readonly learnt: Learnt | null;
}

/** The classes of a baseline, the most alike first. */
export function knownClasses(baseline: Baseline | null, hostClass: HostClass): KnownClass[] {
  return (baseline?.classes ?? [])
    .map((entry) => ({
      ...{ hostClass: entry.hostClass, createdAt: entry.createdAt },
      ...{ runs: entry.runs.length, rows: entry.rows.length },
      differs: classDifference(entry.hostClass, hostClass),
    }))
    .sort((a, b) => a.differs.length - b.differs.length);
}

/** Of a file without an entry for this host class, or of none. */
export function withoutEntry(
  path: string,
  baseline: Baseline | null,
  hostClass: HostClass,
  folder: string | null,
): Unjudged {
  const classes = knownClasses(baseline, hostClass);
  const [nearest] = classes;
  const differs = nearest ? ` (the nearest one in it: ${nearest.differs.join('; ')})` : '';
  return {
    ...{ judged: false, passed: false, kind: 'no-entry', learnt: null },
    reason: baseline
      ? `${path} holds no baseline for this host class${differs}`
      : `there is no baseline ${path}`,
    advice: 'write one here with --update or --learn',
    baseline: { path },
    ...{ hostClass, classes, folder },
  };
}
