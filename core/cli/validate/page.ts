/** A page whose part between two marks a validation replaces. */
import { readFileSync } from 'node:fs';
import { UserError } from '../../errors.ts';
import { reasonOf } from '../../files.ts';

/** The page around the marks of one of these names. Throws UserError if it cannot be read, or has none of them. */
export function splitPage(
  path: string,
  names: readonly [string, ...string[]],
): { before: string; after: string } {
  const text = readPage(path);
  for (const name of names) {
    const begin = `<!-- ${name}:begin -->\n`;
    const [from, to] = [text.indexOf(begin), text.indexOf(`<!-- ${name}:end -->`)];
    if (from >= 0 && to > from) return { before: text.slice(0, from + begin.length), after: text.slice(to) };
  }
  const [name] = names;
  throw new UserError(
    `${path} has no <!-- ${name}:begin --> with <!-- ${name}:end --> after it: nothing could be written there`,
  );
}

function readPage(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UserError(`cannot read ${path}: ${reasonOf(error)}; choose another --write`);
  }
}
