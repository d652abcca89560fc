/** How much is measured: a profile is a trade of time for certainty. */

export interface Profile {
  /** Rounds of one workload within one launch. */
  readonly rounds: number;
  /** Launches that measure everything; after these, time goes where precision can still be reached. */
  readonly fullLaunches: number;
  /** Launches before precision is even looked at, of translators three fifths: fewer say too little about their own spread. */
  readonly minLaunches: number;
  readonly maxLaunches: number;
  /** Launches of each machine for single operations. */
  readonly operationLaunches: number;
  /** How long a batch should take, ms. */
  readonly batchMs: number;
  /** When to stop measuring, seconds. */
  readonly budgetSeconds: number;
  /** Half-widths of the overhead's interval at which a row is precise enough, as fractions. */
  readonly precision: { readonly direct: number; readonly translated: number };
}

export const profiles = {
  quick: {
    rounds: 3,
    fullLaunches: 3,
    minLaunches: 3,
    maxLaunches: 6,
    operationLaunches: 3,
    batchMs: 5,
    budgetSeconds: 35,
    precision: { direct: 0.03, translated: 0.1 },
  },
  standard: {
    // Many short rounds rather than few long ones: what disturbs lasts longer than a round, and cancels in it.
    rounds: 8,
    fullLaunches: 3,
    minLaunches: 5,
    maxLaunches: 40,
    operationLaunches: 4,
    batchMs: 6,
    budgetSeconds: 300,
    precision: { direct: 0.01, translated: 0.03 },
  },
  thorough: {
    rounds: 16,
    fullLaunches: 4,
    minLaunches: 10,
    maxLaunches: 200,
    operationLaunches: 10,
    batchMs: 10,
    budgetSeconds: 1800,
    precision: { direct: 0.005, translated: 0.02 },
  },
} as const satisfies Record<string, Profile>;

export type ProfileName = keyof typeof profiles;
