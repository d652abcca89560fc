/** The reports of a result, each in files of its own. */
import { setImmediate } from 'node:timers/promises';
import { UnmakeableError } from '../errors.ts';
import { reasonOf } from '../files.ts';
import type { Result } from '../results/schema.ts';
import type { Listen } from './options.ts';
import type { Parts } from './parts.ts';

/**
 * Writes those of these names, or all: paths of what is there now, and why the first that is not could not be written. One
 * that this installation cannot make is told to `listen`, unless it was named: then it is thrown.
 */
export async function writeReports(
  folder: string,
  result: Result,
  { reports, suites }: Pick<Parts, 'reports' | 'suites'>,
  formats: readonly string[] | null,
  listen: Listen,
): Promise<{ files: string[]; failure: string | null }> {
  const files: string[] = [];
  let failure: string | null = null;
  for (const report of reports) {
    if (formats && !formats.includes(report.name)) continue;
    // Drawing takes a while, and an interrupt is only seen in between.
    await setImmediate();
    try {
      files.push(...(await report.write(result, folder, suites)));
    } catch (error) {
      // Whoever named it asked for nothing else.
      if (error instanceof UnmakeableError && !formats)
        listen({ type: 'unwritten', report: report.name, error: error.message });
      else if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
      else failure ??= unwritten(error, folder);
    }
  }
  return { files, failure };
}

/** `where`: unless the error names the file itself. */
export function unwritten(error: unknown, where: string): string {
  return `cannot write ${(error as NodeJS.ErrnoException).path ?? where}: ${reasonOf(error)}`;
}
