/** Which folders of this computer a command in an emulated one writes to. */
import { mkdirSync, realpathSync, rmdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UserError } from '../errors.ts';
import { reasonOf } from '../files.ts';

/** Options that name a folder for results, and commands that have one of their own without them. */
const OPTIONS = ['--out', '--resume'];
const WITH_RESULTS = ['run', 'gate'];
const RESULTS = 'results';

/** Folders as the arguments of a command of hvbench name them. What stands behind `--` is another command's. */
export function resultFolders(argv: readonly string[]): string[] {
  const [command = ''] = argv;
  const end = argv.indexOf('--');
  const own = end < 0 ? argv : argv.slice(0, end);
  const named = own.flatMap((word, index) => {
    const [option = '', ...value] = word.split('=');
    if (!OPTIONS.includes(option)) return [];
    return value.length > 0 ? [value.join('=')] : own.slice(index + 1, index + 2);
  });
  const folders = named.filter((folder) => folder !== '');
  return folders.length === 0 && WITH_RESULTS.includes(command) ? [RESULTS] : folders;
}

export interface Shares {
  /** Absolute, without links. */
  readonly folders: readonly string[];
  /** Removes what was made for them and is still empty. */
  discard(): void;
}

/** Makes the folders that are not there. Throws UserError where one cannot be made. */
export function makeShares(named: readonly string[]): Shares {
  const made: string[] = [];
  const discard = () => {
    for (const folder of made.toReversed()) {
      try {
        rmdirSync(folder);
      } catch {
        // Something is in it.
      }
    }
  };
  try {
    const folders = named.map((name) => {
      const folder = resolve(name);
      const first = mkdirSync(folder, { recursive: true });
      for (let each = folder, isNew = first !== undefined; isNew; each = dirname(each)) {
        made.unshift(each);
        isNew = each !== first;
      }
      return realpathSync(folder);
    });
    return { folders: [...new Set(folders)], discard };
  } catch (error) {
    discard();
    const { path = '' } = error as NodeJS.ErrnoException;
    throw new UserError(`cannot write results to ${path}: ${reasonOf(error)}; choose another --out`);
  }
}
