/**
 * When figures of a growing number of launches are looked at, and how sure each look has to be. How many looks there can be
 * is fixed before the first one by time and by the number of workloads, never by figures, so that the chance of a false
 * alarm can be shared out among all of them in advance (Bonferroni; of looks at growing data: Pocock 1977, "Group
 * Sequential Methods in the Design and Analysis of Clinical Trials", Biometrika 64).
 */
import { testConfidence } from '../gate/judge.ts';

/** Of the time, what is spent on launches of everything before anything is looked at. */
export const FIRST_SHARE = 1 / 3;
/** Fewer launches than this say next to nothing of their own spread. */
export const FEWEST_FIRST = 3;
/** From one look to the next, launches become so many times as many. */
const GROWTH = 1.6;
/** Chance that a figure which changed by more than counts is called the same, on each side. */
const SAME_ALPHA = 0.05;

/** What is settled before the first look. */
export interface AbDesign {
  /** Launches of everything, before any look; null if there is but one, at the end. */
  readonly first: number | null;
  /** At each figure of a workload, the last one included. */
  readonly looks: number;
}

export const ONE_LOOK: AbDesign = { first: null, looks: 1 };

/** The design of an A/B whose time for workloads is shared by so many of them. */
export function designFor(first: number, workloads: number): AbDesign {
  // What is left after the first launches makes, for one workload alone, so many times as many.
  const most = 1 + (workloads * (1 - FIRST_SHARE)) / FIRST_SHARE;
  return { first, looks: Math.floor(Math.log(most) / Math.log(GROWTH)) + 2 };
}

/** Whether a figure with so many launches is looked at now; at the end it is in any case. */
export function isLook(launches: number, { first, looks }: AbDesign): boolean {
  if (first === null) return false;
  for (let look = 0; look < looks - 1; look++)
    if (launches === Math.ceil(first * GROWTH ** look)) return true;
  return false;
}

/** How many figures of an A/B are tested. */
export interface FigureCounts {
  /** Both clocks of workloads. */
  readonly rows: number;
  /** Of suites; tested once, over the launches of everything. */
  readonly means: number;
}

/** Confidence of the intervals that convict: all tests together have the level alpha on the side that alarms. */
export function decisiveConfidence(alpha: number, { rows, means }: FigureCounts, looks: number): number {
  return testConfidence(alpha, rows * looks + means);
}

/**
 * Confidence of an interval that ends a figure as the same before the end: half of the chance to be wrong is for all looks
 * but the last, which has the other half as its 95 % interval.
 */
export function sameConfidence(looks: number): number {
  return 1 - SAME_ALPHA / Math.max(1, looks - 1);
}
