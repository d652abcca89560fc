/** The metrics of a gate as every format shows them: tables, names, figures and reasons in words. */
import { groupBy } from '../../core/group-by.ts';
import { metricRowName, type NamedRow } from '../../core/judge/compare/match-metrics.ts';
import type { Gate, GateMetric, GateMetricAbsence, GateVerdict } from '../../core/judge/gate/gate.ts';
import type { TextTable } from '../../core/model/section.ts';
import { Footnotes } from '../../core/present/footnotes.ts';
import { count, overheadPhrase, overheadText } from '../../core/present/format.ts';
import { BASIS, valueCell, valuePhrase } from '../metric-figures.ts';
import { metricName, nameInSuite } from '../metric-names.ts';
import { ALL_SHOWN, confidenceText, minimumEffectText } from './view.ts';

export const METRIC_VERDICT_WORDS: Readonly<Record<GateVerdict, string>> = {
  regressed: 'worse than the baseline',
  improved: 'better than the baseline',
  undecided: 'undecided',
  same: 'the same',
};

/** Metrics with this verdict, the largest change first. */
export function metricsOf({ metrics }: Pick<Gate, 'metrics'>, verdict: GateVerdict): GateMetric[] {
  const size = ({ change }: GateMetric) => Math.abs(Math.log1p(change.estimate));
  return metrics.filter((one) => one.verdict === verdict).sort((a, b) => size(b) - size(a));
}

/** The metrics that a gate fails for. */
export function failingMetrics(gate: Gate): GateMetric[] {
  return [...metricsOf(gate, 'regressed'), ...(gate.strict ? metricsOf(gate, 'undecided') : [])];
}

/** "boot/bare/warm qemu-tcg pc x86_64": a row's name in services that follow it, where it has to stay as it is. */
export function metricSeriesName({ suite, target, dimensions }: NamedRow): string {
  const { hypervisor, machineType, isa } = target;
  const row = [suite, ...Object.values(dimensions)].join('/');
  return [row, hypervisor, ...(machineType === null ? [] : [machineType]), isa].join(' ');
}

/** What a change stands against, in a few words. */
function basisPhrase({ basis, by }: GateMetric): string {
  const what = basis === 'native' ? 'ratio to native' : 'absolute';
  return by === 'runs' ? `${what}, by how much the runs of the baseline differ` : what;
}

/** A metric's figures in a sentence, for where there is no table. */
export function metricFigures(metric: GateMetric): string {
  const { before, after, unit, change, minimumEffect, better } = metric;
  return (
    `${valuePhrase(before, unit)} in the baseline, ${valuePhrase(after, unit)} now (${basisPhrase(metric)}); ` +
    `change ${overheadPhrase(change)}, ${better} is better, minimum effect ${minimumEffectText(minimumEffect)}`
  );
}

/** "boot/bare/warm, kvm (x86_64): ready: the whole interval lies above" */
export function metricReasonLines(metrics: readonly GateMetric[]): string[] {
  return metrics.map((metric) => `${metricName(metric)}: ${metric.reason}`);
}

const BY_RUNS =
  'a run gives only one such figure: judged by how much the runs of the baseline differ (a prediction interval)';

function tableOf(metrics: readonly GateMetric[]): TextTable {
  const [first] = metrics as [GateMetric];
  const notes = new Footnotes();
  const effects = new Set<string>();
  const higher = new Set<string>();
  const { title, about } = BASIS[first.basis];
  const rows = metrics.map((metric) => {
    const { before, after, unit, change, minimumEffect, effectReason, by, verdict, better } = metric;
    const { value, range } = overheadText(change);
    const effect = minimumEffectText(minimumEffect);
    if (effectReason !== null)
      effects.add(`${metric.title}: changes within ${effect} count as none: ${effectReason}`);
    if (better === 'higher') higher.add(metric.title);
    return [
      { text: nameInSuite(metric) },
      { text: verdict },
      ...[before, after].map((one) => valueCell(one, unit)),
      { text: by === 'runs' ? `${value} ${notes.mark(BY_RUNS)}` : value, range },
      { text: effect },
    ];
  });
  return {
    title: `${first.suite}, ${title}`,
    about,
    head: ['figure', 'verdict', 'before', 'now', 'change', 'minimum effect'],
    rows,
    notes: [
      ...notes.lines(),
      ...(higher.size > 0 ? [`more is better: ${[...higher].join(', ')}`] : []),
      ...effects,
    ],
  };
}

