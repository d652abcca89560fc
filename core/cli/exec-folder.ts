/** `hvbench report` of a folder that `hvbench exec --out` was given. */
import { EXEC_REPORTS, renderExec } from '../../reports/exec/index.ts';
import { UserError } from '../errors.ts';
import { readExec } from '../exec/folder.ts';
import { writeExecReports } from '../library/exec-folder.ts';
import { useColour } from './colour.ts';
import { outputWidth } from './terminal.ts';
import { writtenLine } from './written.ts';

/** `hvbench report` of a folder that `hvbench exec` wrote, or left when it was killed. Throws UserError. */
export function reportExec(
  folder: string,
  { format: formats, json }: { format?: string[]; json?: boolean },
): void {
  const known: readonly string[] = EXEC_REPORTS.map(({ name }) => name);
  for (const format of formats ?? [])
    if (!known.includes(format))
      throw new UserError(
        `unknown format '${format}' for a result of hvbench exec: use one of ${known.join(', ')}`,
      );
  const result = readExec(folder);
  const files = writeExecReports(result, folder, formats);
  if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else {
    process.stdout.write(renderExec(result, { colour: useColour(), width: outputWidth() }));
    process.stdout.write(writtenLine(folder, files));
  }
}
