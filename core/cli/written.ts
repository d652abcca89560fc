/** What a run or a report says of what it did not measure or write, and last of the files that there are now. */
import { relative } from 'node:path';
import type { Unmeasured } from '../run/unmeasured.ts';
import { printable } from './printable.ts';

/** A name of which nothing is measured: one line, without its end. */
export function unmeasuredLine({ kind, name, reason }: Unmeasured): string {
  return `${kind === 'hypervisor' ? name : `${kind} ${name}`} is not measured: ${reason}`;
}

/** A report that could not be made. */
export function unwrittenLine({ report, error }: { report: string; error: string }): string {
  return `not written: ${report}: ${error}`;
}

/** A line, with an empty one before it. A report writes no file where it has nothing to show. */
export function writtenLine(folder: string, files: readonly string[]): string {
  const names = files.map((file) => printable(relative(folder, file)));
  const text = names.length > 0 ? names.join(', ') : 'nothing: these reports have nothing to show';
  return `\nWritten to ${printable(folder)}: ${text}\n`;
}
