/** `hvbench report DIR`: every report again. */
import { renderTerminal } from '../../reports/index.ts';
import { isExecFolder } from '../exec/folder.ts';
import { reportFolder } from './bench.ts';
import { useColour } from './colour.ts';
import { reportExec } from './exec-folder.ts';
import { outputWidth } from './terminal.ts';
import { writtenLine } from './written.ts';

export async function report(folder: string, flags: { format?: string[]; json?: boolean }): Promise<void> {
  if (isExecFolder(folder)) return reportExec(folder, flags);
  const { result, files } = await reportFolder(folder, flags.format ?? null);
  if (flags.json) {
    process.stdout.write(`${JSON.stringify(result)}\n`);
    return;
  }
  process.stdout.write(renderTerminal(result, { colour: useColour(), width: outputWidth() }));
  process.stdout.write(writtenLine(folder, files));
}
