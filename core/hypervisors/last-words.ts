/** What a process that died had to say: the one line of its standard error that tells most. */

const MOST_CHARACTERS = 400;
/** Node's own signature below an error that nobody caught. */
const SIGNATURE = /^Node\.js v/;
/** `Error: `, `RangeError: `, `Error [ERR_SOMETHING]: `: a stack, and what the error holds, come below. */
const ERROR = /^(?:Uncaught )?(?:[A-Z]\w*)?Error\b.*:/;

/** The last error that is named, else the last line; undefined where it said nothing. */
export function lastWords(stderr: string): string | undefined {
  const lines = stderr
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && !SIGNATURE.test(line));
  const line = lines.findLast((one) => ERROR.test(one)) ?? lines.at(-1);
  return line?.trim().slice(0, MOST_CHARACTERS);
}
