/** Whether to colour what goes to standard output: the same answer for every command. */

/**
 * Colours if a person looks, unless NO_COLOR or a terminal that knows none (TERM=dumb) is in the way. FORCE_COLOR decides
 * before both, as in Node.js: `0` and `false` are none, anything else is colours, into files too.
 */
export function useColour(
  { isTTY }: Pick<NodeJS.WriteStream, 'isTTY'> = process.stdout,
  { FORCE_COLOR, NO_COLOR, TERM }: NodeJS.ProcessEnv = process.env,
): boolean {
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return isTTY === true && !NO_COLOR && TERM !== 'dumb';
}
