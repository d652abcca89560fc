/** How many machines the host carries: the chart, the tables, and consolidation.csv. */
import type { Section } from '../../../core/model/section.ts';
import type { ConsolidationRow } from '../schema.ts';
import { consolidationCharts } from './chart.ts';
import { consolidationCsv } from './csv.ts';
import { consolidationTables } from './view.ts';

const METHOD =
  'Consolidation: all machines of one hypervisor at once, spread evenly over the CPUs, then as many native processes, ' +
  'in random order, then twice as many; requests come at random times whether or not earlier ones are done, and their ' +
  'latency counts from when they were due; figures are medians of windows in which all machines work.';

/** No section where it was not measured. */
export function presentConsolidation(consolidation: readonly ConsolidationRow[]): Section[] {
  if (consolidation.length === 0) return [];
  const result = { consolidation };
  return [
    {
      id: 'consolidation',
      title: 'Consolidation',
      method: METHOD,
      charts: consolidationCharts(result),
      tables: consolidationTables(result),
      files: [consolidationCsv(result)],
      details: [],
    },
  ];
}
