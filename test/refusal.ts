import { UserError } from '../core/errors.ts';

/** The message of the UserError that something throws, in one line. Throws if it throws nothing, or another error. */
export function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (error.message.includes('\n')) throw new Error(`more than a line: ${error.message}`);
    return error.message;
  }
  throw new Error('nothing was refused');
}
