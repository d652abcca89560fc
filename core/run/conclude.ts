/** From a journal to the result. */
import { UserError } from '../errors.ts';
import { assemble, NoHeaderError, TooManyError } from '../results/assemble.ts';
import { checkResult, readEntries } from '../results/folder.ts';
import type { JournalEntry } from '../results/journal.ts';
import type { Result } from '../results/schema.ts';
import type { Reporting } from './parts.ts';

type Judge = Reporting['judge'];

/** What a run's entries come to, with what is claimed judged. Throws UserError where they make no result. */
export function conclude(entries: Iterable<JournalEntry>, folder: string, judge: Judge): Result {
  let result: Result;
  try {
    result = assemble(entries);
  } catch (error) {
    if (error instanceof NoHeaderError)
      throw new UserError(
        `${folder} holds no measurement: the run ended before it began; begin it anew by --out ${folder}`,
      );
    if (error instanceof TooManyError)
      throw new UserError(`the journal in ${folder} is none that hvbench wrote: ${error.message}`);
    throw error;
  }
  return { ...result, claims: judge(result) };
}

/** From the journal alone. Throws UserError where that makes no result that could be read again. */
export function recover(folder: string, judge: Judge): Result {
  const result = conclude(readEntries(folder), folder, judge);
  checkResult(result, folder);
  return result;
}
