/** The metrics of every suite, compared, as tables that each format renders: one for each suite and basis. */
import { groupBy } from '../../core/group-by.ts';
import { resultLetter } from '../../core/judge/compare/match.ts';
import { metricRowName } from '../../core/judge/compare/match-metrics.ts';
import type { ComparedMetric, MetricChange } from '../../core/judge/compare/metrics.ts';
import type { ChangeVerdict } from '../../core/judge/compare/verdict.ts';
import type { TextCell, TextTable } from '../../core/model/section.ts';
import { Footnotes } from '../../core/present/footnotes.ts';
import { count, overheadText } from '../../core/present/format.ts';
import { BASIS, valueCell } from '../metric-figures.ts';
import { nameInSuite } from '../metric-names.ts';
import {
  absentLines,
  type ComparisonReport,
  countLines,
  marginText,
  otherLetters,
  verdictText,
} from './view.ts';

const NOTHING: TextCell = { text: '–' };

const BY_INTERVALS = 'from the two intervals alone, on the logarithmic scale: the launches were not kept';

function changeCells(change: MetricChange, margin: number, notes: Footnotes): TextCell[] {
  const verdict = verdictText(change.verdict, margin);
  if (change.by === null) return [NOTHING, { text: `${verdict} ${notes.mark(change.reason)}` }];
  const { value, range } = overheadText(change);
  return [
    { text: value, range },
    { text: change.by === 'launches' ? verdict : `${verdict} ${notes.mark(BY_INTERVALS)}` },
  ];
}

/** Why changes up to so much count as none: the metrics for which it is the same stand together. */
function marginLines(rows: readonly ComparedMetric[]): string[] {
  const reasoned = rows.filter(({ margin, marginReason }) => margin > 0 && marginReason !== null);
  return [...groupBy(reasoned, ({ margin, marginReason }) => `${margin} ${marginReason}`).values()].flatMap(
    (same) =>
      same.slice(0, 1).map(({ margin, marginReason }) => {
        const titles = [...new Set(same.map(({ title }) => title))].join(', ');
        return `${titles}: changes within ${marginText(margin)} count as none: ${marginReason}`;
      }),
  );
}

function tableOf(rows: readonly ComparedMetric[], report: ComparisonReport): TextTable {
  const [first] = rows as [ComparedMetric];
  const others = otherLetters(report);
  const notes = new Footnotes();
  const body = rows.map((row) => [
    { text: nameInSuite(row) },
    ...row.values.map((value) => valueCell(value, row.unit)),
    ...row.changes.flatMap((change) => changeCells(change, row.margin, notes)),
  ]);
  const { title, about } = BASIS[first.basis];
  return {
    title: `${first.suite}, ${title}`,
    about: `${about} A change is against A, with its 95 % CI from the launches of both.`,
    head: [
      'figure',
      ...['A', ...others],
      ...others.flatMap((letter) => [others.length > 1 ? `${letter} against A` : 'change', 'verdict']),
    ],
    rows: body,
    notes: [...notes.lines(), ...marginLines(rows)],
  };
}

/** None if the results have workloads alone. */
export function metricTables(report: ComparisonReport): TextTable[] {
  const groups = groupBy(report.metrics, ({ suite, basis }) => `${suite} ${basis}`);
  return [...groups.values()].map((rows) => tableOf(rows, report));
}

export interface MetricCounts extends Readonly<Record<ChangeVerdict, number>> {
  /** The result that is compared with A. */
  readonly letter: string;
  readonly basis: ComparedMetric['basis'];
  readonly metrics: number;
}

/** How many metrics became what, for each basis that there is and each result but the first. */
export function metricCounts(report: ComparisonReport): MetricCounts[] {
  return [...groupBy(report.metrics, ({ basis }) => basis)].flatMap(([basis, rows]) =>
    otherLetters(report).map((letter, index) => {
      const of = (verdict: ChangeVerdict) =>
        rows.filter(({ changes }) => changes[index]?.verdict === verdict).length;
      return {
        ...{ letter, basis, metrics: rows.length },
        ...{ worse: of('worse'), better: of('better'), same: of('same'), undecided: of('undecided') },
      };
    }),
  );
}

/** "Absolute figures: 1 worse, 0 better, 3 the same, 2 undecided of 6". */
function metricCountLines(report: ComparisonReport): string[] {
  const several = otherLetters(report).length > 1;
  return metricCounts(report).map(({ letter, basis, metrics, worse, better, same, undecided }) => {
    const what = basis === 'native' ? 'Other figures against native' : 'Absolute figures';
    const subject = several ? `${what}, ${letter} against A` : what;
    return `${subject}: ${worse} worse, ${better} better, ${same} the same, ${undecided} undecided of ${metrics}`;
  });
}

/**
 * "boot/bare/warm, kvm (x86_64), in A and B: not the same technique", each once; what a result has nothing of in a line
 * for all: "boot (7 rows), in A: B has nothing of the suite boot".
 */
function absentMetricLines({ unmatchedMetrics }: ComparisonReport): string[] {
  const list = new Intl.ListFormat('en', { type: 'conjunction' });
  const lettersOf = (entries: readonly { readonly result: number }[]) =>
    list.format([...new Set(entries.map(({ result }) => resultLetter(result)))].sort());
  const groups = groupBy(unmatchedMetrics, (one) =>
    one.wholeSuite ? one.suite : `${metricRowName(one)} ${one.metric} ${one.reason}`,
  );
  return [...groups.values()].flatMap((entries) =>
    entries.slice(0, 1).map((first) => {
      const rows = new Set(entries.map(metricRowName)).size;
      const name = first.wholeSuite ? `${first.suite} (${count(rows, 'row')})` : metricRowName(first);
      return `${name}, in ${lettersOf(entries)}: ${first.reason}`;
    }),
  );
}

/** Whether there is something to say of workloads: it is said that there are none, too, unless there is something else. */
export function tellsOfWorkloads({ rows, unmatched, metrics, unmatchedMetrics }: ComparisonReport): boolean {
  return rows.length + unmatched.length > 0 || metrics.length + unmatchedMetrics.length === 0;
}

/** Every count, workloads first. */
export function summaryLines(report: ComparisonReport): string[] {
  return [...(tellsOfWorkloads(report) ? countLines(report) : []), ...metricCountLines(report)];
}

/** Everything that could not be compared, and why; workloads first. */
export function notComparedLines(report: ComparisonReport): string[] {
  return [...absentLines(report), ...absentMetricLines(report)];
}
