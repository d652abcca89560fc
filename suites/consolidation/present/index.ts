/** How many machines the host carries: the chart, the tables, and consolidation.csv. */
import type { Section } from '../../../core/model/section.ts';
import type { ConsolidationRow } from '../schema.ts';
import { consolidationCharts } from './chart.ts';
import { consolidationCsv } from './csv.ts';
import { consolidationTables } from './view.ts';

const METHOD =
  'Consolidation: each hypervisor in turn, native processes included, ran the same number of machines at once, spread ' +
  'evenly over the CPUs; the order was random and the number doubled from step to step. Requests arrive at random ' +
  'times, whether or not earlier ones are done; latency counts from when a request was due. Figures are medians of ' +
  'windows in which all machines work.';

/** No section if it was not measured. */
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
