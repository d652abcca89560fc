/** An error that a user can mend: what, where and what to do, in one line. The command exits with 2. */
export class UserError extends Error {
  override name = 'UserError';
}

/** Something that this installation lacks what to make with: it costs that, and nothing else. */
export class UnmakeableError extends UserError {
  override name = 'UnmakeableError';
}

/** Something was done, and could not be kept in whole: told even to who has interrupted it. */
export class UnkeptError extends UserError {
  override name = 'UnkeptError';
}

/** A gate has nothing to judge by: its file is missing, or holds nothing of this host class. */
export class NoBaselineError extends UserError {
  override name = 'NoBaselineError';
  /** The message without advice. */
  readonly lack: string;
  constructor(lack: string, advice: string) {
    super(`${lack}; ${advice}`);
    this.lack = lack;
  }
}
