/** The hosts of a fleet as they are merged. */
import type { FleetEntry } from '../results/fleet/entry.ts';
import type { HostStatus } from './status.ts';

export function entriesOf(statuses: readonly HostStatus[]): FleetEntry[] {
  return statuses.map(({ name, host, state, reason, result }) => ({
    name,
    // Whoever merges cannot wait for an answer; the reason says that there was none.
    state: state === 'unknown' ? 'lost' : state,
    ...(reason !== null && { reason }),
    ...(result !== null && { file: result }),
    ...(host !== null && { host }),
  }));
}
