/** How many machines a host carries: many of one hypervisor at once, after the tiles of VMmark and SPECvirt. */
import type { MeasuredSuite } from '../../core/measure/method.ts';
import { consolidationRows } from './rows.ts';

export const consolidation: MeasuredSuite = {
  name: 'consolidation',
  title:
    'Consolidation: 1, 2, 4, … machines at once, each with a mix of work; how many the host carries, their memory, a boot storm',
  slot: 6,
  folder: 'suites/consolidation',
  // Most commands list suites, and measure none of them.
  method: {
    weight: 2,
    measure: async (context) => (await import('./measure.ts')).measureConsolidation(context),
  },
  workloads: [],
  rows: consolidationRows,
};
