/** What of a fleet is in no mean, and why; and what its hosts differ in. */
import { groupBy } from '../../core/group-by.ts';
import { clip, count } from '../../core/present/format.ts';
import type { Fleet, FleetClass, FleetLeftOut } from '../../core/results/fleet/schema.ts';
import { hostNames } from './view.ts';

/** Lines of a list; what is beyond is counted. */
const MOST_LINES = 60;
const MOST_ROWS_NAMED = 4;
const LONGEST_REASON = 300;
const LONGEST_VALUE = 80;
const LONGEST_NAMES = 200;

const CHANCE =
  'The control’s 95 % CI leaves out 0 by chance alone on about 1 quiet host in 20: to both sides alike, so no mean is moved by it.';

function listOf(lines: readonly string[]): string[] {
  const more = lines.length - MOST_LINES;
  return more > 0
    ? [...lines.slice(0, MOST_LINES), `${count(more, 'more line')}: fleet.json has all`]
    : [...lines];
}

/** Whole hosts first, then figures of hosts. */
export function leftOutLines(fleet: Fleet): string[] {
  const places = fleet.hosts.flatMap(({ leftOut }, place) => (leftOut ? [{ place, leftOut }] : []));
  const hosts = [...groupBy(places, ({ leftOut }) => leftOut.reason)].map(
    ([reason, own]) =>
      `${hostNames(
        fleet,
        own.map(({ place }) => place),
      )}: ${clip(reason, LONGEST_REASON)}`,
  );
  const figures = fleet.classes.flatMap(({ leftOut }) => figureLines(fleet, leftOut));
  const busy = fleet.classes.some(({ leftOut }) => leftOut.some(({ why }) => why === 'busy'));
  return [...listOf(hosts), ...listOf(figures), ...(busy ? [CHANCE] : [])];
}

/** The same of several hypervisors stands in one line; a control speaks for all rows of its suite, by either clock. */
function figureLines(fleet: Fleet, leftOut: readonly FleetLeftOut[]): string[] {
  const groups = groupBy(leftOut, ({ why, reason, suite, target, rows, rowCount, hosts }) =>
    JSON.stringify([why, suite, target.isa, hosts, why === 'busy' ? null : [reason, rows, rowCount]]),
  );
  return [...groups.values()].map((same) => {
    const [{ why, suite, target, rows, rowCount, hosts }] = same as [FleetLeftOut, ...FleetLeftOut[]];
    const each = (of: (one: FleetLeftOut) => string) => [...new Set(same.map(of))];
    const hypervisors = each((one) => one.target.hypervisor).join(', ');
    const reasons = each(({ reason }) => reason).join('; ');
    const named = rows.slice(0, MOST_ROWS_NAMED).join(', ');
    const more = rowCount > MOST_ROWS_NAMED ? ` and ${rowCount - MOST_ROWS_NAMED} more` : '';
    const what = why === 'busy' ? suite : `${suite}/${named}${more}`;
    return `${hostNames(fleet, hosts)}, ${clip(what, LONGEST_NAMES)}, ${clip(hypervisors, LONGEST_NAMES)} (${target.isa}): ${clip(reasons, LONGEST_REASON)}`;
  });
}

/** "kernel: 6.1.0 (38 hosts), 6.5.0 (2 hosts)" */
export function differenceLines({ classes }: Fleet): string[] {
  return listOf(
    classes.flatMap(({ differences }, index) =>
      differences.map(({ what, values, more }) => {
        const told = values.map(
          ({ value, hosts }) => `${clip(value, LONGEST_VALUE)} (${count(hosts, 'host')})`,
        );
        const rest = more > 0 ? [`others (${count(more, 'host')})`] : [];
        const scope = classes.length > 1 ? `class ${index + 1}, ` : '';
        return `${scope}${clip(what, LONGEST_VALUE)}: ${[...told, ...rest].join(', ')}`;
      }),
    ),
  );
}

/** Who shows nothing of how quiet they were. */
export function controlLines({ classes }: Pick<Fleet, 'classes'>): string[] {
  return classes.flatMap(({ withoutControl }: FleetClass) =>
    withoutControl.map(
      ({ suite, isa, hosts }) =>
        `${suite} (${isa}): ${count(hosts, 'host')} without a control’s interval, so nothing shows how quiet they were; their figures count`,
    ),
  );
}
