/** The terminal that the tool writes to, if it is one. */
import ora, { type Ora } from 'ora';

const USUAL_WIDTH = 120;

/** Columns of standard output. Where nobody has told a terminal its size, it says 0. */
export function outputWidth(): number {
  return process.stdout.columns || USUAL_WIDTH;
}

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
  const live = stream.isTTY === true && stream.columns > 0;
  return { spinner: ora({ stream, isEnabled: live, isSilent: !live, discardStdin: false }), live };
}
