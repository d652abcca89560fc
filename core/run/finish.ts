/** The end of a run: its result, and the reports of it. */
import { join } from 'node:path';
import { writeResult } from '../results/folder.ts';
import type { JournalEntry } from '../results/journal.ts';
import { conclude } from './conclude.ts';
import { type Listen, type RunOutcome, Unwritten } from './options.ts';
import type { Parts } from './parts.ts';
import { unwritten, writeReports } from './write-reports.ts';

/** One file that cannot be written costs no other. */
export async function finish(
  {
    folder,
    entries,
    unmeasured,
  }: Pick<RunOutcome, 'folder' | 'unmeasured'> & { readonly entries: readonly JournalEntry[] },
  formats: readonly string[] | null,
  listen: Listen,
  parts: Parts,
): Promise<RunOutcome> {
  const result = conclude(entries, folder, parts);
  const files: string[] = [];
  let failure: string | null = null;
  const path = join(folder, 'result.json');
  try {
    writeResult(folder, result);
    files.push(path);
  } catch (error) {
    failure = unwritten(error, path);
  }
  const reported = await writeReports(folder, result, parts, formats, listen);
  failure ??= reported.failure;
  const outcome = { folder, result, files: [...files, ...reported.files], unmeasured };
  if (failure === null) return outcome;
  throw new Unwritten(
    `${failure}; everything measured is kept in ${join(folder, 'samples.ndjson')}: once that is fixed, hvbench report ${folder} writes the rest, and hvbench run --resume ${folder} continues`,
    outcome,
  );
}
