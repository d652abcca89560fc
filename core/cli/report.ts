/** `hvbench report DIR`: every report again. */
import { EXEC_REPORTS, renderExec } from '../../reports/exec/index.ts';
import { renderTerminal } from '../../reports/index.ts';
import { UserError } from '../errors.ts';
import { isExecFolder, readExec } from '../exec/folder.ts';
import { reportFolder } from './bench.ts';
import { useColour } from './colour.ts';
import { writeExecReports } from './exec-folder.ts';
import { outputWidth } from './terminal.ts';
import { writtenLine } from './written.ts';

interface ReportFlags {
  readonly format?: string[];
  readonly json?: boolean;
}

export async function report(folder: string, flags: ReportFlags): Promise<void> {
  if (isExecFolder(folder)) return reportExec(folder, flags);
  const { result, files } = await reportFolder(folder, flags.format ?? null);
  if (flags.json) {
    process.stdout.write(`${JSON.stringify(result)}\n`);
    return;
  }
  process.stdout.write(renderTerminal(result, { colour: useColour(), width: outputWidth() }));
  process.stdout.write(writtenLine(folder, files));
}

/** Of a folder that `hvbench exec --out` wrote, or left when it was killed. */
function reportExec(folder: string, { format: formats, json }: ReportFlags): void {
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
