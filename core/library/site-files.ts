/** The result files of a site: those that are named, and those in folders. */
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UserError } from '../errors.ts';
import { RESULT } from '../results/folder.ts';
import { isFolder } from './read.ts';

/** Folders below one that is named: artifacts of several runs lie two or three deep. */
const DEEPEST = 6;
const MOST_FILES = 100_000;

/**
 * Paths of result files, in the order in which they were named, and by name within a folder. A folder stands for the
 * `result.json` in it and in the folders below it, but for those in the folder `except`. Links are not followed. Throws
 * UserError where a path leads nowhere.
 */
export function resultFilesIn(paths: readonly string[], except: string): string[] {
  const found = new Set<string>();
  for (const path of paths) {
    if (!isFolder(path)) found.add(path);
    else for (const file of below(path, resolve(except), DEEPEST)) found.add(file);
    if (found.size > MOST_FILES) throw new UserError(`more than ${MOST_FILES} results: name fewer`);
  }
  return [...found];
}

function* below(folder: string, except: string, levels: number): Generator<string> {
  if (resolve(folder) === except) return;
  const entries = readdirSync(folder, { withFileTypes: true });
  const names = entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of names) {
    if (entry.isFile() && entry.name === RESULT) yield join(folder, entry.name);
    else if (entry.isDirectory() && levels > 0) yield* below(join(folder, entry.name), except, levels - 1);
  }
}
