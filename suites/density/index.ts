/** How many live machines fit into a host's memory: our own VMM with all of them in one process, and QEMU microvms. */
import type { MeasuredSuite, Method } from '../../core/measure/method.ts';
import { presentDensity } from './present/index.ts';
import { densityRows } from './rows.ts';
import { type DensityEntry, type DensityResult, densityEntries, densitySchema } from './schema.ts';
import { summarizeDensity } from './summarize.ts';

const method: Method<DensityEntry, DensityResult> = {
  weight: 2,
  // Most commands list suites, and measure none of them.
  measure: async (context) => (await import('./measure.ts')).measureDensity(context),
  entries: densityEntries,
  detail: densitySchema,
  formerList: 'density',
  summarize: summarizeDensity,
  rows: densityRows,
  present: presentDensity,
};

export const density: MeasuredSuite = {
  name: 'density',
  title:
    'Density: 1, 10, 100, … up to 10,000 idle machines that all answer a request; memory and start-up of each',
  slot: 7,
  folder: 'suites/density',
  method,
  workloads: [],
};
