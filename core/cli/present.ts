/** Prints and writes what a command found. */
import { checkWritable, writeOrSay } from '../files.ts';
import { useColour } from './colour.ts';
import type { Output } from './outputs.ts';
import { printable } from './printable.ts';
import { outputWidth } from './terminal.ts';

export interface Presented<F> {
  readonly formats: readonly F[];
  render(format: F, options: { readonly colour: boolean; readonly width: number }): string | Buffer;
}

/**
 * What is for standard output comes first, and a file that cannot be written costs no other. Throws UserError for the first
 * that cannot.
 */
export async function present<F extends { readonly name: string }>(
  outputs: readonly Output[],
  { formats, render }: Presented<F>,
): Promise<void> {
  const contentOf = ({ format: name, file }: Output): string | Buffer => {
    const format = formats.find((one) => one.name === name);
    if (!format) throw new Error(`there is no format ${name}`);
    return render(format, { colour: file === null && useColour(), width: outputWidth() });
  };
  const isShown = ({ file }: Output) => file === null;
  const shown = outputs.filter(isShown);
  for (const output of shown) await printText(contentOf(output));
  let failed: unknown;
  for (const output of outputs) {
    const { file, option } = output;
    if (file === null) continue;
    try {
      write(file, contentOf(output), option);
      // What a program reads is not mixed with it.
      if (shown.every(({ format }) => format === 'terminal'))
        await printText(`Written to ${printable(file)}\n`);
    } catch (error) {
      failed ??= error;
    }
  }
  if (failed) throw failed;
}

/** Throws UserError for the first file that cannot be written, before anything is measured for it. */
export function checkOutputs(outputs: readonly Output[]): void {
  for (const { file, option } of outputs)
    if (file !== null) checkWritable(file, printable(file), `choose another ${option}`);
}

/** Writes what a command was asked for by `option`, whole or not at all. Throws UserError where that cannot be. */
function write(path: string, content: string | Buffer, option: string): void {
  writeOrSay(path, content, path, `choose another ${option}`);
}

/** Waits until it is written: what cannot be ends the command (core/cli/main.ts), and a journal stays. */
export function printText(text: string | Buffer): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(text, (error) => {
      // A reader that has seen enough has seen it.
      if (!error || (error as NodeJS.ErrnoException).code === 'EPIPE') resolve();
    });
  });
}
