import { homedir, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * Where hvbench keeps what it can make or fetch again: below the user's cache (XDG Base Directory Specification, which has
 * relative paths ignored).
 */
export function cacheFolder(): string {
  const { XDG_CACHE_HOME = '' } = process.env;
  const caches = isAbsolute(XDG_CACHE_HOME)
    ? XDG_CACHE_HOME
    : join(homedir() || userInfo().homedir, '.cache');
  return join(caches, 'hvbench');
}
