/** Rows and metrics of a suite that says nothing of them itself: a table, and a file with all digits. */
import type { Metric, Row, Value } from '../core/model/row.ts';
import type { Section, TextCell } from '../core/model/section.ts';
import { type Column, csvFile } from '../core/present/columns.ts';
import type { Result } from '../core/results/schema.ts';
import type { KeptSuite } from '../core/results/suite-records.ts';
import { valueCell } from './metric-figures.ts';

const NOTHING: TextCell = { text: '–' };

const ends = (value: Value) =>
  typeof value === 'number' ? { estimate: value, low: undefined, high: undefined } : value;

const machineOf = ({ target: { hypervisor, machineType, isa } }: Row) =>
  `${[hypervisor, machineType].filter(Boolean).join(' ')} (${isa})`;

const nameOf = (row: Row) =>
  [machineOf(row), ...Object.entries(row.dimensions).map(([name, value]) => `${name} ${value}`)].join(', ');

interface Figure {
  readonly row: Row;
  readonly name: string;
  readonly metric: Metric | undefined;
}

const COLUMNS: readonly Column<Figure>[] = [
  ['suite', ({ row }) => row.suite],
  ['hypervisor', ({ row }) => row.target.hypervisor],
  ['machine_type', ({ row }) => row.target.machineType],
  ['isa', ({ row }) => row.target.isa],
  [
    'dimensions',
    ({ row }) =>
      Object.entries(row.dimensions)
        .map(([name, value]) => `${name}=${value}`)
        .join(' '),
  ],
  ['status', ({ row }) => row.status],
  ['error', ({ row }) => row.error],
  ['metric', ({ name }) => name],
  ['unit', ({ metric }) => metric?.unit],
  ['better', ({ metric }) => metric?.better],
  ['value', ({ metric }) => metric && ends(metric.value).estimate],
  ['low', ({ metric }) => metric && ends(metric.value).low],
  ['high', ({ metric }) => metric && ends(metric.value).high],
];

/** No section if the suite has no rows. */
export function presentRows(
  suite: string,
  { rows }: Pick<Result, 'rows'>,
  suites: readonly KeptSuite[],
): Section[] {
  const own = rows.filter((row) => row.suite === suite);
  if (own.length === 0) return [];
  const metrics = new Map(own.flatMap((row) => Object.entries(row.metrics)));
  const names = [...metrics.keys()];
  const known = suites.some(({ name }) => name === suite);
  const measured = own.filter(({ status }) => status === 'ok');
  return [
    {
      id: suite,
      title: suite,
      charts: [],
      tables: [
        {
          title: suite,
          about: 'Each figure with its 95 % CI if there is one.',
          head: ['machine', ...[...metrics.values()].map(({ title }) => title)],
          rows: measured.map((row) => [
            { text: nameOf(row) },
            ...names.map((name) => {
              const metric = row.metrics[name];
              return metric ? valueCell(metric.value, metric.unit) : NOTHING;
            }),
          ]),
          notes: [
            ...own.flatMap((row) => (row.error === undefined ? [] : [`${nameOf(row)}: ${row.error}`])),
            ...(known
              ? []
              : [`No plugin here gives the suite ${suite}: what it would say itself is missing.`]),
          ],
        },
      ],
      files: [
        csvFile(
          // No suite's own file is called so.
          `metrics-${suite}.csv`,
          COLUMNS,
          own.flatMap((row): Figure[] => {
            const figures = Object.entries(row.metrics).map(([name, metric]) => ({ row, name, metric }));
            return figures.length > 0 ? figures : [{ row, name: '', metric: undefined }];
          }),
        ),
      ],
      details: [],
    },
  ];
}
