/** An error that a user can mend: what, where and what to do, in one line. The command exits with 2. */
export class UserError extends Error {
  override name = 'UserError';
}
