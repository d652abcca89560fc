/** How long machines take to boot, and what that takes of the host, as tables that every report shows. */

import type { TextCell, TextTable } from '../../../core/model/section.ts';
import { bytesText, count, durationText, percent } from '../../../core/present/format.ts';
import type { Interval } from '../../../core/results/schema.ts';
import type { BootResult } from '../schema.ts';
import { roleCosts } from './cost.ts';
import {
  type Booted,
  type BootRow,
  type BootSample,
  bootLabel,
  bootsFastestFirst,
  estimateOrMedian,
  milestoneMs,
  milliseconds,
  NOTHING,
  NS_PER_MS,
} from './rows.ts';

/** With the interval, if there is one. */
function timeCell(
  row: BootResult | undefined,
  interval: Interval | null | undefined,
  of: (sample: BootSample) => number | null,
): TextCell {
  if (row && interval) {
    const { value, range } = durationText({
      estimate: interval.estimate * NS_PER_MS,
      low: interval.low * NS_PER_MS,
      high: interval.high * NS_PER_MS,
    });
    return { text: value, range };
  }
  const ms = row ? estimateOrMedian(row, null, of) : null;
  return ms === null ? NOTHING : { ...milliseconds(ms), range: '(1 launch)' };
}

const size = (value: number | null): TextCell => (value === null ? NOTHING : { text: bytesText(value) });

function cells({ name, warm, cold }: BootRow): TextCell[] {
  const launches = warm.launches + (cold?.launches ?? 0);
  return [
    { text: name, range: count(launches, 'launch', 'launches') },
    milliseconds(milestoneMs(warm, 'hypervisor')),
    milliseconds(milestoneMs(warm, 'guest')),
    milliseconds(milestoneMs(warm, 'kernel')),
    milliseconds(milestoneMs(warm, 'userSpace')),
    timeCell(warm, warm.milestonesMs.ready, ({ milestonesMs }) => milestonesMs.ready),
    timeCell(cold, cold?.milestonesMs.ready, ({ milestonesMs }) => milestonesMs.ready),
    timeCell(warm, warm.cpuMs, ({ cpuMs }) => cpuMs),
    size(warm.proportionalBytes),
    size(warm.peakResidentBytes),
  ];
}

/** What could not be measured, and why. */
function absences({ boots }: Pick<Booted, 'boots'>): string[] {
  const lines = boots.flatMap((row) => {
    if (row.launches > 0 && row.status === 'ok') return [];
    // Both rows of a machine say the same, unless only one of them could be measured.
    const alone = boots.some((other) => bootLabel(other) === bootLabel(row) && other.launches > 0);
    const name = alone ? `${bootLabel(row)} (${row.cache})` : bootLabel(row);
    return [`${name} ${row.status}: ${row.error ?? 'no reason was recorded'}`];
  });
  return [...new Set(lines)];
}

/** Nothing if nothing was launched cold. */
function coldNote(rows: readonly BootRow[]): string[] {
  if (!rows.some(({ cold }) => cold && cold.launches > 0)) return [];
  const shares = rows.flatMap(({ name, cold }) =>
    cold?.coldFraction != null ? [{ name, share: cold.coldFraction }] : [],
  );
  const [first] = shares;
  if (!first) return ['How much was really cold is unknown: the kernel does not show it to this user.'];
  const least = shares.reduce((a, b) => (b.share < a.share ? b : a), first);
  const most = shares.reduce((a, b) => (b.share > a.share ? b : a), first);
  const part = ({ name, share }: typeof first) => `${percent(share, 0).replace('+', '')} (${name})`;
  return [
    `Cold: hvbench dropped the machine's files from the page cache before the launch. Files that other processes have mapped stay cached, such as the Node binary and the C library. The share of a launch's files that had to be read again ranged from ${part(least)} to ${part(most)}.`,
  ];
}

const FIRECRACKER =
  "For comparison: Firecracker's specification gives 8 ms of CPU time to start its VMM, and at most 5 MiB per VM besides guest memory.";

/** No table if boots were not measured. */
export function bootTables(result: Booted): TextTable[] {
  if (result.boots.length === 0) return [];
  const rows = bootsFastestFirst(result);
  return [
    {
      title: 'Boot',
      about:
        "Times count from the start of the machine's process, by the host clock, with a warm page cache unless marked cold. Launcher: hvbench's launcher is done and the hypervisor begins. Guest: first instruction of a bare image or native program, or first byte on a Linux guest's console. Kernel: the kernel prints its version. User space: the first process begins. Ready: first answer. CPU time, memory (PSS) and peak (RSS) are of all processes of the machine until then.",
      head: [
        ...['machine, role', 'launcher', 'guest', 'kernel', 'user space'],
        ...['ready', 'ready, cold', 'CPU time', 'memory', 'peak'],
      ],
      rows: rows.map(cells),
      notes: [...absences(result), ...coldNote(rows), FIRECRACKER],
    },
    ...roleCosts(result),
  ];
}
