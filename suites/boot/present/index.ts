/** How long machines take to boot: the chart, the tables, and boot.csv. */
import type { Section } from '../../../core/model/section.ts';
import type { Result } from '../../../core/results/schema.ts';
import { bootCharts } from './chart.ts';
import { bootCsv } from './csv.ts';
import { bootTables } from './view.ts';

const METHOD =
  'Boot: each machine was launched again and again, alone on one CPU, in random order, from a warm page cache and with ' +
  'its files dropped from it in turns, and stopped as soon as it had answered; milestones are what the host could see, ' +
  'by its own clock; intervals (95 %) come from a bootstrap over launches.';

/** No section where it was not measured. */
export function presentBoot(result: Pick<Result, 'boots' | 'seed' | 'plan'>): Section[] {
  if (result.boots.length === 0) return [];
  return [
    {
      id: 'boot',
      title: 'Boot',
      method: METHOD,
      charts: bootCharts(result),
      tables: bootTables(result),
      files: [bootCsv(result)],
      details: [],
    },
  ];
}
