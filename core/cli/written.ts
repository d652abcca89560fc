/** What a run or a report says last: the files that there are now. */
import { relative } from 'node:path';
import { printable } from './printable.ts';

/** A report that could not be made. */
export function unwrittenLine({ report, error }: { report: string; error: string }): string {
  return `not written: ${report}: ${error}`;
}

/** A line, with an empty one before it. A report writes no file where it has nothing to show. */
export function writtenLine(folder: string, files: readonly string[]): string {
  const names = files.map((file) => printable(relative(folder, file)));
  const text = names.length > 0 ? names.join(', ') : 'nothing, since these reports have nothing to show';
  return `\nWritten to ${printable(folder)}: ${text}\n`;
}
