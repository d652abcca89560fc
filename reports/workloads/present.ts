/**
 * What every workload costs against native. Its tables are what a report is about, and each format has its own way with
 * them (`view.ts`); here is the rest.
 */
import { groupBy } from '../../core/group-by.ts';
import type { Section } from '../../core/model/section.ts';
import type { Result } from '../../core/results/schema.ts';
import { workloadsSentence } from '../host.ts';
import { workloadCharts } from './chart.ts';
import { overheadCsv, samplesCsv } from './csv.ts';

/** No section if no workload was measured. */
export function presentWorkloads(result: Result): Section[] {
  const { measurements, plan } = result;
  if (measurements.length === 0) return [];
  const byName = groupBy(measurements, ({ suite, workload }) => `${suite}/${workload}`);
  return [
    {
      id: 'workloads',
      title: 'Workloads',
      method: workloadsSentence(plan),
      charts: workloadCharts(result),
      tables: [],
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
