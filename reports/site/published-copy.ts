/** The copy of a result that a site publishes: the same figures, without what says where on a disk they were. */
import type { Result } from '../../core/results/schema.ts';

/** What a configuration says of files, which says nothing of the figures. */
const PATHS = new Set(['out', 'kernels']);
/** Folders called after a user, in paths that stand in texts. */
const HOME = /(\/(?:home|Users)\/)[^/\s"':,;)]+/g;

/** Configured paths are left out, and names of home folders become `…`. */
export function publishedCopy(result: Result): Result {
  const config = Object.fromEntries(Object.entries(result.config).filter(([name]) => !PATHS.has(name)));
  return withoutHomes({ ...result, config });
}

function withoutHomes<T>(value: T): T {
  if (typeof value === 'string') return value.replace(HOME, '$1…') as T;
  if (Array.isArray(value))
    return value.every((item) => item === null || typeof item === 'number')
      ? value
      : (value.map(withoutHomes) as T);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutHomes(item)])) as T;
}
