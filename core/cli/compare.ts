/** `hvbench compare A B [C …]`: results side by side. */
import { statSync } from 'node:fs';
import { comparisonFormats } from '../../reports/compare/index.ts';
import { UserError } from '../errors.ts';
import { isExecFolder } from '../exec/folder.ts';
import { writeOrSay } from '../files.ts';
import { compare as compareResults } from '../judge/compare/compare.ts';
import { reportFolder, rowsOf } from '../parts.ts';
import { readResultAt } from '../results/folder.ts';
import type { Result } from '../results/schema.ts';
import { useColour } from './colour.ts';
import { printable } from './printable.ts';
import { outputWidth } from './terminal.ts';

/** Results have letters, A to Z. */
const MOST = 26;

export interface CompareFlags {
  /** Changes up to this many per cent, either way, count as none; 1 unless given. */
  readonly margin?: number;
  readonly format?: string;
  /** Where the text goes instead of standard output. */
  readonly out?: string;
}

/** Throws UserError where a path holds no result, or `out` cannot be written. */
export async function compare(paths: readonly string[], flags: CompareFlags): Promise<void> {
  if (paths.length > MOST)
    throw new UserError(`at most ${MOST} results can be compared at once, not ${paths.length}`);
  const results: Result[] = [];
  for (const path of paths) results.push(await loadResult(path));
  const report = {
    results: results.map(({ startedAt }, index) => ({ path: paths[index] ?? '', startedAt })),
    ...compareResults(results, { margin: (flags.margin ?? 1) / 100, rowsOf }),
  };
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

/** The result of a run's folder, from its journal where a killed run left nothing else, or of a file. */
export async function loadResult(path: string): Promise<Result> {
  if (isFolder(path) && isExecFolder(path))
    throw new UserError(
      `${path} holds what hvbench exec found, which is no run: hvbench report ${path} shows it`,
    );
  // No report is asked for: it only reads.
  if (isFolder(path)) return (await reportFolder(path, { formats: [] })).result;
  const result = readResultAt(path);
  if (!result) throw new UserError(`cannot read ${path}: no such file`);
  return result;
}

export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT' ? 'no such folder or file; name a folder that hvbench run wrote' : (code ?? message);
    throw new UserError(`cannot read ${path}: ${why}`);
  }
}

/** Writes what a command was asked for by `option`, whole or not at all. Throws UserError where that cannot be. */
export function write(path: string, content: string | Buffer, option = '--out'): void {
  writeOrSay(path, content, path, `choose another ${option}`);
}
