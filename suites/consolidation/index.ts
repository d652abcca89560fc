/** How many machines a host carries: many of one hypervisor at once, after the tiles of VMmark and SPECvirt. */
import type { MeasuredSuite } from '../../core/measure/method.ts';
import { measureConsolidation } from './measure.ts';
import { consolidationRows } from './rows.ts';

export const consolidation: MeasuredSuite = {
  name: 'consolidation',
  title:
    'Consolidation: 1, 2, 4, … machines at once, each with a mix of work; how many the host carries, their memory, a boot storm',
  slot: 6,
  folder: 'suites/consolidation',
  method: { weight: 2, measure: measureConsolidation },
  workloads: [],
  rows: consolidationRows,
};
