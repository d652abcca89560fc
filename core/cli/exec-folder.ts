/** What lies in a folder that `hvbench exec --out` was given, besides the journal. */
import { join } from 'node:path';
import { EXEC_REPORTS, renderExec, resultJson } from '../../reports/exec/index.ts';
import { UserError } from '../errors.ts';
import { readExec } from '../exec/folder.ts';
import type { ExecResult } from '../exec/schema.ts';
import { writeOrSay } from '../files.ts';
import { RESULT } from '../results/folder.ts';
import { useColour } from './colour.ts';
import { outputWidth } from './terminal.ts';
import { writtenLine } from './written.ts';

/** Writes the result and its reports into an existing folder, and gives their paths. Throws UserError. */
export function writeExecFolder(result: ExecResult, folder: string): string[] {
  const path = join(folder, RESULT);
  replace(path, resultJson(result));
  return [path, ...writeExecReports(result, folder)];
}

/** The reports of these names, or all. Throws UserError where one cannot be written. */
function writeExecReports(result: ExecResult, folder: string, names?: readonly string[]): string[] {
  return EXEC_REPORTS.filter(({ name }) => !names || names.includes(name)).map(({ file, render }) => {
    const path = join(folder, file);
    replace(path, render(result));
    return path;
  });
}

/** `hvbench report` of a folder that `hvbench exec` wrote, or left when it was killed. Throws UserError. */
export function reportExec(
  folder: string,
  { format: formats, json }: { format?: string[]; json?: boolean },
): void {
  const known: readonly string[] = EXEC_REPORTS.map(({ name }) => name);
  for (const format of formats ?? [])
    if (!known.includes(format))
      throw new UserError(
        `unknown format '${format}' of what hvbench exec found: there is ${known.join(', ')}`,
      );
  const result = readExec(folder);
  const files = writeExecReports(result, folder, formats);
  if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else {
    process.stdout.write(renderExec(result, { colour: useColour(), width: outputWidth() }));
    process.stdout.write(writtenLine(folder, files));
  }
}

/** In one step: half a result would hide the journal. */
function replace(path: string, text: string): void {
  writeOrSay(path, text, path, 'make room there, or choose another folder');
}
