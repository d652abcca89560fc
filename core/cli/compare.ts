/** `hvbench compare A B [C …]`: results side by side. */
import { comparisonFormats } from '../../reports/compare/index.ts';
import { writeOrSay } from '../files.ts';
import { compare as compareResults } from '../library/compare.ts';
import { useColour } from './colour.ts';
import { type ConfigFlag, partsFor } from './parts.ts';
import { printable } from './printable.ts';
import { outputWidth } from './terminal.ts';

export interface CompareFlags extends ConfigFlag {
  /** Changes up to this many per cent, either way, count as none; 1 unless given. */
  readonly margin?: number;
  readonly format?: string;
  /** Where the text goes instead of standard output. */
  readonly out?: string;
}

/** Throws UserError where a path holds no result, or `out` cannot be written. */
export async function compare(paths: readonly string[], flags: CompareFlags): Promise<void> {
  const report = await compareResults(paths, { margin: flags.margin }, await partsFor(flags));
  const format = comparisonFormats.find(({ name }) => name === flags.format) ?? comparisonFormats[0];
  const { out } = flags;
  const colour = out === undefined && useColour();
  const text = format.render(report, { colour, width: outputWidth() });
  if (out === undefined) process.stdout.write(text);
  else {
    write(out, text);
    process.stdout.write(`Written to ${printable(out)}\n`);
  }
}

/** Writes what a command was asked for by `option`, whole or not at all. Throws UserError where that cannot be. */
export function write(path: string, content: string | Buffer, option = '--out'): void {
  writeOrSay(path, content, path, `choose another ${option}`);
}
