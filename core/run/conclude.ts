/** From a journal to the result. */
import { UserError } from '../errors.ts';
import { assemble, NoHeaderError, TooManyError, UnknownSuiteError } from '../results/assemble.ts';
import { checkResult, readEntries } from '../results/folder.ts';
import { type JournalEntry, runLines } from '../results/journal.ts';
import type { Result } from '../results/schema.ts';
import type { Parts } from './parts.ts';

type Concluding = Pick<Parts, 'suites' | 'judge'>;

/** What a run's entries come to, with what is claimed judged. Throws UserError where they make no result. */
export function conclude(
  entries: Iterable<JournalEntry>,
  folder: string,
  { suites, judge }: Concluding,
): Result {
  let result: Result;
  try {
    result = assemble(entries, suites);
  } catch (error) {
    if (error instanceof NoHeaderError)
      throw new UserError(
        `${folder} holds no measurement: the run ended before it measured anything; start a new run with --out ${folder}`,
      );
    if (error instanceof TooManyError)
      throw new UserError(`the journal in ${folder} was not written by hvbench: ${error.message}`);
    if (error instanceof UnknownSuiteError)
      throw new UserError(
        `the journal in ${folder} cannot be summarized: ${error.message}, which no plugin provides; name the configuration that has the plugin with --config`,
      );
    throw error;
  }
  return { ...result, claims: judge(result) };
}

/** From the journal alone. Throws UserError where that makes no result that could be read again. */
export function recover(folder: string, parts: Concluding): Result {
  const { suites } = parts;
  const result = conclude(readEntries(folder, runLines(suites)), folder, parts);
  checkResult(result, folder, suites);
  return result;
}
