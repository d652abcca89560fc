/** An error that a user can mend: what, where and what to do, in one line. The command exits with 2. */
export class UserError extends Error {
  override name = 'UserError';
}

/** Something was done, and could not be kept in whole: told even to who has interrupted it. */
export class UnkeptError extends UserError {
  override name = 'UnkeptError';
}
