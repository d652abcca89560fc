/** How many live machines fit into a host's memory: our own VMM with all of them in one process, and QEMU microvms. */
import type { MeasuredSuite } from '../../core/measure/method.ts';
import { densityRows } from './rows.ts';

export const density: MeasuredSuite = {
  name: 'density',
  title:
    'Density: 1, 10, 100, … idle machines that all answer a request; the memory and the start of each, up to 10,000',
  slot: 7,
  folder: 'suites/density',
  // Most commands list suites, and measure none of them.
  method: { weight: 2, measure: async (context) => (await import('./measure.ts')).measureDensity(context) },
  workloads: [],
  rows: densityRows,
};
