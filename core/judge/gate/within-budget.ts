/** How many suspects a gate has time for. */
import type { RowIdentity } from '../compare/match.ts';

/**
 * How many of the suspects, from the first on, can have so many launches in the time left, where a launch of one
 * workload takes `secondsEach`. Rows of one workload and ISA are measured together, and cost what one does.
 */
export function suspectsWithinBudget(
  suspects: readonly RowIdentity[],
  launches: number,
  secondsEach: number,
  secondsLeft: number,
): number {
  const workloads = new Set<string>();
  for (const [index, { isa, suite, workload }] of suspects.entries()) {
    workloads.add(`${isa} ${suite}/${workload}`);
    if (workloads.size * launches * secondsEach > secondsLeft) return index;
  }
  return suspects.length;
}
