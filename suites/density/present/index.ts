/** How many idle machines fit: the chart, the tables, and density.csv. */
import type { Section } from '../../../core/model/section.ts';
import type { DensityResult } from '../schema.ts';
import { densityCharts } from './chart.ts';
import { densityCsv } from './csv.ts';
import { densityTables } from './view.ts';

const METHOD =
  'Density: machines were started in growing numbers until the goal, a limit, the memory or the time ended it. At each ' +
  'power of ten, all of them got one request and every answer was checked. Memory is what the host, kernel included, ' +
  'uses more than before the first machine.';

/** No section if it was not measured. */
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
