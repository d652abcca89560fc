/** Which folders of this computer a command in an emulated one writes to. */
import { lstatSync, mkdirSync, readdirSync, realpathSync, rmdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
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
  /** Whether all that is in them is as it was when they were made or found, as far as that can be told. */
  isUntouched(): boolean;
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
    const before = contents(folders);
    const isUntouched = () => before !== null && contents(folders) === before;
    return { folders: [...new Set(folders)], isUntouched, discard };
  } catch (error) {
    discard();
    const { path = '' } = error as NodeJS.ErrnoException;
    throw new UserError(`cannot write results to ${path}: ${reasonOf(error)}; choose another --out`);
  }
}

/** Names, sizes and times of all that is in these folders, as one text; null where that cannot be read. */
function contents(folders: readonly string[]): string | null {
  try {
    return folders
      .flatMap((folder) =>
        readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
      )
      .map((path) => {
        const { size, mtimeMs } = lstatSync(path);
        return `${path} ${size} ${mtimeMs}`;
      })
      .sort()
      .join('\n');
  } catch {
    return null;
  }
}
