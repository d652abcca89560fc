/** Whether to colour what goes to standard output: the same answer for every command. */

/** Colours where a person looks, and where NO_COLOR does not forbid them. */
export function useColour(): boolean {
  return process.stdout.isTTY === true && !process.env.NO_COLOR;
}
