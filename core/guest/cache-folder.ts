import { homedir, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { UserError } from '../errors.ts';

/**
 * Where hvbench keeps what it can make or fetch again: below the user's cache (XDG Base Directory Specification, which has
 * relative paths ignored). Throws UserError for a user without a home.
 */
export function cacheFolder(): string {
  const { XDG_CACHE_HOME = '' } = process.env;
  const caches = isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : join(home(), '.cache');
  return join(caches, 'hvbench');
}

function home(): string {
  try {
    return homedir() || userInfo().homedir;
  } catch {
    // Neither HOME nor an entry in passwd(5): a container with a user of its own, a service, a job of cron.
    throw new UserError(
      `user ${process.getuid?.()} has no home folder for a cache: set XDG_CACHE_HOME to a writable folder`,
    );
  }
}
