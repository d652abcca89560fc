/** Which hypervisors of a result a claim speaks of. */
import type { HypervisorInfo } from '../../results/schema.ts';
import type { Subject } from './claim.ts';

/** The available ones that fit all that the subject names. A container is native, and spoken of only by name. */
export function subjects(
  { mode, techniques, ids }: Subject,
  hypervisors: readonly HypervisorInfo[],
): HypervisorInfo[] {
  return hypervisors.filter(
    (one) =>
      one.available &&
      (one.mode !== 'native' || ids !== undefined) &&
      (mode === undefined || one.mode === mode) &&
      (techniques === undefined || techniques.includes(one.technique)) &&
      (ids === undefined || ids.includes(one.id)),
  );
}
