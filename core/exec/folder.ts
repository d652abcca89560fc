/** The folder of one measurement of a command: its journal, and its result once it has ended in order. */
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { cacheFolder } from '../guest/cache-folder.ts';
import { EXEC_SCHEMA, type ExecResult, FORMER_EXEC_SCHEMA, parseExec } from '../results/exec-schema.ts';
import { JOURNAL, RESULT, readEntries, readResultAt } from '../results/folder.ts';
import { assembleExec } from './assemble.ts';
import { EXEC_JOURNAL_SCHEMA, execEntrySchema, FORMER_EXEC_JOURNAL_SCHEMA } from './journal.ts';

/**
 * Where the journal lies meanwhile, if no folder was asked for. Not below the working directory: the command may read all
 * of that, and would then read more from run to run.
 */
export function passingFolder(startedAt: string): string {
  return join(cacheFolder(), 'exec', `${startedAt.replaceAll(':', '-')}-${process.pid}`);
}

/** Whether a folder holds what `hvbench exec` found, and not a run. Never throws. */
export function isExecFolder(folder: string): boolean {
  const names = (name: string, schemas: readonly string[]) => {
    const beginning = beginningOf(join(folder, name)).replace(/\s/g, '');
    return schemas.some((schema) => beginning.includes(`"schema":"${schema}"`));
  };
  return (
    names(JOURNAL, [EXEC_JOURNAL_SCHEMA, FORMER_EXEC_JOURNAL_SCHEMA]) ||
    names(RESULT, [EXEC_SCHEMA, FORMER_EXEC_SCHEMA])
  );
}

/** Empty where there is no such file. */
function beginningOf(path: string): string {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return '';
  }
  try {
    const bytes = Buffer.alloc(256);
    return bytes.toString('latin1', 0, readSync(file, bytes, 0, bytes.length, 0));
  } catch {
    return '';
  } finally {
    closeSync(file);
  }
}

/** From result.json, or from the journal where there is none. Throws UserError where they cannot be read. */
export function readExec(folder: string): ExecResult {
  const result = readResultAt(join(folder, RESULT), parseExec);
  if (result) return result;
  try {
    return assembleExec(readEntries(folder, { schema: execEntrySchema }));
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`cannot read ${join(folder, JOURNAL)}: ${(error as Error).message}`);
  }
}
