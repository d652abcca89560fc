/** What every workload costs against native: what a report is about. */
import { groupBy } from '../../core/group-by.ts';
import type { Section } from '../../core/model/section.ts';
import type { Result } from '../../core/results/schema.ts';
import { lacksOf, workloadsSentence } from '../host.ts';
import { workloadCharts } from './chart.ts';
import { overheadCsv, samplesCsv } from './csv.ts';
import { overheadTables } from './matrix.ts';

/** No section if no workload was measured. */
export function presentWorkloads(result: Result): Section[] {
  const { measurements, plan } = result;
  if (measurements.length === 0) return [];
  const byName = groupBy(measurements, ({ suite, workload }) => `${suite}/${workload}`);
  return [
    {
      id: 'workloads',
      title: 'Overhead',
      method: workloadsSentence(plan),
      skip: 'the table of overheads',
      place: 'lead',
      charts: workloadCharts(result),
      tables: overheadTables(result),
      lacks: lacksOf(result),
      files: [overheadCsv(result), samplesCsv(result)],
      details: [
        {
          title: 'Workloads',
          facts: [...byName].map(([name, [one]]) => [
            name,
            [one?.title, one?.exposes].filter(Boolean).join('. '),
          ]),
        },
      ],
    },
  ];
}
