/** How many machines a host carries: many of one hypervisor at once, after the tiles of VMmark and SPECvirt. */
import type { MeasuredSuite, Method } from '../../core/measure/method.ts';
import { presentConsolidation } from './present/index.ts';
import { consolidationRows } from './rows.ts';
import {
  type ConsolidationEntry,
  type ConsolidationRow,
  consolidationEntries,
  consolidationSchema,
} from './schema.ts';
import { summarizeConsolidation } from './summarize.ts';

const method: Method<ConsolidationEntry, ConsolidationRow> = {
  weight: 2,
  // Most commands list suites, and measure none of them.
  measure: async (context) => (await import('./measure.ts')).measureConsolidation(context),
  entries: consolidationEntries,
  detail: consolidationSchema,
  formerList: 'consolidation',
  summarize: summarizeConsolidation,
  rows: consolidationRows,
  present: presentConsolidation,
};

export const consolidation: MeasuredSuite = {
  name: 'consolidation',
  title:
    'Consolidation: 1, 2, 4, … machines at once, each with a mix of work; how many the host carries, their memory, a boot storm',
  slot: 6,
  folder: 'suites/consolidation',
  method,
  workloads: [],
};
