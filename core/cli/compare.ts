/** `hvbench compare A B [C …]`: results side by side. */
import { comparisonFormats } from '../../reports/compare/index.ts';
import { compare as compareResults } from '../library/compare.ts';
import { type OutputFlags, outputsOf, redirected } from './outputs.ts';
import { type ConfigFlag, partsToShow } from './parts.ts';
import { present } from './present.ts';

export interface CompareFlags extends OutputFlags, ConfigFlag {
  /** Changes up to this many per cent, either way, count as none; 1 unless given. */
  readonly margin?: number;
  /** The former way to name a file: where the one format goes instead of standard output. */
  readonly out?: string;
}

/** Throws UserError where a path holds no result, or a file cannot be written. */
export async function compare(paths: readonly string[], flags: CompareFlags): Promise<void> {
  const report = await compareResults(paths, { margin: flags.margin }, await partsToShow(flags));
  const [{ name: usual }] = comparisonFormats;
  const outputs = outputsOf(flags, usual);
  await present(flags.out === undefined ? outputs : [redirected(outputs, flags.out)], {
    formats: comparisonFormats,
    render: (format, options) => format.render(report, options),
  });
}
