/** A fleet as every format shows it: what it says in a line, its figures in words, its hosts by name. */
import { groupBy } from '../../core/group-by.ts';
import { dimensionWords } from '../../core/judge/compare/match-metrics.ts';
import { roleOf } from '../../core/model/role.ts';
import type { TextCell } from '../../core/model/section.ts';
import { clip, count, overheadText } from '../../core/present/format.ts';
import { FLEET_STATES } from '../../core/results/fleet/entry.ts';
import type { Fleet, FleetClass, FleetFigure } from '../../core/results/fleet/schema.ts';
import { describeHostClass } from '../../core/results/host-class.ts';
import { valueCell } from '../metric-figures.ts';

/** Means that stand before everything else; the others are in the tables. */
const MOST_HEADLINES = 8;
const LONGEST_CLASS = 200;
/** Hosts that a line names; the others are counted. */
const MOST_NAMED = 6;

export const isMean = ({ workloads }: FleetFigure) => workloads !== null;
const isControl = ({ target }: FleetFigure) => roleOf(target.hypervisor) === 'control';

/** A figure without an interval is said as if it were as precise as this. */
const ALONE = 0.005;

/** Of times an overhead, `+1.3 %` and `[0.9, 1.7]`; of what else it counts, the ratio to native. */
export function ratioCell({
  unit,
  ratio,
  interval,
}: Pick<FleetFigure, 'unit' | 'ratio' | 'interval'>): TextCell {
  if (ratio === null) return { text: '–', tone: 'quiet' };
  const whole = interval ?? { estimate: ratio, low: ratio * (1 - ALONE), high: ratio * (1 + ALONE) };
  if (unit !== 'ns') return valueCell(interval ?? ratio, 'ratio');
  const { estimate, low, high } = whole;
  const { value, range } = overheadText({ estimate: estimate - 1, low: low - 1, high: high - 1 });
  return interval ? { text: value, range } : { text: value };
}

/** {@link ratioCell} in one piece. */
export function ratioPhrase(figure: Pick<FleetFigure, 'unit' | 'ratio' | 'interval'>): string {
  const { text, range } = ratioCell(figure);
  return [text, range].filter(Boolean).join(' ');
}

/** A ratio alone. */
export const oneRatio = (ratio: number, unit: FleetFigure['unit']) =>
  ratioCell({ ratio, unit, interval: null }).text;

/** "sha256", "bare/warm pc: ready": within its suite and hypervisor. */
export function figureName(figure: FleetFigure): string {
  const { target, metric, title } = figure;
  const row = isMean(figure)
    ? `mean of ${count(figure.workloads ?? 0, 'workload')}`
    : [dimensionWords(figure).join('/'), target.machineType].filter(Boolean).join(' ');
  return metric === 'time' ? row : [row, title].filter(Boolean).join(': ');
}

export const scopeName = ({ suite, target }: Pick<FleetFigure, 'suite' | 'target'>) =>
  `${suite} (${target.isa})`;

/** "node1, node2 and 30 more" */
export function hostNames({ hosts }: Fleet, places: readonly number[]): string {
  const names = places.slice(0, MOST_NAMED).map((place) => hosts[place]?.name ?? String(place));
  const more = places.length - names.length;
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ');
}

/** Means of all guests by wall-clock time, class by class; of the control if there are no guests. */
export function headFigures({ figures }: FleetClass): FleetFigure[] {
  const times = figures.filter((one) => isMean(one) && one.metric === 'time');
  const guests = times.filter((one) => !isControl(one));
  if (guests.length > 0) return guests;
  if (times.length > 0) return times;
  const others = figures.filter((one) => !isControl(one));
  return others.length > 0 ? others : [...figures];
}

/** What it says in ten seconds; the most important first. */
export function headlines(fleet: Fleet): string[] {
  const { hosts, classes } = fleet;
  const all = classes.flatMap((one, index) => headFigures(one).map((figure) => ({ figure, one, index })));
  if (all.length === 0) return [`nothing to merge: ${nothingWords(fleet)}`];
  const lines = all.slice(0, MOST_HEADLINES).map(({ figure, one, index }) => {
    const what = isMean(figure)
      ? `${figure.target.hypervisor} on ${scopeName(figure)}`
      : `${figure.target.hypervisor} on ${scopeName(figure)}, ${figureName(figure)}`;
    const single = classes.length === 1;
    const of = single ? hosts.length : one.hosts.length;
    const where = single ? '(one class)' : `of class ${index + 1} of ${classes.length}`;
    const left = of - figure.hosts;
    const rest = left > 0 ? `; ${left} left out` : '';
    if (figure.hosts === 0) return `${what}: no figure, all ${count(of, 'host')} ${where} left out`;
    if (figure.hosts === 1)
      return `${what}: ${ratioPhrase(figure)} on 1 of ${count(of, 'host')} ${where}, and one host gives no interval${rest}`;
    return `${what}: ${ratioPhrase(figure)} over ${figure.hosts} of ${count(of, 'host')} ${where}${rest}`;
  });
  const more = all.length - lines.length;
  return more > 0 ? [...lines, `${count(more, 'more mean')}: see the tables`] : lines;
}

/** "none of 8 hosts has a result that can be merged: 6 failed, 2 pending" */
function nothingWords({ hosts }: Fleet): string {
  const states = groupBy(hosts, ({ state }) => state);
  const words = FLEET_STATES.flatMap((state) => {
    const of = states.get(state)?.length ?? 0;
    return of > 0 ? [`${of} ${state}`] : [];
  });
  const unmergeable = hosts.every(({ leftOut }) => leftOut !== null);
  return unmergeable
    ? `none of ${count(hosts.length, 'host')} has a result that can be merged (${words.join(', ')})`
    : 'the results have no figure that stands against native';
}

/** The hosts by what became of them, each class, and what a licence says. */
export function contextLines(fleet: Fleet): string[] {
  const { hosts, classes, publication } = fleet;
  const without = hosts.filter(({ leftOut }) => leftOut !== null).length;
  return [
    `${count(hosts.length, 'host')}: ${hosts.length - without} with a result that counts, ${without} without`,
    ...classes.map((one, index) => {
      const description = clip(describeHostClass(one.hostClass), LONGEST_CLASS);
      return `Host class ${classes.length > 1 ? `${index + 1} ` : ''}(${one.hostClass.id}), ${count(one.hosts.length, 'host')}: ${description}`;
    }),
    ...(classes.length > 1
      ? [
          'Hosts of different classes are never put together: on another CPU another overhead is to be expected',
        ]
      : []),
    ...(publication
      ? [`Before you publish this: ${publication.restriction} Source: ${publication.source}.`]
      : []),
  ];
}
