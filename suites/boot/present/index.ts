/** How long machines take to boot: the chart, the tables, and boot.csv. */
import type { Section } from '../../../core/model/section.ts';
import type { Result } from '../../../core/results/schema.ts';
import type { BootResult } from '../schema.ts';
import { bootCharts } from './chart.ts';
import { bootCsv } from './csv.ts';
import { bootTables } from './view.ts';

const METHOD =
  'Boot: each machine was launched again and again, alone on one CPU, in random order, from a warm page cache and with ' +
  'its files dropped from it in turns, and stopped as soon as it had answered; milestones are what the host could see, ' +
  'by its own clock; intervals (95 %) come from a bootstrap over launches.';

/** No section where it was not measured. */
export function presentBoot(boots: readonly BootResult[], { seed, plan }: Result): Section[] {
  if (boots.length === 0) return [];
  const result = { boots, seed, plan };
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
