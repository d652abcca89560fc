/** What lies in a folder of a measured command, besides the journal. */
import { join } from 'node:path';
import { EXEC_REPORTS, resultJson } from '../../reports/exec/index.ts';
import { writeOrSay } from '../files.ts';
import type { ExecResult } from '../results/exec-schema.ts';
import { RESULT } from '../results/folder.ts';

/** Writes the result and its reports into an existing folder, and gives their paths. Throws UserError. */
export function writeExecFolder(result: ExecResult, folder: string): string[] {
  const path = join(folder, RESULT);
  replace(path, resultJson(result));
  return [path, ...writeExecReports(result, folder)];
}

/** The reports of these names, or all. Throws UserError if one cannot be written. */
export function writeExecReports(result: ExecResult, folder: string, names?: readonly string[]): string[] {
  return EXEC_REPORTS.filter(({ name }) => !names || names.includes(name)).map(({ file, render }) => {
    const path = join(folder, file);
    replace(path, render(result));
    return path;
  });
}

/** In one step: half a result would hide the journal. */
function replace(path: string, text: string): void {
  writeOrSay(path, text, path, 'free up space there, or choose another folder');
}
