/** `hvbench report DIR`: every report again. */
import { renderTerminal } from '../../reports/terminal/index.ts';
import { reportFolder } from './bench.ts';
import { useColour } from './colour.ts';
import { printable } from './printable.ts';
import { outputWidth } from './terminal.ts';
import { unwrittenLine, writtenLine } from './written.ts';

export async function report(folder: string, flags: { format?: string[]; json?: boolean }): Promise<void> {
  const { result, files } = await reportFolder(folder, flags.format ?? null, (event) => {
    if (event.type === 'unwritten') process.stderr.write(`${printable(unwrittenLine(event))}\n`);
  });
  if (flags.json) {
    process.stdout.write(`${JSON.stringify(result)}\n`);
    return;
  }
  process.stdout.write(renderTerminal(result, { colour: useColour(), width: outputWidth() }));
  process.stdout.write(writtenLine(folder, files));
}
