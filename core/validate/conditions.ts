/** Under which conditions the validation measures, and which pairs of them are gates. */

export type ConditionId = 'clean' | 'quota' | `slow-${number}` | `${'beside' | 'same-core'}${'' | '-slow-5'}`;

export interface Condition {
  readonly id: ConditionId;
  readonly title: string;
  /** Every guest is slowed by this fraction. */
  readonly slowdown: number;
  readonly disturbance: 'neighbour-beside' | 'neighbour-same-core' | 'quota' | null;
  /** Runs of it in a whole validation. */
  readonly runs: number;
}

/** The quota: the computer is 30 % slower, native included. */
export const QUOTA_SHARE = 0.7;

const condition = (
  id: ConditionId,
  title: string,
  slowdown: number,
  disturbance: Condition['disturbance'],
  runs: number,
): Condition => ({ id, title, slowdown, disturbance, runs });

export const conditions: readonly Condition[] = [
  condition('clean', 'nothing else runs', 0, null, 6),
  condition('slow-3', 'guests slowed by 3 %', 0.03, null, 1),
  condition('slow-5', 'guests slowed by 5 %', 0.05, null, 1),
  condition('slow-10', 'guests slowed by 10 %', 0.1, null, 1),
  condition('beside', 'a noisy neighbour on another core', 0, 'neighbour-beside', 1),
  condition(
    'beside-slow-5',
    'a noisy neighbour on another core, guests slowed by 5 %',
    0.05,
    'neighbour-beside',
    1,
  ),
  condition('same-core', 'a noisy neighbour on the measuring core', 0, 'neighbour-same-core', 1),
  condition(
    'same-core-slow-5',
    'a noisy neighbour on the measuring core, guests slowed by 5 %',
    0.05,
    'neighbour-same-core',
    1,
  ),
  condition('quota', 'a CPU quota of 70 % on everything', 0, 'quota', 1),
];

/** One kind of gate: what its baseline and its result were measured under. */
export interface GateKind {
  readonly title: string;
  readonly baseline: ConditionId;
  readonly now: ConditionId;
  /** The slow-down that is to be found; 0 where any alarm is false. */
  readonly slowdown: number;
}

export const gateKinds: readonly GateKind[] = [
  { title: 'nothing changed', baseline: 'clean', now: 'clean', slowdown: 0 },
  { title: 'a noisy neighbour on another core', baseline: 'clean', now: 'beside', slowdown: 0 },
  { title: 'a noisy neighbour on the measuring core', baseline: 'clean', now: 'same-core', slowdown: 0 },
  { title: 'baseline under a CPU quota of 70 %', baseline: 'quota', now: 'clean', slowdown: 0 },
  { title: 'slowed by 3 %', baseline: 'clean', now: 'slow-3', slowdown: 0.03 },
  { title: 'slowed by 5 %', baseline: 'clean', now: 'slow-5', slowdown: 0.05 },
  { title: 'slowed by 10 %', baseline: 'clean', now: 'slow-10', slowdown: 0.1 },
  {
    title: 'slowed by 5 %, neighbour on another core',
    baseline: 'clean',
    now: 'beside-slow-5',
    slowdown: 0.05,
  },
  {
    title: 'slowed by 5 %, neighbour on the measuring core',
    baseline: 'clean',
    now: 'same-core-slow-5',
    slowdown: 0.05,
  },
  { title: 'slowed by 5 %, baseline under a CPU quota', baseline: 'quota', now: 'slow-5', slowdown: 0.05 },
];
