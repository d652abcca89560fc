/** How long machines take to boot: the chart, the tables, and boot.csv. */
import type { Section } from '../../../core/model/section.ts';
import type { Result } from '../../../core/results/schema.ts';
import type { BootResult } from '../schema.ts';
import { bootCharts } from './chart.ts';
import { bootCsv } from './csv.ts';
import { bootTables } from './view.ts';

const METHOD =
  'Boot: each machine was launched repeatedly, alone on one CPU, in random order, and stopped after its first answer. ' +
  'Launches alternate between a warm page cache and one from which its files were dropped. Milestones are what the ' +
  'host could see, by its own clock. The 95 % CIs come from a bootstrap over launches.';

/** No section if it was not measured. */
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
