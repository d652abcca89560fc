/** Whose exits were counted. */
import { isReference } from '../../model/role.ts';
import { footingOf } from '../../results/footing.ts';
import type { Footing, HypervisorInfo, Result } from '../../results/schema.ts';
import { countsAll, type ExitCounts } from './kinds.ts';

export interface CountedMachine {
  readonly hypervisor: string;
  readonly technique: HypervisorInfo['technique'];
  readonly paging: HypervisorInfo['paging'];
  readonly version: string | null;
  /** What the computer stood on: on an emulated one asynchronous exits mean nothing. */
  readonly footing: Footing;
  /** Whether all exits were counted; else those of some reasons. */
  readonly complete: boolean;
}

/** Counts of one operation or iteration, of each row that has some. */
export function countsOf(result: Result, hypervisor: string): ExitCounts[] {
  return [
    ...result.operations.filter((one) => one.hypervisor === hypervisor).map((one) => one.exitsPerOperation),
    ...result.measurements.filter((one) => one.hypervisor === hypervisor).map((one) => one.exitsPerIteration),
  ].filter((counts) => counts !== undefined);
}

/** The guests of a result whose exits were counted, in its order. */
export function countedMachines(result: Result): CountedMachine[] {
  return result.hypervisors.flatMap(({ id, technique, paging, version, footing }) => {
    const counts = isReference(id) ? [] : countsOf(result, id);
    if (counts.length === 0) return [];
    return [
      {
        ...{ hypervisor: id, technique, paging, version, footing: footing ?? footingOf(result.host) },
        complete: counts.every(countsAll),
      },
    ];
  });
}
