/** Results that others may have made: read one at a time, and within limits. */
import { basename, dirname } from 'node:path';
import { UserError } from '../errors.ts';
import { isExecFolder } from '../exec/folder.ts';
import { RESULT, readTextAt } from '../results/folder.ts';

/** A hundred times the largest that a run has written so far. */
const LARGEST_BYTES = 100 * 2 ** 20;

/**
 * The text of a result file of a run. `not`: what is not done with one of `hvbench exec`. Throws UserError if there is none
 * or it is too large.
 */
export function othersResultText(path: string, not: string): string {
  if (basename(path) === RESULT && isExecFolder(dirname(path)))
    throw new UserError(`${path} is a result of hvbench exec, which ${not}`);
  const text = readTextAt(path, LARGEST_BYTES);
  if (text === null) throw new UserError(`cannot read ${path}: it is gone`);
  return text;
}
