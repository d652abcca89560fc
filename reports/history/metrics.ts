/** The metrics of a history as tables: one for each suite and basis. */
import { groupBy } from '../../core/group-by.ts';
import type { MetricHistory, MetricStretch } from '../../core/judge/history/metric-series.ts';
import type { TextCell, TextTable } from '../../core/model/section.ts';
import { overheadText } from '../../core/present/format.ts';
import { BASIS, valueCell } from '../metric-figures.ts';
import { nameInSuite } from '../metric-names.ts';
import { type ClassHistory, latestStretch } from './view.ts';

interface Shown {
  readonly metric: MetricHistory;
  readonly stretch: MetricStretch;
}

function cells({ metric, stretch: { points, changes, unit } }: Shown): TextCell[] {
  const [first, latest] = [points[0], points.at(-1)];
  return [
    { text: nameInSuite(metric) },
    { text: String(points.length) },
    first ? valueCell(first.value, unit) : { text: '' },
    latest && latest !== first ? valueCell(latest.value, unit) : { text: '' },
    { text: changes.map(({ change }) => overheadText(change).value).join(', ') },
    { text: metric.better },
  ];
}

/** Of each metric the latest stretch: what is comparable today. */
export function metricTables({ metrics }: ClassHistory): TextTable[] {
  const shown = metrics.flatMap((metric): Shown[] => {
    const stretch = latestStretch(metric);
    return stretch ? [{ metric, stretch }] : [];
  });
  const groups = groupBy(shown, ({ metric, stretch }) => `${metric.suite} ${stretch.basis}`);
  return [...groups.values()].flatMap((own) =>
    own.slice(0, 1).map(({ metric, stretch }) => ({
      title: `${metric.suite}, ${BASIS[stretch.basis].title}`,
      about: BASIS[stretch.basis].about,
      head: ['figure', 'results', 'first', 'latest', 'changes', 'better'],
      rows: own.map(cells),
      notes: [],
    })),
  );
}