/** A table for each suite and basis. */
export function metricTables(metrics: readonly GateMetric[]): TextTable[] {
  return [...groupBy(metrics, ({ suite, basis }) => `${suite} ${basis}`).values()].map(tableOf);
}

/** The metrics that a table for people has, those that matter most first; few are all shown. */
export function shownMetrics(gate: Gate): GateMetric[] {
  const all = gate.metrics.length <= ALL_SHOWN;
  return [
    ...metricsOf(gate, 'regressed'),
    ...metricsOf(gate, 'improved'),
    ...metricsOf(gate, 'undecided').filter((metric) => all || gate.strict || isBeyond(metric)),
    ...(all ? metricsOf(gate, 'same') : []),
  ];
}

/** Its estimate lies beyond what counts, on the side that would be worse. */
function isBeyond({ change, better, minimumEffect: { fraction } }: GateMetric): boolean {
  return better === 'lower' ? change.estimate > fraction : change.estimate < -fraction;
}

/** Of what {@link shownMetrics} leaves out: "30 metrics are the same within their minimum effect". */
export function leftOutMetricLines(gate: Gate): string[] {
  const shown = new Set(shownMetrics(gate));
  const left = (verdict: GateVerdict) => metricsOf(gate, verdict).filter((one) => !shown.has(one)).length;
  const [same, undecided] = [left('same'), left('undecided')];
  const are = same === 1 ? 'is' : 'are';
  return [
    ...(same > 0 ? [`${count(same, 'metric')} ${are} the same within the minimum effect`] : []),
    ...(undecided > 0
      ? [
          `${count(undecided, 'metric')} showed nothing suspicious, but the interval is too wide to call it the same`,
        ]
      : []),
  ];
}

/** "Metrics: 1 regressed, 0 improved, 3 undecided, 30 the same; 4 rows with metrics not judged"; none without metrics. */
export function metricCountLine(gate: Gate): string[] {
  const { metrics, absentMetrics } = gate;
  if (metrics.length + absentMetrics.length === 0) return [];
  const of = (verdict: GateVerdict) => metricsOf(gate, verdict).length;
  const rows = absentMetrics.filter(({ metric }) => metric === null).length;
  const single = absentMetrics.length - rows;
  const left = [
    ...(single > 0 ? [count(single, 'metric')] : []),
    ...(rows > 0 ? [`all of ${count(rows, 'row')}`] : []),
  ];
  const rest = left.length > 0 ? `; not judged: ${left.join(', ')}` : '';
  return [
    `Metrics: ${of('regressed')} regressed, ${of('improved')} improved, ${of('undecided')} undecided, ${of('same')} the same${rest}`,
  ];
}

/** What one absence is of: "boot/bare/warm, kvm (x86_64): ready", or the row alone. */
export function absenceName(absence: GateMetricAbsence): string {
  const { metric } = absence;
  return metric === null ? metricRowName(absence) : `${metricRowName(absence)}: ${metric}`;
}

/** How many are named of those that lack the same. */
const NAMED = 3;

/** What could not be judged, those of a suite with the same reason in one line: "boot (7 rows): …". */
export function absentMetricLines({ absentMetrics }: Gate): string[] {
  const groups = groupBy(absentMetrics, ({ suite, side, reason, wholeSuite }) =>
    JSON.stringify([suite, side, reason, wholeSuite]),
  );
  return [...groups.values()].flatMap((entries) =>
    entries.slice(0, 1).map(({ suite, wholeSuite, reason }) => {
      if (wholeSuite) return `${suite} (${count(entries.length, 'row')}): ${reason}`;
      const names = entries.map(absenceName);
      const more = names.length - NAMED;
      const rest = more > 0 ? `, and ${more} more of ${suite}` : '';
      return `${names.slice(0, NAMED).join('; ')}${rest}: ${reason}`;
    }),
  );
}

/** What the figures mean; empty without metrics. */
export function metricLegend({ metrics, metricConfidence, baseline }: Gate): string {
  if (metricConfidence === null) return '';
  const absolute = metrics.some(({ basis }) => basis === 'absolute');
  const oneRun =
    absolute && baseline.runs < 3 ? '; only a baseline of three or more runs shows how much' : '';
  const caveat = absolute ? ` Absolute figures depend on the day and the host${oneRun}.` : '';
  return (
    'Metrics are judged by this one result: measuring them again would take as long as a run. ' +
    `An alarm needs a whole CI of ${confidenceText(metricConfidence)}.${caveat}`
  );
}
