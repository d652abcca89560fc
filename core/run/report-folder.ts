/** The reports of a run that is over. */
import { UserError } from '../errors.ts';
import { readResult } from '../results/folder.ts';
import { recover } from './conclude.ts';
import { type Listen, type RunOutcome, Unwritten } from './options.ts';
import type { Parts } from './parts.ts';
import { writeReports } from './write-reports.ts';

export interface ReportFolderOptions {
  /** Names of the reports to write; all where left out, or null. */
  readonly formats?: readonly string[] | null;
  readonly listen?: Listen;
}

/**
 * Every report of a folder again, from result.json, or from the journal where a killed run left no result. Throws
 * UserError where it holds neither, and Unwritten where a report cannot be written.
 */
export async function reportFolder(
  folder: string,
  { formats = null, listen = () => {} }: ReportFolderOptions,
  parts: Omit<Parts, 'hypervisors'>,
): Promise<RunOutcome> {
  const stored = readResult(folder, parts.suites) ?? recover(folder, parts);
  const result = { ...stored, claims: [...parts.predict(stored)] };
  const known = parts.reports.map((report) => report.name);
  for (const format of formats ?? []) {
    if (!known.includes(format))
      throw new UserError(`unknown format '${format}': use one of ${known.join(', ')}`);
  }
  const { files, failure } = await writeReports(folder, result, parts, formats, listen);
  const outcome = { folder, result, files, unmeasured: [] };
  if (failure === null) return outcome;
  throw new Unwritten(
    `${failure}; the same command writes the rest once that is fixed, or from a copy of ${folder} elsewhere`,
    outcome,
  );
}
