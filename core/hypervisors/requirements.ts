/** What every machine needs of the host to be started: util-linux's setpriv and taskset. */

import { findHelpers } from '../host/helpers.ts';
import type { Host } from '../host/host.ts';
import { notInstalled } from '../host/packages.ts';

/** Null where all is there; else the reason and the remedy. */
export async function launchHelpers(host: Host): Promise<{ reason: string; remedy?: string } | null> {
  const missing = Object.entries(await findHelpers(host))
    .filter(([, path]) => path === null)
    .map(([name]) => name);
  if (missing.length === 0) return null;
  return notInstalled(
    `${missing.join(' and ')} not found: hvbench needs them to pin machines and to end them with itself`,
    'util-linux',
    host,
  );
}
