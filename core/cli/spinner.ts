/** A line that changes in a terminal. */
import ora, { type Ora } from 'ora';

/** A line that changes while something is going on; `live`: whether anybody can see that. */
export interface Spinner {
  readonly spinner: Ora;
  readonly live: boolean;
}

/**
 * Standard input is left alone: to change a terminal from the background stops a process for good, and its keys for
 * signals are to work.
 */
export function createSpinner(stream: NodeJS.WriteStream): Spinner {
  // A dumb terminal cannot go back in its line.
  const live = stream.isTTY === true && stream.columns > 0 && process.env.TERM !== 'dumb';
  return { spinner: ora({ stream, isEnabled: live, isSilent: !live, discardStdin: false }), live };
}
