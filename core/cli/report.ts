/** `hvbench report DIR`: every report again. */
import { renderTerminal } from '../../reports/index.ts';
import { reportFolder } from './bench.ts';
import { useColour } from './colour.ts';
import { writtenLine } from './written.ts';

export async function report(folder: string, flags: { format?: string[]; json?: boolean }): Promise<void> {
  const { result, files } = await reportFolder(folder, flags.format ?? null);
  if (flags.json) {
    process.stdout.write(`${JSON.stringify(result)}\n`);
    return;
  }
  process.stdout.write(renderTerminal(result, { colour: useColour(), width: process.stdout.columns ?? 120 }));
  process.stdout.write(writtenLine(folder, files));
}
