/** Reading the small text files by which Linux describes itself, below a root that tests can move. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The trimmed text of `root`/`path`, or null where it cannot be read. */
export async function readText(root: string, path: string): Promise<string | null> {
  try {
    return (await readFile(join(root, path), 'utf8')).trim();
  } catch {
    return null;
  }
}

/** The sorted names in the folder `root`/`path`; empty where it cannot be read. */
export async function listFolder(root: string, path: string): Promise<string[]> {
  try {
    return (await readdir(join(root, path))).sort();
  } catch {
    return [];
  }
}

/**
 * Makes text that firmware or an outer hypervisor chose fit for a record: no control, format or unassigned
 * characters (Unicode category C: terminal escapes, bidirectional overrides), one line, at most `limit`
 * code points.
 */
export function cleanText(text: string, limit = 256): string {
  const line = text
    .replace(/\p{C}+/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
  return Array.from(line).slice(0, limit).join('').trimEnd();
}
