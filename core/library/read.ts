/** What was measured before. */
import { statSync } from 'node:fs';
import { UserError } from '../errors.ts';
import { isExecFolder } from '../exec/folder.ts';
import { readResultAt } from '../results/folder.ts';
import { parseResult } from '../results/read-result.ts';
import type { Result } from '../results/schema.ts';
import type { Parts } from '../run/parts.ts';
import { reportFolder } from '../run/report-folder.ts';

/** The result of a run's folder, from its journal if a killed run left nothing else, or of a file. Throws UserError. */
export async function readResult(path: string, parts: Parts): Promise<Result> {
  if (isFolder(path) && isExecFolder(path))
    throw new UserError(
      `${path} holds a result of hvbench exec, not of hvbench run: hvbench report ${path} shows it`,
    );
  // No report is asked for: it only reads.
  if (isFolder(path)) return (await reportFolder(path, { formats: [] }, parts)).result;
  const result = readResultAt(path, (content) => parseResult(content, parts.suites));
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
