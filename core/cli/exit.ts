/** Exit codes: a contract that scripts depend on. */
export const exitCodes = {
  done: 0,
  /** A regression, or a trial that failed. */
  finding: 1,
  /** Usage, environment, unreadable input. */
  cannot: 2,
  /** With `ab --bisect`: `git bisect run` takes another commit. */
  untestable: 125,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
