/** How many idle machines fit: the chart, the tables, and density.csv. */
import type { Section } from '../../../core/model/section.ts';
import type { DensityResult } from '../schema.ts';
import { densityCharts } from './chart.ts';
import { densityCsv } from './csv.ts';
import { densityTables } from './view.ts';

const METHOD =
  'Density: machines are started one after another until the goal, a limit, the memory or the time says stop; at each power ' +
  'of ten all of them are asked once and every answer is checked; memory is what the host uses more than before the ' +
  'first one, its kernel included.';

/** No section where it was not measured. */
export function presentDensity(density: readonly DensityResult[]): Section[] {
  if (density.length === 0) return [];
  const result = { density };
  return [
    {
      id: 'density',
      title: 'Density',
      method: METHOD,
      charts: densityCharts(result),
      tables: densityTables(result),
      files: [densityCsv(result)],
      details: [],
    },
  ];
}
