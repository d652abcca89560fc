/** How long machines take from the start of their process until they can work, and the memory that they hold. */
import { groupBy } from '../core/group-by.ts';
import type { Section, TextCell, TextTable } from '../core/model/section.ts';
import { count, duration } from '../core/present/format.ts';
import type { Result } from '../core/results/schema.ts';
import { median } from '../core/stats/index.ts';

const MILESTONES = ['console', 'init', 'ready'] as const;
const MIB = 1 << 20;

const cell = (values: readonly number[], format: (value: number) => string): TextCell => ({
  text: values.length === 0 ? '–' : format(median(values)),
});

/** No section if nothing booted Linux. */
export function presentStarts(result: Result): Section[] {
  const tables = startTables(result);
  if (tables.length === 0) return [];
  return [{ id: 'starts', title: 'Start-up', place: 'aside', charts: [], tables, files: [], details: [] }];
}

/** One row for each hypervisor and ISA that booted Linux; no table if nothing did. */
export function startTables(result: Result): TextTable[] {
  const launches = result.launches.filter(({ platform }) => platform === 'linux');
  const starts = launches.flatMap((launch) =>
    Object.keys(launch.startMs).map((hypervisor) => ({ hypervisor, launch })),
  );
  const machines = groupBy(starts, ({ hypervisor, launch }) => `${hypervisor} ${launch.isa}`);
  if (launches.every(({ bootMs }) => Object.keys(bootMs).length === 0)) return [];
  const rows = [...machines.values()].map((started) => {
    const { hypervisor, launch } = started[0] as (typeof started)[number];
    const { isa } = launch;
    const own = started.map((one) => one.launch);
    const at = (milestone: (typeof MILESTONES)[number]) =>
      own.flatMap(({ startMs, bootMs }) => {
        const ms = milestone === 'ready' ? startMs[hypervisor] : bootMs[hypervisor]?.[milestone];
        return ms === undefined || ms === null ? [] : [ms];
      });
    const peaks = own.flatMap(({ peakResidentBytes }) => peakResidentBytes[hypervisor] ?? []);
    return [
      { text: `${hypervisor} (${isa})`, range: count(own.length, 'launch', 'launches') },
      ...MILESTONES.map((milestone) => cell(at(milestone), (ms) => duration(ms * 1e6))),
      cell(peaks, (bytes) => `${(bytes / MIB).toFixed(0)} MiB`),
    ];
  });
  return [
    {
      title: 'Start-up of the machines',
      about:
        'Medians, counted from the start of the process: first byte on the console, first instruction in user space, first answer. Memory: the peak resident size of the process.',
      head: ['machine', 'console', 'user space', 'ready', 'memory'],
      rows,
      notes: [],
    },
  ];
}
