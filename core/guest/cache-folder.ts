import { homedir } from 'node:os';
import { resolve } from 'node:path';

/** Where hvbench keeps what it can make or fetch again: below the user's cache (XDG Base Directory). */
export function cacheFolder(): string {
  return resolve(process.env.XDG_CACHE_HOME || resolve(homedir(), '.cache'), 'hvbench');
}
